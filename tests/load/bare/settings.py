import os

from config.settings import CHANNEL_LAYERS, DATABASES, SECRET_KEY, USE_TZ  # noqa: F401

ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.load.bare.urls"
INSTALLED_APPS = ["tests.load.bare", "rest_framework", "channels"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]  # it sets Content-Length
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TRUSTED_PROXIES = 0
HTTP_THREADS = int(os.environ.get("HTTP_THREADS", "4"))
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
LOGGING_CONFIG = None
