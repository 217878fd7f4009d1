"""The suite itself: what its modules may lean on."""

import ast
from pathlib import Path

from tests.support.environment import BASE_DIR

TEST_MODULES = sorted((BASE_DIR / "tests").rglob("test_*.py"))


def imported_in(file: Path) -> set[str]:
    """Every module that a module imports from, also inside functions."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    direct = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return direct | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_no_test_module_imports_from_another() -> None:
    others = {file.stem for file in TEST_MODULES}
    leaning = {file.stem for file in TEST_MODULES if {name.rpartition(".")[2] for name in imported_in(file)} & others}

    assert leaning == set()
