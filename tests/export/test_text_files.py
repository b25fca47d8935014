"""CSV and JSON of a sheet."""

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from app.export.sheet import Heading, Kind, Sheet
from app.export.writing import Format
from tests.export.reading import written

SHEET = Sheet(
    "Positions",
    (
        Heading("symbol", "Symbol"),
        Heading("con_id", "Con ID", Kind.WHOLE),
        Heading("cost", "Cost", Kind.MONEY),
        Heading("at", "Opened", Kind.TIME),
        Heading("expiry", "Expiry", Kind.DATE),
        Heading("is_full", "Full", Kind.YES_NO),
    ),
    (
        (
            *("=1+1", 7, Decimal("-1E-8")),
            *(datetime(2026, 11, 22, 12, 34, 56, 789000, tzinfo=UTC), date(2027, 1, 15), True),
        ),
        ("ÜBER, →\r\n株", 8, Decimal("1234567890123456789012345.678"), None, None, False),
    ),
)


def test_csv_is_exact_and_no_text_is_a_formula(tmp_path: Path) -> None:
    path = written(SHEET, tmp_path, Format.CSV)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["Symbol", "Con ID", "Cost", "Opened", "Expiry", "Full"],
        ["'=1+1", "7", "-0.00000001", "2026-11-22T12:34:56.789Z", "2027-01-15", "True"],
        ["ÜBER, →\r\n株", "8", "1234567890123456789012345.678", "", "", "False"],
    ]


def test_json_has_exact_figures_as_strings(tmp_path: Path) -> None:
    path = written(SHEET, tmp_path, Format.JSON)
    assert path.read_bytes().isascii()
    first, second = json.loads(path.read_bytes())
    assert first == {
        "symbol": "=1+1",
        "con_id": 7,
        "cost": "-0.00000001",
        "at": "2026-11-22T12:34:56.789Z",
        "expiry": "2027-01-15",
        "is_full": True,
    }
    assert (second["cost"], second["at"]) == ("1234567890123456789012345.678", None)


def test_nothing_is_an_empty_list_and_a_line_of_titles(tmp_path: Path) -> None:
    empty = Sheet("Positions", SHEET.headings, ())
    assert json.loads(written(empty, tmp_path, Format.JSON).read_bytes()) == []
    assert written(empty, tmp_path, Format.CSV).read_text(encoding="utf-8").count("\n") == 1


def test_half_a_character_does_not_end_the_export(tmp_path: Path) -> None:
    sheet = Sheet("Positions", (Heading("s", "S"),), (("half \ud800",),))
    assert written(sheet, tmp_path, Format.CSV).read_text(encoding="utf-8") == "S\nhalf ?\n"
