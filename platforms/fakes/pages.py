"""The page on which a person allows an app: plain HTML, as small as it can be."""

from collections.abc import Mapping
from html import escape

from platforms.fakes.specs import Spec
from platforms.fakes.world import World

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>{title}</h1>
<p>This page stands in for {host}. It is part of the demonstration.</p>
<form method="post"><input type="hidden" name="query" value="{query}">
<p><label>Account <select name="account">{accounts}</select></label></p>
<fieldset><legend>The app wants to</legend>{scopes}</fieldset>
<p><button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Cancel</button></p>
</form></main></body></html>"""


def consent(world: World, spec: Spec, host: str, query: str, scopes: list[str]) -> str:
    """Return the page; a platform that grants all or nothing shows fixed ticks."""
    fixed = "" if spec.subset else " disabled"
    ticks = "".join(
        f'<p><label><input type="checkbox" name="scope" value="{escape(s)}" checked{fixed}> '
        f"{escape(s)}</label></p>"
        for s in scopes
    )
    options = "".join(f'<option value="{escape(i)}">{escape(n)}</option>' for i, n in world.names.items())
    return PAGE.format(
        title="Allow access?", host=escape(host), query=escape(query), accounts=options, scopes=ticks
    )


def answered(form: Mapping[str, list[str]], spec: Spec) -> tuple[str, list[str] | None, bool]:
    """Return account, permissions (None: all) and whether it was denied."""
    granted = form.get("scope", []) if spec.subset else None
    return form.get("account", [""])[0], granted, form.get("answer", ["deny"])[0] != "allow"
