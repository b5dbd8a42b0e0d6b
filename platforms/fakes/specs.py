"""What each platform is like from outside. Written apart from our registry, so that tests compare two."""

from dataclasses import dataclass

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Spec:
    """One platform: where it grants, how clients prove themselves, and how long tokens live (seconds)."""

    key: str
    authorize: str
    token: str
    id_name: str
    secret_name: str
    basic: bool = False
    id_param: str = "client_id"
    pkce: bool = False
    delimiter: str = " "
    access: int = HOUR
    refresh: int | None = None
    has_refresh: bool = False
    rotating: bool = False
    long_lived: str = ""
    issuer: str = ""
    subset: bool = False
    asked: tuple[tuple[str, str], ...] = ()
    sent: tuple[tuple[str, str], ...] = ()
    user_agent: bool = False
    refresh_scope: str = ""
    code_seconds: int = 10 * MINUTE


GOOGLE_REDEEM = "oauth2.googleapis.com/token"
GOOGLE_AUTHORIZE = "accounts.google.com/o/oauth2/v2/auth"
OFFLINE = (("access_type", "offline"), ("prompt", "consent"))
SPECS = {
    spec.key: spec
    for spec in (
        Spec("meta_facebook", "www.facebook.com/dialog/oauth", "graph.facebook.com/oauth/access_token",
             "META_APP_ID", "META_APP_SECRET", delimiter=",", access=2 * HOUR, long_lived="fb_exchange_token",
             subset=True),
        Spec("meta_instagram", "www.instagram.com/oauth/authorize", "api.instagram.com/oauth/access_token",
             "INSTAGRAM_APP_ID", "INSTAGRAM_APP_SECRET", delimiter=",", long_lived="ig_exchange_token"),
        Spec("meta_threads", "threads.com/oauth/authorize", "graph.threads.net/oauth/access_token",
             "THREADS_APP_ID", "THREADS_APP_SECRET", delimiter=",", long_lived="th_exchange_token"),
        Spec("google_youtube", GOOGLE_AUTHORIZE, GOOGLE_REDEEM, "GOOGLE_CLIENT_IDS", "GOOGLE_CLIENT_SECRET",
             pkce=True, has_refresh=True, issuer="https://accounts.google.com", subset=True, asked=OFFLINE),
        Spec("google_analytics", GOOGLE_AUTHORIZE, GOOGLE_REDEEM, "GOOGLE_CLIENT_IDS", "GOOGLE_CLIENT_SECRET",
             pkce=True, has_refresh=True, issuer="https://accounts.google.com", subset=True, asked=OFFLINE),
        Spec("x", "x.com/i/oauth2/authorize", "api.x.com/2/oauth2/token", "X_CLIENT_ID", "X_CLIENT_SECRET",
             basic=True, pkce=True, access=2 * HOUR, has_refresh=True, rotating=True,
             refresh_scope="offline.access", code_seconds=30),
        Spec("linkedin", "www.linkedin.com/oauth/v2/authorization", "www.linkedin.com/oauth/v2/accessToken",
             "LINKEDIN_CLIENT_ID", "LINKEDIN_CLIENT_SECRET", access=60 * DAY, refresh=365 * DAY,
             has_refresh=True, issuer="https://www.linkedin.com/oauth"),
        Spec("tiktok", "www.tiktok.com/v2/auth/authorize/", "open.tiktokapis.com/v2/oauth/token/",
             "TIKTOK_CLIENT_KEY", "TIKTOK_CLIENT_SECRET", id_param="client_key", delimiter=",",
             access=2 * HOUR, refresh=180 * DAY, has_refresh=True, rotating=True, subset=True),
        Spec("pinterest", "www.pinterest.com/oauth/", "api.pinterest.com/v5/oauth/token",
             "PINTEREST_APP_ID", "PINTEREST_APP_SECRET", basic=True, delimiter=",", access=30 * DAY,
             refresh=60 * DAY, has_refresh=True, rotating=True, sent=(("continuous_refresh", "true"),)),
        Spec("reddit", "www.reddit.com/api/v1/authorize", "www.reddit.com/api/v1/access_token",
             "REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET", basic=True, has_refresh=True, user_agent=True,
             asked=(("duration", "permanent"),)),
    )
}  # fmt: skip

# What the stand-ins accept. Two Google clients, so that revoking one grant leaves the other alone.
SECRETS = {
    "META_APP_ID": "100200300400",
    "META_APP_SECRET": "fake-meta-secret",
    "INSTAGRAM_APP_ID": "200300400500",
    "INSTAGRAM_APP_SECRET": "fake-instagram-secret",
    "THREADS_APP_ID": "300400500600",
    "THREADS_APP_SECRET": "fake-threads-secret",
    "GOOGLE_CLIENT_IDS": "fake-youtube.apps.googleusercontent.com,fake-analytics.apps.googleusercontent.com",
    "GOOGLE_CLIENT_SECRET": "fake-youtube-secret,fake-analytics-secret",
    "X_CLIENT_ID": "fake-x-client",
    "X_CLIENT_SECRET": "fake-x-secret",
    "X_CONSUMER_SECRET": "fake-x-consumer-secret",
    "LINKEDIN_CLIENT_ID": "fake-linkedin-client",
    "LINKEDIN_CLIENT_SECRET": "fake-linkedin-secret",
    "TIKTOK_CLIENT_KEY": "fake-tiktok-key",
    "TIKTOK_CLIENT_SECRET": "fake-tiktok-secret",
    "PINTEREST_APP_ID": "1510000",
    "PINTEREST_APP_SECRET": "fake-pinterest-secret",
    "REDDIT_CLIENT_ID": "fake-reddit-client",
    "REDDIT_CLIENT_SECRET": "fake-reddit-secret",
}


def credentials(spec: Spec) -> tuple[str, str]:
    """Return client id and secret that the platform gave us."""
    place = 1 if spec.key == "google_analytics" else 0
    ids, secrets = (SECRETS[name].split(",") for name in (spec.id_name, spec.secret_name))
    return ids[place], secrets[place]


def of_client(client_id: str) -> Spec | None:
    """Return the platform that gave out a client id."""
    return next((spec for spec in SPECS.values() if credentials(spec)[0] == client_id), None)
