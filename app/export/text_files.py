"""Sheets as CSV and as JSON."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice

from app.domain.text.foreign_text import no_formula
from app.export.sheet import Sheet, Value, plain_text


def csv_lines(sheet: Sheet) -> Iterator[str]:
    """The titles, then a line for each row, or for each of their parts; texts never become
    formulas."""
    sheet = rows_of_csv(sheet)
    yield csv_line(heading.title for heading in sheet.headings)
    for row in sheet.rows:
        yield csv_line(csv_cell(value) for value in row)


def rows_of_csv(sheet: Sheet) -> Sheet:
    return sheet if sheet.parts is None else sheet.parts.sheet


def csv_cell(value: Value) -> str:
    return no_formula(value) if isinstance(value, str) else plain_text(value)


def csv_line(cells: Iterable[object]) -> str:
    """One line, without its end. Python before 3.13 quotes only those line breaks that occur in the
    end of its own lines: with its default end, both."""
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().removesuffix("\r\n")


def json_lines(sheet: Sheet) -> Iterator[str]:
    """A list with an object for each row, its parts within; exact figures are strings."""
    yield "["
    last = len(sheet.rows) - 1
    for number, found in enumerate(json_objects(sheet)):
        yield f"  {json.dumps(found)}{',' if number < last else ''}"
    yield "]"


def json_objects(sheet: Sheet) -> Iterator[dict[str, object]]:
    keys = [heading.key for heading in sheet.headings]
    parts = iter(()) if sheet.parts is None else json_objects(sheet.parts.sheet)
    for number, row in enumerate(sheet.rows):
        found: dict[str, object] = dict(zip(keys, map(json_value, row), strict=True))
        if sheet.parts is not None:
            key = sheet.parts.sheet.name.casefold()
            found[key] = list(islice(parts, sheet.parts.counts[number]))
        yield found


def json_value(value: Value) -> str | int | bool | None:
    if value is None or isinstance(value, bool | int):
        return value
    return plain_text(value)
