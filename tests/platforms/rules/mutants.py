"""Mutants of a package: each has one comparison, condition, return, refusal, call or constant changed.

Small on purpose: it knows the kinds of lines that rules are made of. A mutant is compiled and run in this
process, in place of the module it comes from.
"""

import ast
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

OPPOSITE: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.Gt: [ast.LtE, ast.GtE],
    ast.GtE: [ast.Lt, ast.Gt],
    ast.Lt: [ast.GtE, ast.LtE],
    ast.LtE: [ast.Gt, ast.Lt],
}


@dataclass(frozen=True)
class Mutant:
    """One changed module: its name, its code, and where and how it was changed."""

    module: str
    code: CodeType
    told: str


def mutants(package: ModuleType) -> Iterator[Mutant]:
    """Yield every mutant of every module of a package (not of its `__init__`)."""
    folder = Path(str(package.__file__)).parent
    for path in sorted(folder.glob("*.py")):
        if path.stem != "__init__":
            yield from _of_module(f"{package.__name__}.{path.stem}", path)


def _of_module(name: str, path: Path) -> Iterator[Mutant]:
    tree = ast.parse(path.read_text())
    for place, node in _places(tree):
        for changed in _changes(node, place):
            place.put(changed)
            ast.fix_missing_locations(tree)
            told = f"{path.name}:{getattr(node, 'lineno', 0)} {ast.unparse(node)} -> {ast.unparse(changed)}"
            yield Mutant(name, compile(tree, str(path), "exec"), told)
            place.put(node)


@dataclass(frozen=True)
class Place:
    """Where a node hangs in the tree."""

    parent: Any
    field: str
    index: int | None

    def put(self, node: ast.AST) -> None:
        """Hang another node there."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def _places(tree: ast.AST) -> list[tuple[Place, ast.AST]]:
    """Return every node but those of annotations, imports and texts for readers."""
    found: list[tuple[Place, ast.AST]] = []
    for parent in _walk(tree):
        for field, value in ast.iter_fields(parent):
            if field in ("annotation", "returns", "decorator_list"):
                continue
            if isinstance(value, ast.AST):
                found.append((Place(parent, field, None), value))
            elif isinstance(value, list):
                items = [(i, item) for i, item in enumerate(value) if isinstance(item, ast.AST)]
                found += [(Place(parent, field, i), item) for i, item in items]
    return found


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and those below it that are run."""
    if isinstance(node, ast.Import | ast.ImportFrom) or _is_text(node):
        return
    yield node
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST):
                yield from _walk(item)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(node: ast.AST, place: Place) -> Iterator[ast.AST]:
    """Yield what may stand in place of a node."""
    is_condition = place.field in ("test", "ifs")
    if is_condition:
        yield from (ast.Constant(True), ast.Constant(False))
    for kind, change in _KINDS.items():
        if isinstance(node, kind):
            yield from change(node)


def _compare(node: Any) -> Iterator[ast.AST]:
    for other in OPPOSITE[type(node.ops[0])]:
        yield ast.Compare(node.left, [other(), *node.ops[1:]], node.comparators)


def _bool(node: Any) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    yield from node.values


def _not(node: Any) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not):
        yield node.operand


def _return(node: Any) -> Iterator[ast.AST]:
    if node.value is not None:
        yield ast.Return(ast.Constant(None))


def _nothing(node: Any) -> Iterator[ast.AST]:
    if not _is_text(node):
        yield ast.Pass()


def _constant(node: Any) -> Iterator[ast.AST]:
    if isinstance(node.value, bool) or node.value is None:
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, bytes):
        yield ast.Constant(node.value + b"x")
    elif isinstance(node.value, str):
        yield ast.Constant(node.value + "x")


def _call(node: Any) -> Iterator[ast.AST]:
    """A comparison in constant time is a comparison."""
    if ast.unparse(node.func).endswith("compare_digest"):
        yield from (ast.Constant(True), ast.Constant(False))


_KINDS: dict[Any, Any] = {
    ast.Compare: _compare,
    ast.BoolOp: _bool,
    ast.UnaryOp: _not,
    ast.Return: _return,
    ast.Raise: _nothing,
    ast.Expr: _nothing,
    ast.Constant: _constant,
    ast.Call: _call,
}


def unchanged(package: ModuleType, name: str) -> Mutant:
    """Return a module as it is: what must live, or the machinery itself is broken."""
    path = Path(str(package.__file__)).parent / f"{name}.py"
    return Mutant(f"{package.__name__}.{name}", compile(path.read_text(), str(path), "exec"), "unchanged")


@contextmanager
def living(package: ModuleType, mutant: Mutant) -> Iterator[ModuleType]:
    """Yield the package with the mutant in it; the modules that import it are made anew.

    Raises whatever the mutant raises when it is imported.
    """
    stem = package.__name__
    kept = {name: module for name, module in sys.modules.items() if f"{name}.".startswith(f"{stem}.")}
    anew = [name for name in kept if mutant.module.endswith(".base") or name in (stem, mutant.module)]
    try:
        for name in anew:
            del sys.modules[name]
        yield _imported(package, mutant)
    finally:
        for name in anew:
            sys.modules.pop(name, None)
        sys.modules.update(kept)


def _imported(package: ModuleType, mutant: Mutant) -> ModuleType:
    """Import the mutant, then the package around it."""
    stem = package.__name__
    around, made = ModuleType(stem), ModuleType(mutant.module)
    around.__path__ = package.__path__
    sys.modules |= {stem: around, mutant.module: made}
    exec(mutant.code, made.__dict__)
    del sys.modules[stem]
    whole = importlib.import_module(stem)
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{stem}."):
            setattr(whole, name.rpartition(".")[2], module)
    return whole
