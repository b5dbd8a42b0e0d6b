"""Production settings, from the environment alone, and safe by default.

Required: SECRET_KEY, DATABASE_URL, CELERY_BROKER_URL, KEY_RING, ALLOWED_HOSTS, PROFILE, EMAIL_URL.
docs/operations.md lists every setting.
"""

from pathlib import Path

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import cache, database, email_server

DEBUG = False
PRODUCTION = True
SECRET_KEY = env.text("SECRET_KEY")
KEY_RING = env.text("KEY_RING")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
PROFILE = env.text("PROFILE")
SITE_URL = env.text("SITE_URL", f"https://{ALLOWED_HOSTS[0]}" if ALLOWED_HOSTS else "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", SITE_URL)
DATABASES = {"default": database(env.text("DATABASE_URL"))}
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL")
CACHES = cache(env.text("CACHE_URL", ""))
globals().update(email_server(env.text("EMAIL_URL")))

SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.boolean("SECURE_HSTS_INCLUDE_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = env.boolean("SECURE_HSTS_PRELOAD", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.boolean("BEHIND_PROXY", False) else None
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / "var" / "media")))  # noqa: F405
