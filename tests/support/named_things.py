"""What a text may name: the files, modules, classes and functions of the repository, read without importing them."""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from tests.support.environment import BASE_DIR

Names = dict[str, frozenset[str]]
"""Each name at the top of a module, with the attributes of those that are classes."""


@cache
def repository_files() -> frozenset[PurePosixPath]:
    """Every file that is not ignored, relative to the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=True).stdout.splitlines()
    return frozenset(PurePosixPath(line) for line in listed if (BASE_DIR / line).is_file())


@cache
def repository_paths() -> frozenset[PurePosixPath]:
    """These files and the folders that they lie in."""
    return repository_files().union(*(file.parents for file in repository_files()))


@cache
def modules() -> dict[str, Names]:
    """Every module by its dotted name."""
    found = {}
    for file in repository_files():
        if file.suffix == ".py":
            parts = file.with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = _names_in(ast.parse((BASE_DIR / file).read_text()))
    return found


def _names_in(tree: ast.Module) -> Names:
    """The names of a module; those below an `if` or `with` count as its own."""
    names: Names = dict.fromkeys(_bound_names(tree), frozenset())
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return names | {node.name: frozenset(_bound_names(node)) for node in classes}


def _bound_names(scope: ast.AST) -> Iterator[str]:
    """What is defined, assigned or imported in a scope, attributes of `self` included."""
    for node in ast.walk(scope):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]


def is_module_or_attribute(dotted: str) -> bool:
    """Whether this is a module, a name in one, or an attribute of a class in one.

    The beginning may be left out: `terms.DESK_TERMS` names that of any `terms`.
    """
    head, *rest = dotted.split(".")
    starts = [name for name in modules() if name == head or name.endswith(f".{head}")]
    return any(_resolves(start, rest) for start in starts) or _is_attribute_of_class(head, rest)


def _resolves(module: str, rest: list[str]) -> bool:
    """Follow the modules as far as they go, then the names in the last one."""
    while rest and f"{module}.{rest[0]}" in modules():
        module, rest = f"{module}.{rest[0]}", rest[1:]
    return not rest or _is_name_in(modules()[module], rest)


def _is_name_in(names: Names, rest: list[str]) -> bool:
    return rest[0] in names and (len(rest) == 1 or rest[1] in names[rest[0]])


def _is_attribute_of_class(head: str, rest: list[str]) -> bool:
    return head[0].isupper() and len(rest) == 1 and any(rest[0] in names.get(head, ()) for names in modules().values())


def prose_of(file: Path) -> str:
    """The text that people read: a document whole, of a module its comments and docstrings."""
    text = file.read_text()
    if file.suffix != ".py":
        return text
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return "\n".join([*comments, *_docstrings(ast.parse(text))])


def _docstrings(tree: ast.Module) -> list[str]:
    """Every string that stands by itself, those below attributes included."""
    values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    return [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]


def quoted_in(text: str) -> set[str]:
    """What stands between backquotes on one line."""
    return set(re.findall(r"`([^`\n]+)`", text))
