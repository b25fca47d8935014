"""Sheets as CSV and as JSON."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from app.domain.text.foreign_text import no_formula
from app.export.sheet import Sheet, Value, plain_text


def csv_lines(sheet: Sheet) -> Iterator[str]:
    """The titles, then a line for each row; texts never become formulas."""
    yield csv_line(heading.title for heading in sheet.headings)
    for row in sheet.rows:
        yield csv_line(csv_cell(value) for value in row)


def csv_cell(value: Value) -> str:
    return no_formula(value) if isinstance(value, str) else plain_text(value)


def csv_line(cells: Iterable[object]) -> str:
    """One line, without its end. Python before 3.13 quotes only those line breaks that occur in the
    end of its own lines: with its default end, both."""
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().removesuffix("\r\n")


def json_lines(sheet: Sheet) -> Iterator[str]:
    """A list with an object for each row; exact figures are strings."""
    keys = [heading.key for heading in sheet.headings]
    yield "["
    last = len(sheet.rows) - 1
    for number, row in enumerate(sheet.rows):
        found = json.dumps(dict(zip(keys, map(json_value, row), strict=True)))
        yield f"  {found}{',' if number < last else ''}"
    yield "]"


def json_value(value: Value) -> str | int | bool | None:
    if value is None or isinstance(value, bool | int):
        return value
    return plain_text(value)
