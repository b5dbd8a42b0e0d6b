"""User-visible texts that nobody marked for translation: words between tags of templates, and sentences that
Python shows to people.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_SKIP = re.compile(
    r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}"
    r"|\{%\s*(comment|verbatim)\b.*?\{%\s*end\1\s*%\}"
    r"|\{%\s*block (?:bodyclass|wide|coltype)\s*%\}.*?\{%\s*endblock[^%]*%\}"
    r"|\{#.*?#\}|<(script|style|svg)\b.*?</\2>|<!--.*?-->|<!DOCTYPE[^>]*>",
    re.S | re.I,
)
_TEMPLATE_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
_ATTRIBUTE = re.compile(r"""\b(?:aria-label|title|placeholder|alt)="([^"{]*[A-Za-z]{3}[^"{]*)\"""")
_HTML_TAG = re.compile(r"<[^>]*>", re.S)
_ENTITY = re.compile(r"&[#\w]+;")
_WORD = re.compile(r"[A-Za-zÀ-ÿ]*[a-zà-ÿ][A-Za-zÀ-ÿ]+")
_SHOWN = {"NotAllowed", "ValidationError", "TooManyAttempts", "add_error"}


def in_template(path: Path) -> Iterator[str]:
    """Yield the words of a template that stand outside any mark."""
    source = _SKIP.sub(" ", path.read_text(encoding="utf-8"))
    plain = _TEMPLATE_TAG.sub(" ", source)
    for found in _ATTRIBUTE.finditer(plain):
        yield found[1]
    for text in _HTML_TAG.sub("\n", plain).splitlines():
        if _WORD.search(_ENTITY.sub(" ", text)):
            yield text.strip()


def in_python(path: Path) -> Iterator[str]:
    """Yield the sentences that a Python file raises for people without marking them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name(node) in _SHOWN and node.args:
            text = node.args[-1] if _name(node) == "add_error" else node.args[0]
            if isinstance(text, ast.JoinedStr) or (
                isinstance(text, ast.Constant) and isinstance(text.value, str)
            ):
                yield f"line {node.lineno}: {ast.unparse(text)[:90]}"
        elif isinstance(node, ast.ClassDef) and any(_is_stock(base) for base in node.bases):
            yield from _labels(node)


def _name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _is_stock(base: ast.expr) -> bool:
    """Whether a base is one of Django's own closed lists, whose plain labels are never translated."""
    return isinstance(base, ast.Attribute) and base.attr.endswith("Choices")


def _labels(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple) and len(line.value.elts) == 2:
            label = line.value.elts[1]
            if isinstance(label, ast.Constant):
                yield f"line {line.lineno}: the label {label.value!r} of {node.name}"


def bare_literals(path: Path) -> list[str]:
    """Return what a file shows to people without a mark."""
    return list(in_python(path) if path.suffix == ".py" else in_template(path))
