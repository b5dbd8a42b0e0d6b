"""Finding every text that is marked for translation: in Python by its syntax tree, in templates by Django's
own parser.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from django.template import engines
from django.template.base import Node, Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from config.texts.catalog import Entry, Key

FOLDERS = ("accounts", "config", "platforms", "policies", "requests", "retention", "templates")
SINGLE = {"_", "_l", "gettext", "gettext_lazy", "gettext_noop", "say"}
PLURAL = {"ngettext", "ngettext_lazy", "say_n"}
OURS = {"say", "say_n"}
CONTEXT = {"pgettext", "pgettext_lazy"}
_IN_EXPRESSION = re.compile(r"""_\((?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\)""")


def extract(root: Path) -> dict[Key, Entry]:
    """Return every marked text below a project's folder, by key, with the files in which it stands."""
    found: dict[Key, Entry] = {}
    for path in _files(root):
        texts = in_python(path) if path.suffix == ".py" else in_template(path)
        for one in texts:
            known = found.setdefault(one.key, one)
            place = path.relative_to(root).as_posix()
            if place not in known.places:
                known.places.append(place)
    return found


def _files(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
                yield path


def in_python(path: Path) -> Iterator[Entry]:
    """Yield the texts marked in a Python file. Raises ValueError for a mark around anything but a literal."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield from _call(node, path)
        elif isinstance(node, ast.ClassDef) and any(_is_list(base) for base in node.bases):
            yield from _labels(node)


def _is_list(base: ast.expr) -> bool:
    """Whether a base is the closed list of config.choices, whose labels are translated when shown."""
    return isinstance(base, ast.Name) and base.id == "TextChoices"


def _labels(node: ast.ClassDef) -> Iterator[Entry]:
    for line in node.body:
        pair = line.value.elts if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple) else []
        if len(pair) == 2 and (text := _literal(pair[1])):
            yield Entry(text)


def _call(node: ast.Call, path: Path) -> Iterator[Entry]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name in OURS and not isinstance(node.func, ast.Name):
        return  # words.say("rights.access") names a word of letters
    if name in SINGLE and len(node.args) == 1 and (text := _literal(node.args[0])):
        yield Entry(text)
    elif name in PLURAL and len(node.args) >= 2:
        one, many = _literal(node.args[0]), _literal(node.args[1])
        if one and many:
            yield Entry(one, many)
    elif name in CONTEXT and len(node.args) == 2:
        context, text = _literal(node.args[0]), _literal(node.args[1])
        if context and text:
            yield Entry(text, context=context)
    elif name in {"_", "_l"} and isinstance(node.args[:1] and node.args[0], ast.JoinedStr):
        raise ValueError(
            f"{path}:{node.lineno}: a text with values in it cannot be translated: use %(name)s."
        )


def _literal(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def in_template(path: Path) -> Iterator[Entry]:
    """Yield the texts marked in a template."""
    source = path.read_text(encoding="utf-8")
    if "{%" not in source and "_(" not in source:
        return
    for one in _IN_EXPRESSION.finditer(source):
        text = ast.literal_eval(f'"{one[1]}"') if one[1] is not None else one[2]
        yield Entry(text.replace("%", "%%"))
    if "translate" in source:
        engine = engines["django"].engine  # type: ignore[attr-defined]
        yield from _nodes(Template(source, engine=engine))


def _nodes(template: Template) -> Iterator[Entry]:
    for node in template.nodelist.get_nodes_by_type(Node):
        if isinstance(node, TranslateNode):
            value = node.filter_expression.var
            text = getattr(value, "literal", value)
            if isinstance(text, str):
                yield Entry(text.replace("%", "%%"), context=_context(node))
        elif isinstance(node, BlockTranslateNode):
            one, _names = node.render_token_list(node.singular)
            many = node.render_token_list(node.plural)[0] if node.plural else ""
            yield Entry(one, many, context=_context(node))


def _context(node: Node) -> str:
    found = getattr(node, "message_context", None)
    return str(getattr(found.var, "literal", found.var) or "") if found else ""


def merged(found: dict[Key, Entry], known: dict[Key, Entry]) -> Iterable[Entry]:
    """Return the entries of a catalogue after the source changed: new ones empty, gone ones dropped."""
    for key, one in found.items():
        before = known.get(key)
        yield replace(one, texts=before.texts, fuzzy=before.fuzzy) if before else one
