"""Settings shared by every mode. Nothing here is secret and nothing here is particular to a company."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PRODUCTION = False
DEMO = False
VAR = HOME = BASE_DIR / "var"
PORT = 8000
EMAIL_FILE_PATH = ""

INSTALLED_APPS = [
    "config.setup.PortalConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "config.setup.PortalAdminConfig",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_otp",
    "csp",
    "rest_framework",
    "accounts.apps.AccountsConfig",
    "policies.apps.PoliciesConfig",
    "platforms.apps.PlatformsConfig",
    "retention.apps.RetentionConfig",
    "correspondence.apps.CorrespondenceConfig",
    "dsar.apps.DsarConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "platforms.middleware.CallbackMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.RequestContextMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.brand",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.PortalBCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = False
MFA_TRUST_ENABLED = False
MFA_FORMS = {
    "login_webauthn": "accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "accounts.forms.KeyStepForm",
    "reauthenticate_webauthn": "accounts.forms.KeyProofForm",
    "add_webauthn": "accounts.forms.AddKeyForm",
}
MFA_TOTP_TOLERANCE = 1
OTP_LOGIN_URL = "account_login"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = BASE_DIR / "var" / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "accounts.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
JOB_LEASE_SECONDS = 900
# So many workers may die of the same job before it is given up and somebody is asked to look.
JOB_MAX_LOST = env.integer("JOB_MAX_LOST", 5)
JOB_SWEEP_SECONDS = 30
SEAL_SECONDS = 60
MAIL_POLL_SECONDS = 60
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "sweep jobs": {"task": "portal.sweep_jobs", "schedule": JOB_SWEEP_SECONDS},
    "seal audit": {"task": "accounts.seal_audit", "schedule": SEAL_SECONDS},
    "sweep files": {"task": "dsar.sweep_files", "schedule": 3600},
    "sweep identity": {"task": "dsar.sweep_identity", "schedule": 3600},
    "fetch mail": {"task": "correspondence.fetch_mail", "schedule": MAIL_POLL_SECONDS},
    "sweep mail files": {"task": "correspondence.sweep_mail_files", "schedule": 3600},
    "recheck notices": {"task": "dsar.recheck_notices", "schedule": 3600},
    "look after connections": {"task": "platforms.look_after_connections", "schedule": 60},
    "sweep findings": {"task": "platforms.sweep_findings", "schedule": 3600},
    "sweep what is due": {"task": "retention.sweep_daily", "schedule": 3600},
    "take inventory": {"task": "retention.take_inventory", "schedule": 24 * 3600},
}

SERVER_EMAIL = DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "privacy@localhost")
EMAIL_TIMEOUT = 20
HTTP_ALLOW_PRIVATE = env.boolean("HTTP_ALLOW_PRIVATE", False)
# Where local stand-ins of the platforms listen (platforms.outgoing); tests and the demonstration only.
PLATFORM_FAKES_URL = env.text("PLATFORM_FAKES_URL", "")
FAKES_PORT = 0
FAKES_FILE = VAR / "fakes.json"
# Secrets of platforms and processors by the names of the registry; goes before the environment.
PLATFORM_SECRETS: dict[str, str] = {}
# Google's keys for security events: a file, or an address other than Google's own.
RISC_JWKS_FILE = env.text("RISC_JWKS_FILE", "")
RISC_JWKS_URL = env.text("RISC_JWKS_URL", "")
# A moment at which the clock of the callbacks stands still (config.clock); tests only.
PORTAL_NOW = env.text("PORTAL_NOW", "")
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    # Query strings carry secrets: httpx and httpcore log whole URLs at INFO.
    "loggers": {"httpx": {"level": "WARNING"}, "httpcore": {"level": "WARNING"}},
}


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for a database URL; SQLite gets WAL and immediate transactions (see
    docs/decisions).
    """
    settings: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if settings["ENGINE"].endswith("sqlite3"):
        settings["CONN_MAX_AGE"] = 0
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
            "PRAGMA temp_store=MEMORY;",
        }
    return settings


def cache(url: str) -> dict[str, Any]:
    """Return the cache shared by all web processes: Redis by URL, else a table of the database
    (createcachetable).
    """
    if url.startswith(("redis://", "rediss://")):
        return {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}}
    if url:
        raise ImproperlyConfigured("CACHE_URL must look like redis://host:6379/1, or be left out.")
    return {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}}


def email_server(url: str) -> dict[str, Any]:
    """Return Django's e-mail settings for `smtp://`, `smtp+tls://` (STARTTLS), `smtps://` or
    `file:///folder`.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": parts.path,
        }
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL must look like smtp+tls://user:password@host:587 or smtps://host:465."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        **{f"EMAIL_{k.upper()}": v for k, v in parse_qsl(parts.query)},
    }
