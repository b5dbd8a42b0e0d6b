"""German dates. A page asks for the English pattern; Django finds the German one under that name."""

globals().update(
    {
        "D j F Y": "D, j. F Y",
        "D j M": "D, j. M",
        "D j M Y": "D, j. M Y",
        "D j M Y, H:i": "D, j. M Y, H:i",
        "D j M Y, H:i:s": "D, j. M Y, H:i:s",
        "D j M, H:i": "D, j. M, H:i",
        "j F": "j. F",
        "j F Y": "j. F Y",
        "j F Y, H:i": "j. F Y, H:i",
        "j F Y, H:i e": "j. F Y, H:i e",
        "j M": "j. M",
        "j M Y": "j. M Y",
        "j M Y, H:i": "j. M Y, H:i",
        "j M Y, H:i:s": "j. M Y, H:i:s",
        "j M, H:i": "j. M, H:i",
        "l j F": "l, j. F",
        "l j F Y": "l, j. F Y",
        "l j F Y, H:i": "l, j. F Y, H:i",
    }
)
