"""The floors of the house: who may import whom (see the README's map of the code)."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "app"

# What settings there are, and what they may be; reading and writing them is not among it.
SETTINGS = {"settings", "settings_checks", "settings_choices", "settings_connections"}
# folder or module -> what of `app` it may import, besides itself
FLOORS = {
    "domain": set(),
    "ports": {"domain"},
    "sync": {"domain", "ports"},
    "broker": {"domain", "ports"},
    "store": {"domain", "ports", "private_files"},
    "flex": {"domain"},
    "ui": {"domain", "sync", "ports", "assets", "logs", "private_files", *SETTINGS},
}
# package -> the only places that may import it
ONLY_IN = {
    "ib_insync": {"broker/ib.py"},
    "peewee": {"store"},
    "PySide6": {"ui", "window.py", "assets.py"},
    "qasync": {"window.py"},
}


@cache
def imports(file: Path) -> tuple[str, ...]:
    """The same for every test: most of the time goes into parsing."""
    return tuple(imported(file))


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield node.module or ""


def modules() -> list[Path]:
    return sorted(APP.rglob("*.py"))


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_imports_only_what_is_below_it(floor: str) -> None:
    allowed = FLOORS[floor] | {floor}
    for file in modules():
        place = file.relative_to(APP).with_suffix("").parts[0]
        if place != floor:
            continue
        for name in imports(file):
            package, _, rest = name.partition(".")
            if package == "app" and rest:
                assert rest.split(".")[0] in allowed, f"{file.name} imports {name}"


def test_the_domain_needs_the_standard_library_only() -> None:
    outside = {"PySide6", "qasync", "peewee", "ib_insync", "eventkit", "platformdirs", "numpy"}
    for file in (APP / "domain").rglob("*.py"):
        assert not {name.partition(".")[0] for name in imports(file)} & outside, file


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_library_is_imported_only_where_it_belongs(package: str) -> None:
    for file in modules():
        if package not in {name.partition(".")[0] for name in imports(file)}:
            continue
        path = file.relative_to(APP).as_posix()
        places = ONLY_IN[package]
        assert path in places or path.split("/")[0] in places, f"{path} imports {package}"
