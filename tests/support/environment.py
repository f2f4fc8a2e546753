"""Loaded by pytest before Django's settings: a test run's environment, whatever the shell holds."""

import atexit
import os
import shutil
import tempfile

if "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="wijkplatform-test-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ["SECRET_KEY"] = "only-for-tests-" + "0123456789" * 5
os.environ["DEMO"] = "0"
os.environ["DEBUG"] = "0"
os.environ["EMAIL_URL"] = "dummymail://"
os.environ["PLACES_URL"] = os.environ["TILES_URL"] = ""
os.environ["BASE_URL"] = "http://testserver"
os.environ["LEAST_SECONDS"] = "0"
os.environ["PRESSURE"] = os.environ["PRESSURE_NETWORK"] = "1000000/hour"  # whoever tests it sets it
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1,.test"

worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker and os.environ.get("REDIS_URL"):
    # A test that clears the cache must not clear that of a test beside it: each worker has a numbered database.
    address, _slash, _number = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{address}/{int(worker.removeprefix('gw')) + 1}"
