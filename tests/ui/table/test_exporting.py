"""A table as a sheet: exact values of what is shown, sums by currency, nothing invented."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale

from app.domain.model.positions import Position
from app.export.sheet import Kind, Sheet
from app.ui.positions.context import PositionsContext
from app.ui.positions.spec import SPEC
from app.ui.positions.table import PositionsModel
from app.ui.style.formatting import Formats
from app.ui.table.core.layout import ColumnPlace, Filter, SortKey, TableLayout
from app.ui.table.model.exporting import table_content, table_sheet
from tests.ui.fakes import position

LONG = Decimal("1234567890123456789012345.678")


def in_currency(one: Position, currency: str, **changes: object) -> Position:
    return replace(one, instrument=replace(one.instrument, currency=currency), **changes)  # type: ignore[arg-type]


@pytest.fixture
def model(qapp: object) -> PositionsModel:  # noqa: ARG001
    made = PositionsModel(SPEC, PositionsContext(Formats(QLocale("de_CH"))))
    made.show(
        [
            in_currency(position("CCC", number=1), "USD", market_value=LONG),
            in_currency(position("AAA", number=2), "USD", market_value=Decimal("1E-8")),
            in_currency(position("BBB", number=3), "EUR", market_value=None),
            in_currency(position("DDD", number=4), "EUR", market_value=Decimal(-5)),
        ]
    )
    return made


def columns(*keys: str) -> tuple[ColumnPlace, ...]:
    return tuple(ColumnPlace(key) for key in keys)


def titles(sheet: Sheet) -> list[str]:
    return [heading.title for heading in sheet.headings]


def test_what_is_shown_has_its_columns_its_order_and_all_digits(model: PositionsModel) -> None:
    model.set_layout(
        TableLayout(
            columns("symbol", "market_value", "currency"),
            (SortKey("market_value", is_descending=True),),
            (Filter("currency", "USD"),),
        )
    )
    sheet = table_sheet(model, is_everything=False)
    assert titles(sheet) == ["Symbol", "Market value", "Currency"]
    assert list(sheet.rows) == [("CCC", LONG, "USD"), ("AAA", Decimal("1E-8"), "USD")]
    assert sheet.notes[1] == "2 of 4 rows: those that were shown."


def test_everything_is_all_rows_and_columns_whatever_is_shown(model: PositionsModel) -> None:
    model.set_layout(TableLayout(columns("symbol"), (), (Filter("currency", "USD"),)))
    model.set_context(replace(model.context, is_in_base=True, base_currency="EUR"))
    sheet = table_sheet(model, is_everything=True)
    assert [heading.key for heading in sheet.headings] == [column.key for column in SPEC.columns]
    assert [row[0] for row in sheet.rows] == ["AAA", "BBB", "CCC", "DDD"]
    value = [heading.key for heading in sheet.headings].index("market_value")
    assert [row[value] for row in sheet.rows] == [Decimal("1E-8"), None, LONG, Decimal(-5)]


def test_figures_say_what_kind_they_are(model: PositionsModel) -> None:
    found = {
        heading.key: heading.kind for heading in table_sheet(model, is_everything=True).headings
    }
    assert {key: found[key] for key in ("symbol", "quantity", "market_price", "con_id")} == {
        "symbol": Kind.TEXT,
        "quantity": Kind.QUANTITY,
        "market_price": Kind.PRICE,
        "con_id": Kind.WHOLE,
    }
    assert found["market_value"] is found["realized_pnl"] is Kind.MONEY
    assert found["unrealized_pct"] is found["net_pct"] is Kind.PERCENT
    assert found["opened_at"] is found["last_synced_at"] is Kind.TIME


def test_totals_are_by_currency_exact_and_count_what_is_not_known(model: PositionsModel) -> None:
    model.set_layout(TableLayout(columns("symbol", "market_value")))
    totals = table_sheet(model, is_everything=False).totals
    assert totals is not None
    assert titles(totals) == [
        *("Currency", "Rows", "Market value", "Market value: rows without a figure"),
    ]
    assert list(totals.rows) == [
        ("EUR", 2, Decimal(-5), 1),
        ("USD", 2, Decimal("1234567890123456789012345.67800001"), 0),
    ]


def test_groups_have_their_columns_their_order_and_totals_of_their_own(
    model: PositionsModel,
) -> None:
    model.set_layout(TableLayout(columns("symbol", "market_value"), groups=("currency",)))
    sheet = table_sheet(model, is_everything=False)
    assert [row[:2] for row in sheet.rows] == [
        *(("EUR", "BBB"), ("EUR", "DDD"), ("USD", "AAA"), ("USD", "CCC")),
    ]
    assert sheet.totals is not None
    assert [row[:3] for row in sheet.totals.rows] == [
        *(("EUR", "EUR", 2), ("USD", "USD", 2), ("All", "EUR", 2), ("All", "USD", 2)),
    ]


def test_converted_amounts_say_their_currency(model: PositionsModel) -> None:
    model.set_layout(TableLayout(columns("symbol", "market_value")))
    model.set_context(replace(model.context, is_in_base=True, base_currency="EUR"))
    sheet = table_sheet(model, is_everything=False)
    assert titles(sheet) == ["Symbol", "Market value (EUR)"]
    assert [row[1] for row in sheet.rows if row[0] in ("CCC", "DDD")] == [None, Decimal(-5)]


def test_figures_that_have_moved_are_the_newest(model: PositionsModel) -> None:
    newest: Callable[[Position], Position] = lambda one: replace(one, market_value=Decimal(7))  # noqa: E731
    model.tick([model.rows[0].key], newest)
    sheet = table_sheet(model, is_everything=True)
    value = [heading.key for heading in sheet.headings].index("market_value")
    assert {row[0]: row[value] for row in sheet.rows}["CCC"] == 7


def test_a_sheet_does_not_change_with_the_table(model: PositionsModel) -> None:
    content = table_content(model, is_everything=True)
    model.show([])
    assert len(content.sheet().rows) == 4
