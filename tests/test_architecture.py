"""The floors of the house: who may import whom, how large a room is, and what has one name only."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "app"

PURE = ("domain.text", "domain.model")
# place -> what of `app` it may import, besides itself; a module stands on the first that holds it
FLOORS: dict[str, tuple[str, ...]] = {
    "domain.text": (),
    "domain.model": ("domain.text",),
    "domain.reconciliation": PURE,
    "domain.restatement": (*PURE, "domain.reconciliation"),
    "domain.portfolio": PURE,
    "domain.history": (*PURE, "domain.portfolio"),
    "domain.charts": (*PURE, "domain.portfolio", "domain.history"),
    "domain.explain": PURE,
    "domain.connection": PURE,
    "domain.fetching": PURE,
    "domain.desktop": (
        *PURE,
        "domain.portfolio",
        "domain.history",
        "domain.explain",
        "domain.connection",
    ),
    "ports": ("domain",),
    "platform": ("domain",),
    "settings": ("domain", "platform"),
    "sync": ("domain", "ports"),
    "store": ("domain", "ports", "platform"),
    "broker": ("domain", "ports"),
    "flex.web_service": ("domain", "ports", "platform"),
    "flex": ("domain",),
    "export": ("domain",),
    "contract": ("domain",),
    "ui": ("domain", "ports", "platform", "settings", "sync", "export"),
    "api": ("domain", "ports", "platform", "sync", "contract"),
    "demo": ("domain", "platform", "settings", "broker"),
    "bootstrap": (
        *("domain", "ports", "platform", "settings", "sync"),
        *("store", "broker", "flex", "demo"),
    ),
    "desktop": (
        *("domain", "ports", "platform", "settings", "sync"),
        *("store", "broker", "demo", "bootstrap", "export", "contract", "ui", "api"),
    ),
    "cli": (
        *("domain", "ports", "platform", "settings", "sync"),
        *("store", "broker", "flex", "export", "demo", "bootstrap", "desktop"),
        *("contract", "api"),
    ),
    "__main__": ("platform", "cli"),
}
# package -> the only places that may import it
ONLY_IN = {
    "ib_insync": ("broker.connection.ib_transport",),
    "peewee": ("store",),
    "PySide6": ("ui", "desktop"),
    "qasync": ("desktop.event_loop",),
    "starlette": ("api",),
    "uvicorn": ("api.connections", "api.server"),
    "keyring": ("platform.credentials",),
    "numpy": ("ui.charts.drawing",),
    "pyqtgraph": ("ui.charts.drawing",),
    "xlsxwriter": ("export.excel", "export.excel_page"),
}
MOST_FILES = 15
MOST_LINES = 250


@cache
def modules() -> dict[str, Path]:
    """Name without "app." -> file."""
    return {dotted(file): file for file in sorted(APP.rglob("*.py"))}


def dotted(file: Path) -> str:
    return ".".join(file.relative_to(APP).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def imports(file: Path) -> frozenset[str]:
    """All of them: within functions and for type checking too."""
    return frozenset(imported(file))


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name.removeprefix("app.") in modules() else node.module or ""


def own_imports(file: Path) -> set[str]:
    """The modules of `app` that it imports, without "app."."""
    return {name.removeprefix("app.") for name in imports(file) if name.startswith("app.")}


def is_within(name: str, place: str) -> bool:
    return name == place or name.startswith(f"{place}.")


def test_every_module_stands_on_a_floor_and_imports_only_what_is_below() -> None:
    for name, file in modules().items():
        if name in ("__init__", "domain"):
            continue
        floor = next((place for place in FLOORS if is_within(name, place)), None)
        assert floor, f"{name} stands on no floor"
        for other in own_imports(file):
            allowed = (floor, *FLOORS[floor])
            assert any(is_within(other, place) for place in allowed), f"{name} imports {other}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    todo = {name: own_imports(file) & modules().keys() for name, file in modules().items()}
    while ready := {name for name, needs in todo.items() if not needs & todo.keys()}:
        todo = {name: needs for name, needs in todo.items() if name not in ready}
    assert not todo, f"in or behind a circle: {sorted(todo)}"


def test_a_class_has_a_name_of_its_own() -> None:
    places = defaultdict(list)
    for name, file in modules().items():
        for node in tree(file).body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(name)
    assert not {name: where for name, where in places.items() if len(where) > 1}


def test_a_folder_holds_few_files_and_says_what_it_owns() -> None:
    for folder in {file.parent for file in modules().values()}:
        files = list(folder.glob("*.py"))
        is_of_folders = len(files) == 1  # with nothing but its `__init__.py`
        assert is_of_folders or 3 <= len(files) <= MOST_FILES, f"{folder} holds {len(files)} files"
        assert ast.get_docstring(tree(folder / "__init__.py")), (
            f"{folder} does not say what it owns"
        )


def test_a_file_is_short() -> None:
    for name, file in modules().items():
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        code = [line for line in lines if line and not line.startswith("#")]
        assert len(code) <= MOST_LINES, f"{name} has {len(code)} lines"


def test_the_domain_needs_the_standard_library_only() -> None:
    outside = {"PySide6", "qasync", "peewee", "ib_insync", "eventkit", "platformdirs", "numpy"}
    for file in (APP / "domain").rglob("*.py"):
        assert not {name.partition(".")[0] for name in imports(file)} & outside, file


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_library_is_imported_only_where_it_belongs(package: str) -> None:
    for name, file in modules().items():
        if package in {imported.partition(".")[0] for imported in imports(file)}:
            assert any(is_within(name, place) for place in ONLY_IN[package]), name
