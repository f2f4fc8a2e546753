"""Loaded by pytest before Django's settings: a test run's environment, whatever the shell holds."""

import os
import tempfile

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="wijkplatform-test-"))
os.environ["SECRET_KEY"] = "only-for-tests-" + "0123456789" * 5
os.environ["DEMO"] = "0"
os.environ["DEBUG"] = "0"
os.environ["EMAIL_URL"] = "dummymail://"
os.environ["BASE_URL"] = "http://testserver"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1,.test"
