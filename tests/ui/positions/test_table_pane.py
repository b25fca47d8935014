"""The positions as the user has arranged them: filters, base currency, what has changed."""

from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.model.positions import Change, ChangeKind, Position, Source
from app.domain.model.runs import Counts
from app.domain.portfolio.fx_rates import Rates
from app.domain.portfolio.summary import PortfolioSummary
from app.ui.positions.columns import KEYS
from app.ui.table.core.layout import Filter
from app.ui.table.model.exporting import table_sheet
from tests.ui.conftest import Desk, until
from tests.ui.fakes import NOW, book, position, report, summary

TOOLTIP = Qt.ItemDataRole.ToolTipRole


def euro(symbol: str, number: int, **more: object) -> Position:
    held = position(symbol, number=number, **more)
    return replace(held, instrument=replace(held.instrument, currency="EUR"))


def rated(*positions: Position) -> object:
    """With IBKR's rate of the euro: 1.25."""
    rates = Rates("USD", NOW, {"EUR": Decimal("1.25")})
    rows = tuple(
        replace(summary(account, "10000", "120"), rates=rates) for account in ("DU1", "DU2")
    )
    return replace(book(*positions), portfolio=PortfolioSummary(rows, NOW))


def reduced(held: Position) -> Change:
    return Change(ChangeKind.REDUCED, replace(held, quantity=Decimal(20)), held)


async def test_one_switch_shows_all_amounts_in_the_base_currency(desk: Desk) -> None:
    await desk.load(rated(position("AAPL"), euro("SAP", 2)))
    pane = desk.window.positions.pane
    assert pane.in_base.isVisible() and pane.in_base.text() == "In USD"
    assert desk.column("Market value") == ["1,100.00", "1,100.00"]
    assert pane.totals.texts()["market_value"] == "2,475.00"
    pane.in_base.click()
    assert desk.column("Market value") == ["1,100.00", "1,375.00"]
    assert desk.column("Market price") == ["110.00", "110.00"], "a price is no amount"
    assert pane.totals.texts()["market_value"] == "2,475.00"
    pane.in_base.click()
    assert desk.column("Market value") == ["1,100.00", "1,100.00"]


async def test_a_realized_total_of_nothing_closed_is_a_dash_like_its_rows(desk: Desk) -> None:
    await desk.load(book(position("AAPL"), euro("SAP", 2)))
    model, key = desk.window.positions.model, "realized_pnl"
    assert desk.column("Realized P&L") == ["—", "—"]
    assert desk.window.positions.pane.totals.texts()[key] == "—"
    total = model.subtotal(model.total, KEYS.index(key))
    assert total.tooltip == "No part of these positions has been closed yet"
    totals = table_sheet(model, is_everything=True).totals
    assert totals is not None
    place = [heading.key for heading in totals.headings].index(key)
    assert [row[place : place + 2] for row in totals.rows] == [(None, 0), (None, 0)]


async def test_a_realized_total_leaves_out_what_was_never_closed(desk: Desk) -> None:
    """Its currency needs no rate then, and it is no unknown figure."""
    gain = {"realized_pnl": Decimal(50), "realized_source": Source.FILLS}
    unknown = {"realized_source": Source.UNKNOWN}
    await desk.load(book(position("AAPL", **gain), euro("SAP", 2)))
    pane = desk.window.positions.pane
    assert pane.totals.texts()["realized_pnl"] == "+50.00"
    await desk.load(book(position("AAPL", **gain), position("MSFT", number=2, **unknown)))
    assert pane.totals.texts()["realized_pnl"] == "+50.00 + ?"


async def test_without_another_currency_there_is_nothing_to_switch(desk: Desk) -> None:
    await desk.load(rated(position("AAPL")))
    assert not desk.window.positions.pane.in_base.isVisible()


async def test_amounts_without_a_rate_are_unknown_in_the_base_currency(desk: Desk) -> None:
    content = rated(position("AAPL"), euro("SAP", 2))
    bare = tuple(replace(row, rates=None) for row in content.portfolio.rows)  # type: ignore[attr-defined]
    await desk.load(replace(content, portfolio=PortfolioSummary(bare, NOW)))  # type: ignore[type-var]
    desk.window.positions.pane.in_base.click()
    assert desk.column("Market value") == ["1,100.00", "—"]
    assert "rate" in desk.cell(1, "base_value", TOOLTIP)
    assert desk.window.positions.pane.totals.texts()["market_value"] == "—"


async def test_a_screen_reader_hears_the_base_currency_and_why_there_is_no_expiry(
    desk: Desk,
) -> None:
    await desk.load(rated(position("AAPL"), euro("SAP", 2)))
    role = Qt.ItemDataRole.AccessibleTextRole
    assert desk.cell(1, "market_value", role) == "SAP, Market value: 1,100.00 EUR"
    assert desk.cell(1, "note", role) == "SAP, Note: empty"
    assert desk.cell(1, "base_value", role) == "SAP, Value in base: 1,375.00 USD"
    assert desk.cell(1, "expiry", role) == "SAP, Expiry: It has no expiry date"


async def test_the_account_is_hidden_while_there_is_only_one(desk: Desk) -> None:
    await desk.load(replace(book(position("AAPL")), accounts=("DU1",)))
    table, account = desk.window.positions.table, KEYS.index("account")
    assert table.isColumnHidden(account)
    await desk.load(replace(book(position("AAPL")), accounts=("DU1", "DU2")))
    assert not table.isColumnHidden(account)


async def test_what_a_sync_changed_stays_marked_until_it_was_seen(desk: Desk) -> None:
    old = position("AAPL", "20")
    await desk.load(book(old, position("MSFT", number=2)))
    held = position("AAPL", "10")
    await desk.sync_to(book(held, position("MSFT", number=2)), report(Counts(), reduced(held)))
    model = desk.window.positions.model
    assert [model.is_marked(row) for row in model.lines] == [True, False]
    assert desk.cell(0, "quantity", TOOLTIP) == "20 → 10 since you last looked"
    table = desk.window.positions.table
    place = table.visualRect(model.index(0, 3)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not model.is_marked(model.lines[0])
    assert desk.cell(0, "quantity", TOOLTIP) is None


async def test_a_click_on_the_status_lists_what_has_changed(desk: Desk) -> None:
    old, other = position("AAPL", "20"), position("MSFT", number=2)
    await desk.load(book(old, other))
    held = position("AAPL", "10")
    await desk.sync_to(book(held, other), report(Counts(), reduced(held)))
    message = desk.window.status.message
    QTest.mouseClick(message, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert desk.column("Symbol") == ["AAPL"]
    assert desk.window.positions.caption.text().startswith("1 of 2 positions")
    desk.window.positions.table.all_seen.emit()
    assert desk.column("Symbol") == ["AAPL", "MSFT"]


async def test_filters_without_a_match_can_be_cleared(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    page = desk.window.positions
    page.pane.set_layout(page.model.layout.with_filter(Filter("side", "short")))
    assert page.stack.currentWidget() is page.no_match
    assert page.no_match.text.text() == "No position matches the filters."
    page.no_match.link.click()
    assert page.table.isVisible()
    assert page.model.layout.filters == ()


async def test_enter_in_the_search_goes_to_what_was_found(desk: Desk) -> None:
    await desk.load(book(position("AAPL"), position("MSFT", number=2)))
    desk.window.activateWindow()
    await until(desk.window.isActiveWindow)
    desk.window.search_field.setFocus()
    QTest.keyClicks(desk.window.search_field, "msft")
    QTest.keyClick(desk.window.search_field, Qt.Key.Key_Return)
    table = desk.window.positions.table
    assert QApplication.focusWidget() is table
    assert desk.window.positions.model.value(table.currentIndex().row()).instrument.symbol == "MSFT"


async def test_the_totals_follow_filters_and_live_figures(desk: Desk) -> None:
    short = position("MSFT", "-5", number=2, market_value=Decimal(-500))
    await desk.load(book(position("AAPL"), short))
    pane = desk.window.positions.pane
    assert pane.totals.texts()["market_value"] == "600.00"
    pane.set_layout(pane.model.layout.with_filter(Filter("side", "long")))
    assert pane.totals.texts()["market_value"] == "1,100.00"
    assert pane.totals.title() == "Total (1)"


async def test_a_sum_with_futures_says_that_their_value_is_notional(desk: Desk) -> None:
    future = position("ES", number=2)
    future = replace(future, instrument=replace(future.instrument, sec_type="FUT"))
    await desk.load(book(position("AAPL"), future))
    model, column = desk.window.positions.model, KEYS.index("market_value")
    assert "notional" in model.subtotal(model.total, column).tooltip
    await desk.load(book(position("AAPL")))
    assert "notional" not in model.subtotal(model.total, column).tooltip


async def test_figures_of_any_size_are_shown_summed_and_converted(desk: Desk) -> None:
    """Rounding one with the usual 28 digits raised InvalidOperation in the middle of a paint."""
    huge = {"market_value": Decimal("12345678901234567890123456789.5")}
    cost = {
        "average_cost": Decimal("123456789012345678901234.5"),
        "unrealized_pnl": Decimal("1e27"),
    }
    tiny = {"average_cost": Decimal("1e-9"), "unrealized_pnl": Decimal("1e27")}
    await desk.load(
        rated(
            position("AAPL", **huge, **cost),
            euro("SAP", 2, **huge),
            position("T", number=3, **tiny),
        )
    )
    pane = desk.window.positions.pane
    for column in KEYS:
        layout = pane.model.layout.with_column(column, is_shown=True)
        pane.set_layout(layout if column in layout.keys else pane.model.layout)
    assert not desk.window.grab().isNull()
    assert desk.cell(0, "market_value") == "12,345,678,901,234,567,890,123,456,789.50"
    assert desk.cell(1, "base_value") == "15,432,098,626,543,209,862,654,320,986.88"
    assert desk.cell(0, "average_price") == "123,456,789,012,345,678,901,234.50"
    total = pane.model.subtotal(pane.model.total, KEYS.index("market_value"))
    assert total.text == "27,777,777,527,777,777,752,777,778,876.38"


async def test_an_empty_page_offers_nothing_to_arrange(desk: Desk) -> None:
    await desk.load()
    assert not desk.window.positions.pane.bar.isVisible()
    await desk.load(book(position("AAPL")))
    assert desk.window.positions.pane.bar.isVisible()


async def test_what_all_positions_have_in_common_is_no_filter(desk: Desk) -> None:
    await desk.load(book(position("AAPL"), position("MSFT", number=2)))
    menu = desk.window.positions.pane.filters.filters
    menu.fill()
    titles = [action.text() for action in menu.actions()]
    assert "Underlying" in titles
    assert not {"Account", "Currency", "DU1", "USD"} & set(titles)
