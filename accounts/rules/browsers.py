"""A browser's identification, reduced to two words: enough to recognise one's own, too little to track."""

# The order matters: Edge and Opera also say Chrome, Chrome also says Safari, Android also says Linux.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_words(user_agent: str) -> str:
    """Return for example `Firefox, Windows`; the empty string when neither is recognised."""
    found = [next((name for sign, name in table if sign in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found))
