"""Documents, comments and docstrings tell the truth: every path, module, name and decision in them exists."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from tests.support.environment import BASE_DIR
from tests.support.named_things import (
    is_module_or_attribute,
    modules,
    prose_of,
    quoted_in,
    repository_files,
    repository_paths,
)

FOLDERS = {path.parts[0] for path in repository_files() if len(path.parts) > 1}
DOCUMENTS = [BASE_DIR / "README.md", BASE_DIR / "CONTRIBUTING.md", *sorted((BASE_DIR / "docs").rglob("*.md"))]
CODE = sorted(BASE_DIR / file for file in repository_files() if file.suffix == ".py")
PROSE = {file: prose_of(file) for file in [*DOCUMENTS, *CODE]}
PATH = re.compile(r"(?<![\w/.:<>{}*-])(?:[\w-][\w.-]*/)+[\w.-]*\.(?:py|md|sh|html|css|js|conf|toml|txt|png)\b")
FOLDER = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
FILE_NAME = re.compile(r"[a-z]\w*\.(?:py|md|sh|html|toml|in)")
DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
DECISION = re.compile(r"\bADR (\d+)")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
LISTED = re.compile(r"^- ([a-z_]+(?:, [a-z_]+)*): ", re.MULTILINE)
OTHERS_NAMES = {
    "Connection.wait": "psycopg",
    "Model.save": "Django",
    "components.responses": "OpenAPI",
    "selectors.py": "what Django projects often have",
}
"""Names that look like ours -> whose they are."""


def wrong(named: Callable[[str], Iterable[str]], is_right: Callable[[str, Path], bool]) -> dict[str, list[str]]:
    """Which of the things that a text names are wrong there, by file."""
    found = {
        str(file.relative_to(BASE_DIR)): sorted(name for name in named(text) if not is_right(name, file))
        for file, text in PROSE.items()
    }
    return {file: names for file, names in found.items() if names}


def named_paths(text: str) -> set[str]:
    """Paths with a suffix, wherever they stand, and between backquotes also folders of this repository."""
    quoted = {name for name in quoted_in(text) if "/" in name and FOLDER.fullmatch(name)}
    return set(PATH.findall(text)) | {name for name in quoted if name.split("/")[0] in FOLDERS}


def named_files(text: str) -> set[str]:
    """Files without their folder, between backquotes."""
    return {name for name in quoted_in(text) if FILE_NAME.fullmatch(name)} - OTHERS_NAMES.keys()


def named_modules(text: str) -> set[str]:
    """Dotted names between backquotes, those of `function()` included."""
    dotted = {name.removesuffix("()") for name in quoted_in(text) if not FILE_NAME.fullmatch(name)}
    return {name for name in dotted if DOTTED.fullmatch(name)} - OTHERS_NAMES.keys()


def exists(path: str, beside: Path) -> bool:
    """Whether there is such a path in the repository, or beside the file that names it."""
    own = PurePosixPath(beside.relative_to(BASE_DIR).parent)
    return not repository_paths().isdisjoint({PurePosixPath(path), own / path})


def test_named_paths_exist() -> None:
    assert wrong(named_paths, exists) == {}


def test_named_files_exist() -> None:
    names = {path.name for path in repository_files()}
    assert wrong(named_files, lambda name, _file: name in names) == {}


def test_named_modules_and_their_attributes_exist() -> None:
    assert wrong(named_modules, lambda name, _file: is_module_or_attribute(name)) == {}


def test_named_decisions_exist() -> None:
    written = {str(int(path.name[:4])) for path in repository_files() if path.match("docs/adr/*.md")}
    assert wrong(DECISION.findall, lambda number, _file: number in written) == {}


def test_no_text_leans_on_notes_outside_of_the_repository() -> None:
    notes = re.compile(r"\b(?:FACTS|DESIGN|CONTRACT)\b")
    assert wrong(notes.findall, lambda _name, _file: False) == {}


def test_links_lead_somewhere() -> None:
    broken = wrong(LINK.findall, lambda link, file: file not in DOCUMENTS or (file.parent / link).exists())
    assert broken == {}


def test_packages_list_their_modules() -> None:
    """A package with three modules or more lists all of them in its docstring, and no others; so does who lists any.

    The folders of tests are left out: a test module's name says what it tests.
    """
    ours = [name for name in modules() if name.partition(".")[0] != "tests"]
    listing = {name: listed_in(name) for name in ours if len(modules_in(name)) >= 3 or listed_in(name)}
    assert listing == {name: modules_in(name) for name in listing}


def listed_in(package: str) -> set[str]:
    """The modules that a package's docstring lists; none where it is no package."""
    text = PROSE.get(BASE_DIR / package.replace(".", "/") / "__init__.py", "")
    return {name for names in LISTED.findall(text) for name in names.split(", ")}


def modules_in(package: str) -> set[str]:
    """The modules and packages directly inside, but for those that Django and Python find by themselves."""
    found = {name.rpartition(".")[2] for name in modules() if name.rpartition(".")[0] == package}
    return found - {"apps", "migrations", "__main__"}
