"""The one settings file. Everything that differs per installation comes from the environment.

A variable that is missing has a safe default; a variable that is wrong stops the start.
`config.checks` refuses a half-configured production.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env, limits, logs

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

# --- who and where ---------------------------------------------------------------------------

DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
"""Demonstration mode: demo accounts sign in without a second factor. Never for real people's data."""
SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    if not (DEBUG or DEMO):
        raise ImproperlyConfigured("SECRET_KEY is missing: set it to at least 50 random characters.")
    key_file = DATA_DIR / "secret_key"
    if not key_file.exists():
        key_file.write_text(secrets.token_urlsafe(60))
        key_file.chmod(0o600)
    SECRET_KEY = key_file.read_text()
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],.localhost")
BASE_URL = env.url("BASE_URL", {"http", "https"}, "http://localhost:8000").rstrip("/")
"""The address used in e-mails of a municipality that has no host name of its own."""
TLS = env.flag("TLS", default=BASE_URL.startswith("https://"))
"""Whether people reach us over TLS: cookies become Secure, HSTS is sent, http is redirected."""
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)
"""How many proxies of ours stand in front and append to X-Forwarded-For; 0 ignores that header."""

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "config.demo",
    "cms.base",
    "cms.home",
    "cms.editing",
    "cms.wijken",
    "cms.news",
    "cms.people",
    "cms.approaches",
    "cms.wins",
    "cms.tone",
    "cms.search",
    "cms.public",
    "cms.agenda",
    "cms.following",
    "participation.initiatives",
    "participation.polls",
    "participation.reports",
    "participation.cases",
    "participation.routing",
    "participation.residents",
    "participation.texts",
    "participation.organisations",
    "core.live",
    "core.notify",
    "core.events",
    "core.places",
    "core.media",
    "core.areas",
    "core.accounts",
    "core.api",
    "core.ui",
    "core.work",
    "core.snapshots",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.contrib.forms",
    "wagtail.embeds",
    "wagtail.sites",
    "core.accounts.users.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "channels",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "core.watch.middleware.MeasureMiddleware",
    "core.api.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.ui.middleware.PagePolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.areas.tenancy.ScopeMiddleware",
    "core.ui.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.ui.middleware.PageMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.accounts.middleware.SecondFactorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "core.ui.middleware.ErrorPageMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frontend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.ui.context.page",
            ],
            "builtins": ["core.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "core.ui.forms.FormRenderer"

# --- data ------------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'wijkplatform.sqlite3'}")}
_database = DATABASES["default"]
SQLITE = _database["ENGINE"].endswith("sqlite3")
if SQLITE:
    _database["ENGINE"] = "config.sqlite3"
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-64000;"
            "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;"
        ),
    }
    _database["CONN_MAX_AGE"] = None
    # A file, not memory: threads that write at once must wait for each other in tests as they do in life.
    _database["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    _database["ENGINE"] = "config.postgresql"
    _database["CONN_MAX_AGE"] = None
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = {
        "connect_timeout": 5,
        # Statements are prepared, which spares reading them anew; but planned for their values, for a team with a
        # hundred thousand cases needs another plan than one with ten.
        "options": ("-c statement_timeout=30000 -c lock_timeout=10000 -c jit=off -c plan_cache_mode=force_custom_plan"),
        "server_side_binding": True,
        "prepare_threshold": 3 if env.flag("PREPARED_STATEMENTS", default=True) else None,
        **_database.get("OPTIONS", {}),
    }
HTTP_THREADS = env.number("HTTP_THREADS", 4, least=1)
"""Threads that run Django for this process; each keeps one database connection."""

REDIS_URL = env.url("REDIS_URL", {"redis", "rediss", "unix"})
CHANNEL_LAYERS = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": 5, "socket_connect_timeout": 2}]},
        }
        if REDIS_URL
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    )
}
CACHES = {
    "default": (
        {
            "BACKEND": "core.api.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "wijk",
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}
    )
}
CACHES["places"] = (
    CACHES["default"] | {"KEY_PREFIX": "wijk-places"}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "places",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
)
"""What the Locatieserver answered: apart, so that a busy day of searching throws nobody's counters out."""
TASKS = {"default": {"BACKEND": "core.work.backend.TaskBackend", "QUEUES": []}}
EMBEDDED_WORKER = env.flag("EMBEDDED_WORKER", default=True)
"""Whether the web process also runs background tasks; production starts `manage.py work` beside it."""

# --- people ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["core.accounts.backend.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
    }.items()
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/werk/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "core.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"login": "core.accounts.forms.LoginForm"}
# Of failures: five for one account, twenty from one address, each in five minutes.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "5/5m/key,20/5m/ip"}
MFA_ADAPTER = "core.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Asking for a new password leaves an unverified address. Nobody signs up here, so that need not stop the set-up.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "add_webauthn": "core.accounts.forms.AddPasskeyForm",
    "authenticate": "core.accounts.forms.CodeForm",
    "reauthenticate": "core.accounts.forms.CodeAgainForm",
}
MFA_TOTP_ISSUER = "Wijkplatform"
MFA_TOTP_TOLERANCE = 1  # also the code before and after: phones' clocks differ, and typing takes time
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or DEMO
USERSESSIONS_ADAPTER = "core.accounts.sessions.SessionsAdapter"

# Signing in with the organisation's own account (OpenID Connect); off until OIDC_ISSUER is set.
OIDC_ISSUER = env.url("OIDC_ISSUER", {"http", "https"}).rstrip("/")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET")
OIDC_LABEL = env.text("OIDC_LABEL")
"""The name on the button: "Gemeente Waterstad"."""
OIDC_SCOPES = env.words("OIDC_SCOPES", "openid,profile,email")
OIDC_GROUPS_CLAIM = env.text("OIDC_GROUPS_CLAIM", "groups")
"""Where the groups stand in what the provider says; "realm_access.roles" is `roles` inside `realm_access`."""
OIDC_VERIFIED_DOMAINS = [word.lower().lstrip("@") for word in env.words("OIDC_VERIFIED_DOMAINS")]
"""Domains whose addresses the provider hands out itself, so that they count as verified without `email_verified`."""
OIDC_SECOND_FACTOR = env.pairs("OIDC_SECOND_FACTOR")
"""Claims that say the provider checked a second factor (`amr:mfa`); without them ours is asked as always."""
SOCIALACCOUNT_ADAPTER = "core.accounts.oidc.OidcAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.ui.views.csrf_failure"

EMAIL = env.email("EMAIL_URL", "consolemail://")
vars().update(EMAIL)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Wijkplatform <noreply@localhost>")
SECURITY_CONTACT = env.text("SECURITY_CONTACT", "mailto:security@localhost")
VAPID_PRIVATE_KEY = env.text("VAPID_PRIVATE_KEY")
"""With which browsers know our push messages: 32 bytes in base64url; without it one is kept in DATA_DIR."""
PUSH_SERVICES = env.words(
    "PUSH_SERVICES",
    "https://fcm.googleapis.com,https://*.push.services.mozilla.com,https://*.push.apple.com,https://*.notify.windows.com",
)
"""Origins of the push services of browsers; our server sends to no other address a browser names."""

SMS_GATEWAY = env.text("SMS_GATEWAY", "console" if DEMO or DEBUG else "")
"""`console`, `http` or the dotted path of a class (`core.notify.sms.Gateway`); empty: no text messages are sent."""
SMS_URL = env.url("SMS_URL", {"http", "https"})
SMS_TOKEN = env.text("SMS_TOKEN")
SMS_SENDER = env.text("SMS_SENDER", "Wijk")
"""Whom a text message is from: a number, or at most eleven letters and digits."""
SMS_TIMEOUT = 10.0
SMS_PREFIXES = env.words("SMS_PREFIXES", "+3161,+3162,+3163,+3164,+3165,+3168")
"""How mobile numbers begin that get text messages. Each country more is one more for fraud with expensive numbers."""
SMS_QUIET_HOURS = env.hours("SMS_QUIET_HOURS", "21-8")
"""Text and push messages to residents wait from the first hour to the second, but for what was just asked for."""

# --- places and maps -------------------------------------------------------------------------

PLACES_URL = env.url(
    "PLACES_URL", {"http", "https"}, "" if DEMO else "https://api.pdok.nl/bzk/locatieserver/search/v3_1"
).rstrip("/")
"""The Locatieserver, which our server asks for addresses and streets; empty: only our own quarters are found."""
TILES_URL = env.url(
    "TILES_URL",
    {"http", "https"},
    "" if DEMO else "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/pastel/EPSG:3857",
).rstrip("/")
"""The background of maps, in squares at `/{z}/{x}/{y}.png`; empty: maps show our own outlines only."""
TILES_DISK_MB = env.number("TILES_DISK_MB", 500, least=1)
"""What the squares kept in DATA_DIR may take at most."""

# --- language and time -----------------------------------------------------------------------

LANGUAGE_CODE = "nl"
STAFF_LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LANGUAGES = [*STAFF_LANGUAGES, ("tr", _("Turkish")), ("ar", _("Arabic")), ("pl", _("Polish")), ("uk", _("Ukrainian"))]
"""What residents read is in all of these; the workplace and the back office in the first two."""
RESIDENT_LANGUAGES = [*dict(LANGUAGES), "ti"]
"""Languages a reporter may name, so that whoever answers knows; we write in one of LANGUAGES, else in Dutch."""
PAGE_LANGUAGES = [STAFF_LANGUAGES[1]]
"""Languages besides the first in which editors can write the texts of a page; shown at `/en/…`."""
LOCALE_PATHS = [BASE_DIR / "frontend" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

# --- files -----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [("app", FRONTEND_DIST)] if FRONTEND_DIST.exists() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/app/assets/.+-[\w-]{8}\.\w+$"
"""What Vite names after its content never changes: browsers keep it for good."""
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
PRIVATE_ROOT = DATA_DIR / "photos"
"""Photos live here, outside every served folder; `core.media` decides who sees one."""
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
FORM_MAX_BYTES = 5 * UPLOAD_MAX_BYTES + 1024 * 1024
"""The largest request: the report form without JavaScript, with five photos."""
LARGE_BODIES = {
    "/melden/": FORM_MAX_BYTES,
    "/volgen/bericht/": FORM_MAX_BYTES,
    "/api/v1/uploads": UPLOAD_MAX_BYTES + 1024 * 1024,
    "/beheer/": UPLOAD_MAX_BYTES + 1024 * 1024,  # an editor's photos and documents
}
"""Bytes of a request to an address that starts so; to all others DATA_UPLOAD_MAX_MEMORY_SIZE."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640

# --- safety ----------------------------------------------------------------------------------

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
APPEND_SLASH = True
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/beheer/", "/api/"),
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

# --- API -------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.errors.problem_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
API_VERSION = "1.0.0"
SPECTACULAR_SETTINGS = {
    "TITLE": "Wijkplatform",
    "VERSION": API_VERSION,
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "CONTACT": {"name": "Wijkplatform", "email": "info@wijkplatform.example", "url": "https://wijkplatform.example"},
    "LICENSE": {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/nl/"},
    "POSTPROCESSING_HOOKS": ["core.api.schema.describe_common_answers"],
    "SERVERS": [{"url": "/api/v1"}],
    "SCHEMA_PATH_PREFIX_TRIM": True,
}
THROTTLES = limits.throttles(demo=DEMO)
"""How often one address (residents) or one account (professionals) may do each thing."""
LEAST_SECONDS = env.number("LEAST_SECONDS", 0 if DEMO else 3)
"""A report on pages without a script that took less time than this is looked at by a person first."""
PROOF_COST = env.number("PROOF_COST", 2000, least=1)
"""Rounds of PBKDF2 for each of the 256 tries that a proof of work takes on average: about a second on a phone."""

LINK_CHECKS = env.flag("LINK_CHECKS", default=not DEMO)
"""Whether our server asks the addresses elsewhere that editors link to, once a week, if they still answer."""
LINK_CHECK_NETWORKS = env.words("LINK_CHECK_NETWORKS")
"""Networks (`10.1.0.0/16`) that may be asked although they are not on the public internet, such as an intranet."""
SOLVED_NEARBY_DAYS = env.number("SOLVED_NEARBY_DAYS", 28, least=1)
"""How long a solved report is shown to who reports something alike, and can be joined."""

WAGTAIL_SITE_NAME = "Wijkplatform"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_I18N_ENABLED = False
WAGTAIL_DATE_FORMAT = "%d-%m-%Y"
WAGTAIL_DATETIME_FORMAT = "%d-%m-%Y %H:%M"
WAGTAIL_CONTENT_LANGUAGES = STAFF_LANGUAGES[:1]
WAGTAILADMIN_PERMITTED_LANGUAGES = STAFF_LANGUAGES
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_APPEND_SLASH = True
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # nothing is asked of third parties
WAGTAIL_FINISH_WORKFLOW_ACTION = "cms.editing.finishing.publish_checked"
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.editing.images.DescribedImageForm"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False

LOGGING = logs.configuration(env.text("LOG_LEVEL", ""), json=env.flag("LOG_JSON", default=TLS))
METRICS_TOKEN = env.text("METRICS_TOKEN")
METRICS_FROM = env.networks("METRICS_FROM")
"""Who may read `/metrics`, straight from a process and never through a proxy; without both nobody can."""
if 0 < len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("METRICS_TOKEN is too short: use at least 20 random characters.")
