"""The product's settings with the storeys above `core` taken off, and a plug that opens test streams.

Real server processes of the live tests run on it, so that they test the channel and nothing else.
"""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, MIDDLEWARE

ABOVE = ("config", "cms", "participation", "wagtail", "taggit", "core.accounts.users")
INSTALLED_APPS = ["tests.support.live"] + [app for app in INSTALLED_APPS if not app.startswith(ABOVE)]
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("wagtail")]
ROOT_URLCONF = "tests.support.live.urls"
