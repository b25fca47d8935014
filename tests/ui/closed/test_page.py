"""The tab of closed positions: what it says of each close, and how it is filtered and explained."""

from datetime import timedelta

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication

from app.domain.model.positions import Source
from app.ui.closed.columns import TITLES
from app.ui.closed.controller import PAGE
from app.ui.closed.page import ClosedPage
from app.ui.closed.periods import ClosedPeriod
from tests.store.trading import AAPL, MSFT, SAP, at, execute, fill, held, snapshot
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
    """Of each position, from top to bottom."""
    model = page.model
    return [
        tuple(model.index(row, TITLES.index(title)).data() for title in titles)
        for row in range(model.rowCount())
    ]


async def test_each_position_has_its_figures_its_source_and_its_parts(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    shown = texts(page, "Symbol", "Closed", "Quantity", "Exit", "Realized P&L", "Source")
    assert [row[0] for row in shown] == ["MSFT", "AAPL"]
    assert shown[0][1:] == ("open", "30", "12.00", "≈ +60.00", "≈ estimate")
    assert shown[1][2:] == ("100", "12.60", "+259.00", "from fills")
    apple = page.model.index(1, 0)
    parts = [
        tuple(page.model.index(n, TITLES.index(t), apple).data() for t in ("Symbol", "Source"))
        for n in range(page.model.rowCount(apple))
    ]
    assert parts == [("Partial close", "exact"), ("Final close", "from fills")]
    assert not page.model.rowCount(page.model.index(0, 0))
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
    page.tree.setCurrentIndex(page.model.index(0, 0))
    await past.take(snapshot(20, held(quantity="60"), held(MSFT, "50"), held(SAP)))
    assert texts(page, "Symbol") == [("MSFT",), ("AAPL",)]
    (chosen,) = page.tree.selectionModel().selectedRows()
    assert page.model.row(chosen).line.instrument == AAPL


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
    header = page.tree.header()
    header.sectionClicked.emit(TITLES.index("Realized P&L"))
    await past.answered()
    assert texts(page, "Symbol") == [("AAPL",), ("MSFT",)]
    header.sectionClicked.emit(TITLES.index("Realized P&L"))
    await past.answered()
    assert texts(page, "Symbol") == [("MSFT",), ("AAPL",)]


async def test_copy_and_explain_work_on_the_page_that_is_shown(past: PastDesk) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    index = page.model.index(1, 0)
    select = QItemSelectionModel.SelectionFlag
    page.tree.selectionModel().setCurrentIndex(index, select.ClearAndSelect | select.Rows)
    past.window.commands.copy.trigger()
    title, copied = QGuiApplication.clipboard().text().splitlines()
    assert title.split("\t")[9] == "Realized P&L"
    assert copied.split("\t")[9] == "259"
    asked: list[object] = []
    page.explain_wanted.connect(lambda line, _cell: asked.append(line))
    past.window.commands.explain.trigger()
    assert asked == [page.model.row(index).line]


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
        page.tree.executeDelayedItemsLayout()
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
        page.tree.scrollToBottom()
        await until(lambda: page.model.rowCount() > count)  # noqa: B023 - awaited at once
    assert page.model.rowCount() == last


async def test_sorting_keeps_the_selected_position_and_else_begins_at_the_top(
    past: PastDesk,
) -> None:
    await past.take(BOUGHT, SOLD_A_PART, SOLD_THE_REST)
    page = await past.open_closed()
    tree = page.tree
    chosen = page.model.index(0, 0)
    tree.selectionModel().setCurrentIndex(
        chosen, QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    )
    tree.header().sectionClicked.emit(TITLES.index("Symbol"))
    await past.answered()
    assert [row[0] for row in texts(page, "Symbol")] == ["AAPL", "MSFT"]
    (row,) = tree.selectionModel().selectedRows()
    assert page.model.row(row).line.instrument.symbol == "MSFT"
    tree.clearSelection()
    tree.header().sectionClicked.emit(TITLES.index("Quantity"))
    await past.answered()
    assert tree.verticalScrollBar().value() == 0
    assert not tree.selectionModel().selectedRows()
