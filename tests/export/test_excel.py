"""What Excel is given: typed cells, every digit, and nothing that acts."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.export import excel
from app.export.errors import ExportError
from app.export.sheet import Heading, Kind, Sheet
from app.export.writing import Format, write_sheet
from tests.export.reading import NOON, cells_of, column_of, page_of, sheet_of, written, xml_of

FIGURES = ("0", "-0.5", "1234.5", "-1E-8", "1E-8", "99999999999.9999", "12345678901234.5", "1E+12")
LONG = "1234567890123456789012345.678"  # 28 digits
EXACT = ("-0.1234567890123456789012345678", LONG, f"-{LONG}", "12345678901234567", "1E-310")


def digits(number: float | int) -> Decimal:
    """What Excel shows of a number: 15 digits."""
    return Decimal(f"{number:.15g}")


@pytest.mark.parametrize("kind", [Kind.MONEY, Kind.PRICE, Kind.QUANTITY, Kind.NUMBER])
def test_figures_of_up_to_15_digits_are_numbers_with_all_of_them(
    kind: Kind, tmp_path: Path
) -> None:
    figures = [Decimal(text) for text in FIGURES]
    path = written(sheet_of(kind, *figures), tmp_path)
    assert [digits(found) for found in column_of(path)] == figures
    assert cells_of(path)[0] == ["Value"]  # nothing needs its exact text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=None), max_size=5))
def test_every_figure_can_be_read_back_digit_by_digit(
    tmp_path: Path, figures: list[Decimal]
) -> None:
    path = written(sheet_of(Kind.MONEY, *figures), tmp_path)
    titles, *rows = cells_of(path)
    for row, figure in zip(rows, figures, strict=True):
        if len(titles) == 2:
            assert Decimal(row[1]) == figure
        else:
            assert digits(row[0]) == figure


def test_a_longer_figure_has_its_exact_text_beside_it(tmp_path: Path) -> None:
    figures = [Decimal(text) for text in (*EXACT, "1.5")]
    sheet = Sheet(
        "Positions",
        (Heading("cost", "Cost", Kind.MONEY), Heading("name", "Name")),
        tuple((figure, "AAPL") for figure in figures),
    )
    path = written(sheet, tmp_path)
    titles, *rows = cells_of(path)
    assert titles == ["Cost", "Cost (exact)", "Name"]
    assert [row[1] for row in rows] == [format(figure, "f") for figure in figures]
    numbers = [row[0] for row in rows if not isinstance(row[0], str)]
    held = [figure for figure in figures if abs(figure) > Decimal("1E-300")]
    assert list(map(float, numbers)) == list(map(float, held))


def test_what_is_not_known_is_no_cell(tmp_path: Path) -> None:
    path = written(sheet_of(Kind.MONEY, None, "", Decimal(0)), tmp_path)
    assert column_of(path) == [None, None, 0]


@pytest.mark.parametrize(
    ("kind", "figure", "pattern"),
    [
        (Kind.MONEY, "1.5", "#,##0.00"),
        (Kind.PRICE, "1.5", "#,##0.00########"),
        (Kind.QUANTITY, "100", "#,##0"),
        (Kind.QUANTITY, "100.0", "#,##0"),
        (Kind.QUANTITY, "0.25", "#,##0.##########"),
        (Kind.PERCENT, "12.5", "0.00%"),
    ],
)
def test_each_kind_has_its_pattern(kind: Kind, figure: str, pattern: str, tmp_path: Path) -> None:
    page = page_of(written(sheet_of(kind, Decimal(figure)), tmp_path))
    assert page["A2"].number_format == pattern


def test_a_percentage_is_what_excel_calculates_with(tmp_path: Path) -> None:
    path = written(sheet_of(Kind.PERCENT, Decimal("12.5")), tmp_path)
    assert column_of(path) == [0.125]


def test_times_and_days_are_dates_of_excel_in_local_time(tmp_path: Path) -> None:
    at = datetime(2026, 3, 29, 12, 34, 56, 789000, tzinfo=UTC)
    page = page_of(written(sheet_of(Kind.TIME, at), tmp_path))
    assert page["A2"].value == at.astimezone().replace(tzinfo=None)
    assert page["A2"].number_format == "yyyy-mm-dd hh:mm:ss"
    page = page_of(written(sheet_of(Kind.DATE, date(2027, 12, 17)), tmp_path))
    assert page["A2"].value.date() == date(2027, 12, 17)
    assert page["A2"].number_format == "yyyy-mm-dd"


def test_a_day_before_excels_calendar_is_a_text(tmp_path: Path) -> None:
    assert column_of(written(sheet_of(Kind.DATE, date(1899, 1, 1)), tmp_path)) == ["1899-01-01"]


def test_yes_and_no_are_truth_values(tmp_path: Path) -> None:
    assert column_of(written(sheet_of(Kind.YES_NO, True, False), tmp_path)) == [True, False]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", '=HYPERLINK("http://x.example")', "http://x.example"],
)
def test_no_text_becomes_a_formula_or_a_link(text: str, tmp_path: Path) -> None:
    path = written(sheet_of(Kind.TEXT, text), tmp_path)
    cell = page_of(path)["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix == (not text.startswith("http"))  # a text after it is edited, too
    assert cell.hyperlink is None
    assert "<f>" not in xml_of(path)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A\x1b]0;x\x07", "A␛]0;x␇"),
        ("two\r\nlines\t", "two␍␊lines␉"),
        ("\u202eevil", "�evil"),
        ("half \ud800", "half �"),
        ("no \ufffe\uffff", "no ��"),
        ("_x0041_", "_x0041_"),
        ("<r><t>x</t></r>", "<r><t>x</t></r>"),
        ("a & b < c > d \"e\" 'f'", "a & b < c > d \"e\" 'f'"),
        (" spaces ", " spaces "),
        ("ÜBER→株 😀", "ÜBER→株 😀"),
    ],
)
def test_texts_are_as_they_were_and_control_characters_can_be_seen(
    text: str, shown: str, tmp_path: Path
) -> None:
    path = written(sheet_of(Kind.TEXT, text), tmp_path)
    # openpyxl leaves Excel's escapes of single characters in place.
    assert [found.replace("_x005F_", "_") for found in column_of(path)] == [shown]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text())
def test_any_text_makes_a_file_that_can_be_read(tmp_path: Path, text: str) -> None:
    path = written(sheet_of(Kind.TEXT, text, "after it", title=f"T{text}"[:200]), tmp_path)
    assert column_of(path)[1] == "after it"


def test_a_text_longer_than_a_cell_is_cut_visibly(tmp_path: Path) -> None:
    (found,) = column_of(written(sheet_of(Kind.TEXT, "x" * 40_000), tmp_path))
    assert len(found) == 32_767
    assert found.endswith("x…")


def test_the_titles_stay_in_sight_and_can_be_filtered_by(tmp_path: Path) -> None:
    page = page_of(written(sheet_of(Kind.TEXT, "AAPL", "MSFT"), tmp_path))
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref == "A1:A3"
    assert page["A1"].font.bold


def test_columns_are_as_wide_as_their_texts(tmp_path: Path) -> None:
    sheet = Sheet(
        "Positions",
        (Heading("name", "Name"), Heading("value", "Value", Kind.MONEY)),
        (("a" * 30, Decimal("-1234567890.12")), ("b" * 500, None)),
    )
    page = page_of(written(sheet, tmp_path))
    assert page.column_dimensions["A"].width == pytest.approx(60, abs=1)
    assert page.column_dimensions["B"].width >= len("-1,234,567,890.12")


def test_an_empty_table_is_its_titles(tmp_path: Path) -> None:
    path = written(sheet_of(Kind.TEXT), tmp_path)
    assert [row for row in cells_of(path) if any(row)] == [["Value"]]


def test_totals_have_a_page_of_their_own_with_the_notes_below(tmp_path: Path) -> None:
    currencies = ("CHF", "EUR", "GBP", "JPY", "USD")
    totals = Sheet(
        "Totals",
        (Heading("currency", "Currency"), Heading("value", "Value", Kind.MONEY)),
        tuple((currency, Decimal(f"{n}.{n}5")) for n, currency in enumerate(currencies)),
    )
    rows = tuple((Decimal(1),) for _ in currencies)
    sheet = Sheet(
        "Positions", (Heading("v", "V", Kind.MONEY),), rows, totals, ("Times are local.",)
    )
    path = written(sheet, tmp_path)
    assert cells_of(path, "Totals") == [
        ["Currency", "Value"],
        *([currency, float(f"{n}.{n}5")] for n, currency in enumerate(currencies)),
        [None, None],
        ["Times are local.", None],
    ]


def test_many_rows_of_many_columns_are_all_there(tmp_path: Path) -> None:
    headings = tuple(Heading(f"c{n}", f"C {n}", Kind.WHOLE) for n in range(60))
    rows = tuple(tuple(row * 100 + column for column in range(60)) for row in range(500))
    path = written(Sheet("Positions", headings, rows), tmp_path)
    assert cells_of(path)[1:] == [list(row) for row in rows]


def test_more_rows_than_excel_holds_are_refused(tmp_path: Path) -> None:
    rows = ((NOON,),) * excel.MOST_ROWS
    sheet = Sheet("Positions", (Heading("at", "At", Kind.TIME),), rows)
    with pytest.raises(ExportError, match=re.escape("Excel holds 1,048,575 rows")):
        write_sheet(sheet, tmp_path / "out.xlsx", Format.EXCEL)
    assert list(tmp_path.iterdir()) == []
