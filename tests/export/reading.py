"""Reads back what was exported, with other people's libraries."""

import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl

from app.export.sheet import Heading, Kind, Sheet, Value
from app.export.writing import Format, write_sheet

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def sheet_of(kind: Kind, *values: Value, title: str = "Value") -> Sheet:
    """One column of these values."""
    heading = Heading("value", title, kind)
    return Sheet("Positions", (heading,), tuple((value,) for value in values))


def written(sheet: Sheet, folder: Path, wanted: Format = Format.EXCEL) -> Path:
    path = folder / f"out.{wanted.value}"
    write_sheet(sheet, path, wanted)
    return path


def page_of(path: Path, name: str = "Positions") -> Any:
    """The page as openpyxl reads it."""
    return openpyxl.load_workbook(path)[name]


def cells_of(path: Path, name: str = "Positions") -> list[list[Any]]:
    """The values of all rows, the titles first."""
    return [list(row) for row in page_of(path, name).iter_rows(values_only=True)]


def column_of(path: Path, place: int = 0) -> list[Any]:
    """A column's values, without its title."""
    return [row[place] for row in cells_of(path)[1:]]


def xml_of(path: Path) -> str:
    """Of all pages."""
    with zipfile.ZipFile(path) as parts:
        names: Sequence[str] = [name for name in parts.namelist() if "worksheets/sheet" in name]
        return "".join(parts.read(name).decode() for name in names)
