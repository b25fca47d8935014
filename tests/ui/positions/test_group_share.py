"""% of group: a row's market value by its innermost group's, or a dash that says why."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt

from app.domain.model.positions import Position
from app.domain.portfolio.fx_rates import Rates
from app.export.sheet import Kind
from app.ui.positions.columns import KEYS
from app.ui.positions.context import PositionsContext
from app.ui.positions.spec import SPEC
from app.ui.positions.table import PositionsModel
from app.ui.style.formatting import Formats
from app.ui.table.core.layout import ColumnPlace, Filter, SortKey, TableLayout
from app.ui.table.core.rows import TableRow
from app.ui.table.model.copying import cells_of
from app.ui.table.model.exporting import table_sheet
from tests.ui.fakes import NOW, position

D = Decimal
COLUMNS = tuple(map(ColumnPlace, ("symbol", "market_value", "group_pct")))
SHARE = KEYS.index("group_pct")
RATES = {"DU1": Rates("USD", NOW, {"EUR": D("1.25")}), "DU2": Rates("USD", NOW, {})}


def held(symbol: str, value: str | None, number: int, **more: Any) -> Position:
    currency = more.pop("currency", "USD")
    kind = more.pop("sec_type", "STK")
    made = position(symbol, number=number, market_value=value and D(value), **more)
    return replace(made, instrument=replace(made.instrument, currency=currency, sec_type=kind))


BOOK = (
    held("AAPL", "300", 1),
    held("MSFT", "100", 2),
    held("SAP", "160", 3, currency="EUR"),
    held("SPY", "-50", 4, account="DU2"),
    held("QQQ", "-150", 5, account="DU2"),
)


@pytest.fixture
def model(qapp: object) -> Iterator[PositionsModel]:  # noqa: ARG001
    context = PositionsContext(Formats(QLocale("en_US")), rates=RATES, base_currency="USD")
    made = PositionsModel(SPEC, context)
    made.set_layout(TableLayout(COLUMNS, (SortKey("symbol"),)))
    made.show(BOOK)
    yield made
    made.deleteLater()


def group(model: PositionsModel, *keys: str, **more: Any) -> None:
    model.set_layout(replace(model.layout, groups=keys, **more))


def shares(model: PositionsModel) -> dict[str, str]:
    """symbol -> what is shown, from top to bottom."""
    return {
        line.value.instrument.symbol: model.text(line, SHARE)
        for line in map(model.line, range(model.rowCount()))
        if isinstance(line, TableRow)
    }


def tooltip(model: PositionsModel, symbol: str) -> str:
    lines = [model.line(number) for number in range(model.rowCount())]
    found = next(
        number
        for number, line in enumerate(lines)
        if isinstance(line, TableRow) and line.value.instrument.symbol == symbol
    )
    return str(model.index(found, SHARE).data(Qt.ItemDataRole.ToolTipRole))


def test_without_groups_it_is_a_dash_that_says_what_to_do(model: PositionsModel) -> None:
    assert set(shares(model).values()) == {"—"}
    assert tooltip(model, "AAPL") == "Group the rows to see what share of its group each one is"


def test_each_row_is_a_part_of_its_group(model: PositionsModel) -> None:
    group(model, "currency")
    assert shares(model) == {
        "SAP": "100.00%", "AAPL": "150.00%", "MSFT": "50.00%", "QQQ": "−75.00%",
        "SPY": "−25.00%",
    }  # fmt: skip
    assert tooltip(model, "AAPL") == "300.00 of the group's 200.00 USD"


def test_the_group_is_the_innermost(model: PositionsModel) -> None:
    group(model, "account", "currency")
    assert shares(model) == {
        "SAP": "100.00%", "AAPL": "75.00%", "MSFT": "25.00%", "QQQ": "75.00%", "SPY": "25.00%",
    }  # fmt: skip


def test_several_currencies_are_converted(model: PositionsModel) -> None:
    """160 EUR are 200 USD, of 600 USD."""
    group(model, "account")
    assert [shares(model)[name] for name in ("AAPL", "MSFT", "SAP")] == [
        *("50.00%", "16.67%", "33.33%"),
    ]
    assert tooltip(model, "SAP") == "200.00 of the group's 600.00 USD"


def test_it_is_the_same_in_the_base_currency(model: PositionsModel) -> None:
    group(model, "account")
    before = shares(model)
    model.set_context(replace(model.context, is_in_base=True))
    assert shares(model) == before


def test_what_a_group_lacks_is_said(model: PositionsModel) -> None:
    group(model, "account")
    model.show((*BOOK, held("NEW", None, 6)))
    assert shares(model)["AAPL"] == "—"
    assert tooltip(model, "AAPL") == "The group's sum is not known: 1 row has no known figure"
    assert shares(model)["SPY"] == "25.00%", "the other group is known"
    model.show((*BOOK, held("NESN", "1", 6, currency="CHF")))
    assert tooltip(model, "AAPL") == (
        "No total: IBKR gave no rate to USD for one of these currencies"
    )
    model.show((held("AAPL", "300", 1), held("MSFT", "-300", 2)))
    assert tooltip(model, "AAPL") == "The group's sum is zero"


def test_filters_make_the_group_smaller(model: PositionsModel) -> None:
    group(model, "account")
    model.set_layout(model.layout.with_filter(Filter("currency", "USD")))
    assert shares(model)["AAPL"] == "75.00%"
    model.filter("All", "aapl")
    assert shares(model) == {"AAPL": "100.00%"}


def test_rows_are_sorted_by_it_within_their_group(model: PositionsModel) -> None:
    """Of a group whose sum is negative, the largest part is the most negative value."""
    by = (SortKey("group_pct", is_descending=True),)
    group(model, "account", sort=by)
    assert list(shares(model)) == ["AAPL", "SAP", "MSFT", "QQQ", "SPY"]
    model.set_layout(replace(model.layout, sort=(SortKey("group_pct"),)))
    assert list(shares(model)) == ["MSFT", "SAP", "AAPL", "SPY", "QQQ"]


def test_the_parts_follow_other_figures_of_the_group(model: PositionsModel) -> None:
    group(model, "account", sort=(SortKey("group_pct", is_descending=True),))
    seen: list[str] = []
    model.dataChanged.connect(
        lambda first, last, _: seen.extend(KEYS[first.column() : last.column() + 1])
    )
    model.show((replace(BOOK[0], market_value=D(100)), *BOOK[1:]))
    assert shares(model)["MSFT"] == "25.00%"
    assert list(shares(model))[:3] == ["SAP", "AAPL", "MSFT"]
    assert "group_pct" in seen

    def newest(one: Position) -> Position:
        return replace(one, market_value=D(700)) if one.instrument.symbol == "MSFT" else one

    model.tick([BOOK[1].identity], newest)
    model.rearrange()
    assert shares(model)["SAP"] == "20.00%"
    assert list(shares(model))[:3] == ["MSFT", "SAP", "AAPL"]


def test_a_column_that_is_shown_later_knows_its_groups(model: PositionsModel) -> None:
    group(model, "account")
    model.set_layout(model.layout.with_column("group_pct", is_shown=False))
    model.show((replace(BOOK[0], market_value=D(100)), *BOOK[1:]))
    model.set_layout(model.layout.with_column("group_pct", is_shown=True))
    assert shares(model)["MSFT"] == "25.00%"
    group(model)
    assert set(shares(model).values()) == {"—"}


def test_copy_and_export_have_what_is_shown(model: PositionsModel) -> None:
    group(model, "account")
    lines = [model.line(number) for number in range(model.rowCount())]
    copied = [row[0] for row in cells_of(model, lines, [SHARE], is_as_shown=False)]
    assert copied == ["", "50.0000", "16.6667", "33.3333", "", "75.0000", "25.0000"]
    sheet = table_sheet(model, is_everything=False)
    place = [heading.key for heading in sheet.headings].index("group_pct")
    assert sheet.headings[place].kind is Kind.PERCENT
    assert [row[place] for row in sheet.rows] == [
        *(D(50), D("16.6667"), D("33.3333"), D(75), D(25)),
    ]
    assert sheet.notes[-1] == "% of group: the groups are those by Account."


def test_an_export_of_everything_takes_the_groups_over_all_rows(model: PositionsModel) -> None:
    group(model, "account", filters=(Filter("currency", "USD"),))
    model.set_layout(model.layout.with_column("group_pct", is_shown=False))
    sheet = table_sheet(model, is_everything=True)
    place = [heading.key for heading in sheet.headings].index("group_pct")
    assert {row[0]: row[place] for row in sheet.rows}["AAPL"] == D(50)
    group(model, filters=())
    sheet = table_sheet(model, is_everything=True)
    assert {row[place] for row in sheet.rows} == {None}
