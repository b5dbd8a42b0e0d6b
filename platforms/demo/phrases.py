"""Sentences, brand names and technical strings of the demo company, all written for it."""

from random import Random

CAPTIONS: dict[str, tuple[str, ...]] = {
    "en": (
        "Fresh batch, small kitchen, big smiles. Which flavour should we try next? 🍋",
        "Behind the scenes: {brand} packs its hundredth parcel of the week.",
        "We asked, you answered: the blue one stays. Thank you for voting!",
        "Rainy Monday? Ten minutes with {brand} and a warm mug will help. ☔",
        "New opening hours from next week. Save this post, tell a neighbour.",
    ),
    "de": (
        "Heute frisch aus der Werkstatt: {brand} zeigt die ersten Muster. 🔧",
        "Danke für 1.000 kleine Nachrichten! Wir lesen jede einzelne.",
        "Samstag ist Markttag. Kommt vorbei, wir heben euch etwas auf.",
    ),
    "fr": (
        "Une nouvelle saison commence chez {brand}. Vous nous suivez ? 🌿",
        "Merci pour vos idées : la plus folle est déjà à l'essai.",
    ),
    "es": (
        "Hoy probamos tres colores nuevos en {brand}. ¿Cuál te llevas? 🎨",
        "Gracias por venir al taller abierto: volvemos en otoño.",
    ),
    "pt": ("Manhã de cheiro bom na {brand}. Quem passa por aqui hoje? ☕",),
    "ar": ("يوم جديد ومفاجأة صغيرة من {brand}. من يخمّن ما هي؟ ✨",),
    "he": ("בוקר טוב מהסדנה של {brand}! מה נכין השבוע? 🧵",),
    "ja": ("{brand}の新しい色見本が届きました。どれが好きですか？🎏",),
    "hi": ("{brand} की नई शुरुआत, आपके सुझावों के साथ। 🌼",),
}
TITLES = ("Launch teaser", "Weekly round-up", "Customer story", "Behind the scenes", "Season opener", "Poll")
COMMENTS = (
    "Could we shorten the second sentence?",
    "Love it. The picture needs a little more light.",
    "Please check the opening hours before this goes out.",
    "Agreed, and let us tag the studio as well. 👍",
    "I would move this to Thursday morning.",
    "Typo in line two, otherwise ready.",
    "האם אפשר להחליף את התמונה?",
    "هل يمكننا تغيير العنوان؟",
)
NOTES = (
    "Looks good to me.",
    "Please soften the claim about delivery.",
    "Wrong logo in the corner.",
    "Go! 🚀",
)
PROMPTS = (
    "Write three short captions for {brand} in a friendly tone, with one emoji each.",
    "Suggest a post about our autumn workshop for {brand}; avoid jargon.",
    "Rewrite this for a professional audience and keep it under 200 characters.",
)
AUDIENCES = (
    "Families within an hour's drive who plan weekends early",
    "Independent makers aged 25 to 45 with an interest in slow design",
    "Regional retailers and their buyers",
)
INCOMING = (
    "Hello! Is the green one still available in medium?",
    "My parcel came with a dent, could you help? My number is on the order.",
    "Are you open on the public holiday? We would come with two children. 🙂",
    "Hola, ¿hacéis envíos a las islas?",
    "مرحبا، هل يوجد توصيل إلى المدينة القديمة؟",
    "I can no longer use the stairs, is there a lift at the venue?",
)
ANSWERS = (
    "Thank you for writing! We have set one aside for you until Friday.",
    "So sorry about that. A replacement leaves tomorrow morning.",
    "Yes, we are open from ten to four. See you then! 👋",
)
TICKETS = (
    (
        "billing",
        "Invoice shows an old address",
        "Our office moved in spring. Could the next invoice show it?",
    ),
    ("publishing", "Post went out twice", "The same post appeared twice within a minute. What happened?"),
    ("account", "New phone, no codes", "I changed my phone and the sign-in codes are gone. Please help."),
    (
        "privacy",
        "What do you store about me?",
        "I would like to understand which data you keep and for how long.",
    ),
    ("idea", "Calendar by team", "It would be lovely to see the calendar of each team side by side."),
)
AGENT_ANSWERS = (
    "Thanks for reaching out. I am looking into this and will write again today.",
    "Done. Please reload the page, and tell me if anything still looks odd.",
)
AGENTS = ("Imke Sorrel", "Tobias Fennimore", "Ruta Brightholm")
SURVEY_ANSWERS = (
    "The calendar saves me an hour a day.",
    "Too many mails. Fewer, please.",
    "",
    "Solid, but slow on Mondays",
)
KEYWORDS = (
    "handmade", "workshop", "slow design", "seasonal", "local", "gift idea", "studio life", "new in",
    "refill", "ceramics", "open day", "recipe", "letterpress", "wild flowers", "repair", "night market",
)  # fmt: skip
TONES = ("warm", "playful", "expert", "calm", "bold")
JOBS = (
    "Social media lead",
    "Founder",
    "Content designer",
    "Account manager",
    "Freelance copywriter",
    "Intern",
)
PAGES = ("/calendar", "/inbox", "/posts", "/drafts", "/analytics", "/settings/team", "/media", "/billing")
EVENTS = (
    "page_viewed",
    "post_saved",
    "filter_used",
    "report_opened",
    "media_dragged",
    "search_run",
    "help_opened",
)
BROWSERS = (
    ("macOS 15", "Safari 18"),
    ("Windows 11", "Edge 130"),
    ("Android 15", "Chrome 130"),
    ("iOS 18", "Safari 18"),
    ("Ubuntu 24.04", "Firefox 132"),
)
_FIRST = (
    "Velvet Copper Nimble Salted Lantern Quiet Tangerine Juniper Paper Sundial Cobble Willow Marble Kettle"
)
_SECOND = (
    "Turnip Harbour Otter Foundry Meadow Thimble Orchard Sparrow Compass Loaf Atelier Bicycle Tide Almanac"
)


def business_name(rng: Random) -> str:
    """A made-up name for a brand or a company."""
    return f"{rng.choice(_FIRST.split())} {rng.choice(_SECOND.split())}"


def caption(rng: Random, language: str, brand: str) -> str:
    """A post text in `language` (English where we have none), naming `brand` now and then."""
    return rng.choice(CAPTIONS.get(language, CAPTIONS["en"])).format(brand=brand)


def ip_address(rng: Random) -> str:
    """An address of the networks reserved for documentation (RFC 5737, RFC 3849)."""
    if rng.random() < 0.3:
        return f"2001:db8:{rng.randrange(65536):x}::{rng.randrange(1, 65536):x}"
    return f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randrange(1, 255)}"


def user_agent(rng: Random) -> str:
    """What a browser would call itself in a log."""
    system, browser = rng.choice(BROWSERS)
    return f"DemoBrowser ({system}) {browser.replace(' ', '/')}"


def secret(rng: Random, prefix: str, bits: int = 160) -> str:
    """A value that looks like a token or a digest and opens nothing."""
    return f"{prefix}{rng.getrandbits(bits):0{bits // 4}x}"
