"""The tab of closed positions: what it says of each close, and how it is filtered and explained."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.domain.history.closed_positions import ClosedOrder, ClosedPositionRow
from app.domain.model.notes import NotesEdit
from app.domain.model.positions import Source
from app.ui.closed.columns import KEYS, SPEC, TITLES
from app.ui.closed.controller import PAGE
from app.ui.closed.page import ClosedPage
from app.ui.closed.periods import ClosedPeriod
from app.ui.table.core.layout import ColumnPlace
from tests.store.trading import MSFT, SAP, at, execute, fill, held, snapshot
from tests.ui.conftest import PastDesk, until

TOOLTIP = Qt.ItemDataRole.ToolTipRole
BOUGHT = snapshot(0, held(), held(MSFT), held(SAP))
SOLD_A_PART = snapshot(
    10,
    held(quantity="60"),
    held(MSFT),
    held(SAP),
    fills=[fill("1.01", "-40", minute=5, price="12", commission="1", realized="79")],
)
SOLD_THE_REST = snapshot(
    20, held(MSFT, "70"), held(SAP), fills=[fill("2.01", "-60", minute=15, price="13")]
)


def texts(page: ClosedPage, *titles: str) -> list[tuple[str, ...]]:
    """Of each line, from top to bottom."""
    model = page.model
    return [
        tuple(model.index(row, TITLES.index(title)).data() for title in titles)
        for row in range(model.rowCount())
    ]


def click(page: ClosedPage, title: str) -> None:
    """On a column's title."""
    page.table.header.sectionClicked.emit(TITLES.index(title))


def chosen(page: ClosedPage) -> list[str]:
    """The symbols of the selected lines."""
    values = [page.model.value(number) for number in page.table.selected_lines()]
    return [value.row.instrument.symbol for value in values if value is not None]


async def test_each_position_has_its_figures_its_source_and_its_parts(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    shown = texts(page, "Symbol", "Closed", "Quantity", "Exit", "Realized P&L", "Source")
    assert [row[0] for row in shown] == ["MSFT", "AAPL"]
    assert shown[0][1:] == ("Partial", "30", "12.00", "≈ +60.00", "≈ estimate")
    assert shown[1][2:] == ("100", "12.60", "+259.00", "from fills")
    for number in (1, 0):
        page.table.setCurrentIndex(page.model.index(number, 0))
        QTest.keyClick(page.table, Qt.Key.Key_Right)
    assert texts(page, "Symbol", "Account", "Quantity", "Source")[2:] == [
        ("Partial close", "", "40", "exact"),
        ("Final close", "", "60", "from fills"),
    ]
    tip = page.model.index(0, TITLES.index("Source")).data(TOOLTIP)
    assert "no execution" in tip.lower()
    assert page.filters.caption.text() == "2 positions"


async def test_totals_follow_the_filter_with_estimates_apart(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    (line,) = page.totals.lines
    assert [label.text() for label in line.labels[:5]] == [
        "USD", "+259.00", "≈ +60.00", "1.00", "3",
    ]  # fmt: skip
    page.filters.source.setCurrentIndex(page.filters.source.findData(Source.BROKER))
    await past.answered()
    assert texts(page, "Symbol", "Quantity", "Realized P&L") == [("AAPL", "40", "+79.00")]
    assert [label.text() for label in line.labels[:5]] == ["USD", "+79.00", "—", "1.00", "1"]


async def test_search_account_and_period_narrow_the_lines(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    past.window.search_field.setText("msf")
    await past.answered()
    assert texts(page, "Symbol") == [("MSFT",)]
    past.window.search_field.setText("zzz")
    await past.answered()
    assert page.stack.currentWidget() is page.empty
    assert page.empty.text.text() == "No close matches “zzz”."
    page.empty.link.click()
    await past.answered()
    assert len(texts(page, "Symbol")) == 2
    past.now = at(0) + timedelta(days=400)
    page.show_age(past.now)
    page.filters.period.setCurrentIndex(page.filters.period.findData(ClosedPeriod.LAST_YEAR))
    await past.answered()
    assert len(texts(page, "Symbol")) == 2
    page.filters.period.setCurrentIndex(page.filters.period.findData(ClosedPeriod.TODAY))
    await past.answered()
    assert page.stack.currentWidget() is page.empty


async def test_before_the_first_close_the_page_says_so(past: PastDesk) -> None:
    await past.take(BOUGHT)
    page = await past.open_closed()
    assert page.stack.currentWidget() is page.empty
    assert page.empty.title.text() == "Nothing closed yet"
    assert not page.filters.isVisible()


async def test_a_sync_adds_its_closes_and_keeps_the_selection(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART)
    page = await past.open_closed()
    page.table.selectRow(0)
    await past.take(snapshot(20, held(quantity="60"), held(MSFT, "50"), held(SAP)))
    assert texts(page, "Symbol") == [("MSFT",), ("AAPL",)]
    assert chosen(page) == ["AAPL"]


async def test_an_undone_sync_takes_its_closes_along(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART)
    page = await past.open_closed()
    assert texts(page, "Symbol") == [("AAPL",)]
    await past.kept.undo()
    await past.load()
    await past.answered()
    assert page.stack.currentWidget() is page.empty


async def test_a_click_on_a_title_sorts_and_a_second_turns_it(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    header = page.table.header
    click(page, "Realized P&L")
    await past.answered()
    assert texts(page, "Symbol") == [("AAPL",), ("MSFT",)]
    assert header.sortIndicatorSection() == TITLES.index("Realized P&L")
    assert header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
    click(page, "Realized P&L")
    await past.answered()
    assert texts(page, "Symbol") == [("MSFT",), ("AAPL",)]
    assert header.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
    click(page, "Symbol")
    await past.answered()
    assert texts(page, "Symbol") == [("AAPL",), ("MSFT",)]
    assert header.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder


@pytest.mark.parametrize("title", TITLES)
async def test_every_column_sorts(past: PastDesk, title: str) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    page.set_layout(replace(page.model.layout, columns=all_columns()))
    asked: list[ClosedOrder] = []
    page.filter_wanted.connect(lambda _wanted, order: asked.append(order))
    click(page, title)
    click(page, title)
    await past.answered()
    assert [order.by.value for order in asked] == [KEYS[TITLES.index(title)]] * 2
    assert {order.is_descending for order in asked} == {True, False}
    assert sorted(texts(page, "Symbol")) == [("AAPL",), ("MSFT",)]


def all_columns() -> tuple[ColumnPlace, ...]:
    return tuple(map(ColumnPlace, KEYS))


async def test_copy_and_explain_work_on_the_page_that_is_shown(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    page.table.selectRow(1)
    past.window.window_actions.copy.trigger()
    title, copied = QGuiApplication.clipboard().text().splitlines()
    assert title.split("\t")[9] == "Realized P&L"
    assert copied.split("\t")[9] == "259"
    asked: list[object] = []
    page.explain_wanted.connect(lambda row, _cell: asked.append(row))
    past.window.window_actions.explain.trigger()
    apple = page.model.value(1)
    assert apple is not None and asked == [apple.row]


async def test_enter_and_a_double_click_explain_a_part_by_itself(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    page.model.unfold(1, is_unfolded=True)
    asked: list[tuple[ClosedPositionRow, QRect]] = []
    page.explain_wanted.connect(lambda row, cell: asked.append((row, cell)))
    page.table.setCurrentIndex(page.model.index(2, 0))
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    place = page.table.visualRect(page.model.index(3, TITLES.index("Days"))).center()
    for press in (QTest.mouseClick, QTest.mouseDClick):
        press(
            *(page.table.viewport(), Qt.MouseButton.LeftButton),
            *(Qt.KeyboardModifier.NoModifier, place),
        )
    assert [str(row.quantity) for row, _ in asked] == ["40", "60"]
    figure = page.table.visualRect(page.model.index(3, TITLES.index("Realized P&L")))
    figure.moveTopLeft(page.table.viewport().mapToGlobal(figure.topLeft()))
    assert asked[1][1] == figure


async def test_what_is_copied_are_the_lines_as_they_are_listed(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    page.model.unfold(1, is_unfolded=True)
    page.set_layout(page.model.layout.with_column("opened", is_shown=False))
    page.table.selectAll()
    page.copy()
    titles, *lines = (line.split("\t") for line in QGuiApplication.clipboard().text().splitlines())
    assert "Opened" not in titles
    wanted = [titles.index(title) for title in ("Symbol", "Closed", "Quantity", "Commission")]
    assert [[line[n] for n in wanted if n != 1] for line in lines] == [
        ["MSFT", "30", ""],
        ["AAPL", "100", ""],
        ["AAPL", "40", "1"],
        ["AAPL", "60", ""],
    ]


async def test_an_average_is_copied_without_digits_that_nobody_knows(past: PastDesk) -> None:
    thirds = [fill("1.01", "-1", minute=5, price="10"), fill("2.01", "-2", minute=6, price="11")]
    await past.take(BOUGHT, snapshot(10, held(MSFT), held(SAP), held(quantity="97"), fills=thirds))
    page = await past.open_closed()
    page.table.selectAll()
    page.copy()
    titles, line = (line.split("\t") for line in QGuiApplication.clipboard().text().splitlines())
    assert line[titles.index("Exit")] == "10.66666667"
    assert line[titles.index("%")] == "6.6667"


def close_many(past: PastDesk, count: int) -> None:
    """Positions with one close each, more than anybody wants to sync for a test."""
    n = f"WITH RECURSIVE n(i) AS (VALUES (9) UNION ALL SELECT i + 1 FROM n WHERE i < {8 + count})"
    execute(
        past.path,
        f"{n} INSERT INTO position (id, account, con_id, quantity, opened_at, closed_at, "
        "closed_run_id) SELECT i, 'DU1', 1, '0', '2026-11-01T09:00:00.000000Z', "
        "'2026-11-02T09:00:00.000000Z', 1 FROM n",
        f"{n} INSERT INTO close (id, position_id, run_id, quantity_closed, realized_pnl, source, "
        "closed_at, is_full_close) SELECT i, i, 1, '1', '1', 'broker', "
        "'2026-11-02T09:00:00.000000Z', 1 FROM n",
    )


async def test_an_open_page_reads_no_more_than_it_shows(past: PastDesk) -> None:
    await past.take(BOUGHT)
    close_many(past, 5 * PAGE)
    page = await past.open_closed()
    for _ in range(3):
        page.table.executeDelayedItemsLayout()
        await past.answered()
    assert page.model.rowCount() == PAGE


async def test_many_closes_are_read_page_by_page(past: PastDesk) -> None:
    await past.take(BOUGHT)
    last = 5 * PAGE + 57
    close_many(past, last)
    page = await past.open_closed()
    assert PAGE <= page.model.rowCount() < last
    assert page.filters.caption.text() == "1,057 positions"
    (line,) = page.totals.lines
    assert line.exact.text() == "+1,057.00"
    while page.model.rowCount() < last:
        count = page.model.rowCount()
        page.table.scrollToBottom()
        await until(lambda: page.model.rowCount() > count)  # noqa: B023 - awaited at once
    assert page.model.rowCount() == last


async def test_sorting_keeps_the_selected_position_and_else_begins_at_the_top(
    past: PastDesk,
) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    page.table.selectRow(0)
    assert chosen(page) == ["MSFT"]
    click(page, "Symbol")
    await past.answered()
    assert [row[0] for row in texts(page, "Symbol")] == ["AAPL", "MSFT"]
    assert chosen(page) == ["MSFT"]
    page.table.clearSelection()
    click(page, "Quantity")
    await past.answered()
    assert page.table.verticalScrollBar().value() == 0
    assert not chosen(page)


async def test_another_order_or_filter_begins_at_the_top_and_a_further_page_does_not(
    past: PastDesk,
) -> None:
    await past.take(BOUGHT)
    close_many(past, 5 * PAGE)
    page = await past.open_closed()
    bar = page.table.verticalScrollBar()
    page.table.scrollToBottom()
    await until(lambda: page.model.rowCount() > PAGE)
    place = bar.value()
    assert place > 0
    await past.answered()
    assert bar.value() == place
    click(page, "Quantity")
    await past.answered()
    await until(lambda: bar.value() == 0)
    bar.setValue(1000)
    past.window.search_field.setText("aapl")
    await past.answered()
    await until(lambda: bar.value() == 0)
    assert page.model.rowCount() == PAGE


async def test_a_sync_keeps_the_place_and_what_is_unfolded(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    close_many(past, 3 * PAGE)
    page = await past.open_closed()
    page.model.unfold(1, is_unfolded=True)
    assert texts(page, "Symbol")[2] == ("Partial close",)
    page.table.selectRow(2)
    bar = page.table.verticalScrollBar()
    bar.setValue(33)
    first = page.table.indexAt(QPoint(0, 0))
    assert first.row() == 1
    await past.take(snapshot(30, held(MSFT, "70")))
    names = [row[0] for row in texts(page, "Symbol")[:5]]
    assert names == ["SAP", "MSFT", "AAPL", "Partial close", "Final close"]
    assert page.table.selected_lines() == [3]
    await until(lambda: page.table.indexAt(QPoint(0, 0)).row() == 2)
    page.model.unfold(2, is_unfolded=False)
    assert "Partial close" not in [row[0] for row in texts(page, "Symbol")]


async def test_a_position_of_which_the_filter_leaves_one_close_cannot_be_unfolded(
    past: PastDesk,
) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    page.model.unfold(1, is_unfolded=True)
    page.filters.source.setCurrentIndex(page.filters.source.findData(Source.BROKER))
    await past.answered()
    assert texts(page, "Symbol", "Quantity") == [("AAPL", "40")]
    page.filters.clear()
    await past.answered()
    assert [row[0] for row in texts(page, "Symbol")][2:] == ["Partial close", "Final close"]


async def test_columns_are_chosen_in_the_menu_of_the_header(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    page.table.header.customContextMenuRequested.emit(QPoint(5, 5))
    menu = page.table.columns
    assert menu.isVisible()
    actions = {action.text(): action for action in menu.actions()}
    assert not actions["Symbol"].isEnabled()
    for title in ("Underlying", "Type", "Exchange", "Con ID"):
        assert page.table.isColumnHidden(TITLES.index(title))
        actions[title].trigger()
        assert not page.table.isColumnHidden(TITLES.index(title))
    assert texts(page, "Underlying", "Type", "Exchange", "Con ID")[0] == (
        *("MSFT", "Stock", "SMART", "2"),
    )
    click(page, "Exchange")
    await past.answered()
    actions["Exchange"].trigger()
    await past.answered()
    assert page.table.header.sortIndicatorSection() == TITLES.index("Closed")
    actions["&Reset columns"].trigger()
    assert page.model.layout == SPEC.default
    menu.close()


async def test_a_figure_is_explained_where_its_column_is_hidden_too(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    page.set_layout(page.model.layout.with_column("realized", is_shown=False))
    asked: list[QRect] = []
    page.explain_wanted.connect(lambda _row, cell: asked.append(cell))
    page.table.setCurrentIndex(page.model.index(0, TITLES.index("Days")))
    page.explain()
    assert asked[0].width() == page.table.columnWidth(TITLES.index("Days"))


async def test_notes_have_columns_and_tags_a_filter(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    assert page.filters.tag.isHidden()
    edit = NotesEdit(text="Sold too early\nagain", added_tags=("core",))
    await past.kept.edit_notes(("DU1", 1), edit)
    await past.load()
    await past.answered()
    assert texts(page, "Symbol", "Tags", "Note") == [
        ("MSFT", "—", "—"),
        ("AAPL", "core", "Sold too early …"),
    ]
    page.filters.tag.setCurrentIndex(page.filters.tag.findData("core"))
    await past.answered()
    assert texts(page, "Symbol") == [("AAPL",)]
    await past.kept.edit_notes(("DU1", 1), NotesEdit(removed_tags=("core",)))
    await past.load()
    await past.answered()
    assert texts(page, "Symbol") == []
    assert page.filters.tag.currentText() == "core"
    page.filters.clear()
    await past.answered()
    assert [row[0] for row in texts(page, "Symbol")] == ["MSFT", "AAPL"]
    assert page.filters.tag.isHidden()
