"""The tab "History": all runs, and what each of them changed."""

import asyncio
from typing import Any, cast

from PySide6.QtCore import QAbstractItemModel, QPoint, Qt
from pytestqt.qtbot import QtBot

from app.domain.model.errors import StoreError
from app.domain.model.runs import Counts, Run, RunStatus, Trigger
from app.ports import Store
from app.ui.history.change_rows import rows_of_planned, rows_of_stored
from app.ui.history.controller import PAGE, HistoryController
from app.ui.history.page import HistoryPage
from app.ui.table.core.rows import TableRow
from app.ui.table.model.table_model import TableModel
from tests.store.trading import MSFT, at, execute, fill, held, run, snapshot, synced
from tests.ui.conftest import PastDesk, until
from tests.ui.fakes import NOW

STORY = (
    snapshot(1, held(), held(MSFT)),
    snapshot(2, held(quantity="150", cost="11"), held(MSFT)),
    snapshot(3, held(quantity="200", cost="12"), held(MSFT)),
)

AWAY = "Cannot reach TWS at 127.0.0.1:7497. Is it running?"


def table(model: QAbstractItemModel, *titles: str) -> list[list[str]]:
    """The texts of these columns, line by line."""
    named = [
        model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())
    ]
    columns = [named.index(title) for title in titles]
    return [
        [model.index(row, column).data() for column in columns] for row in range(model.rowCount())
    ]


def tone(model: TableModel[Any, Any], line: int, key: str) -> str:
    """The name of the colour that a cell's text has."""
    keys = [column.key for column in model.spec.columns]
    row = model.line(line)
    assert isinstance(row, TableRow)
    return model.tone(row, keys.index(key))


def listed(page: HistoryPage) -> list[int | None]:
    """The ids of the runs, from top to bottom."""
    return [run.id for run in page.model.values]


async def test_nothing_is_read_before_the_tab_is_looked_at(past: PastDesk) -> None:
    await past.take(snapshot(1, held()))
    assert not past.history.state.is_loaded
    page = await past.open_history()
    assert page.model.rowCount() == 1


async def test_the_runs_are_listed_newest_first_with_what_they_did(past: PastDesk) -> None:
    await past.take(snapshot(1, held(), held(MSFT)), snapshot(2, held(quantity="120")))
    await past.kept.record(
        Run(Trigger.SCHEDULE, "DU1", at(3), 5.02, RunStatus.ERROR, Counts(), AWAY)
    )
    page = await past.open_history()
    titles = ("Result", "Started by", "Account", "Duration")
    counts = ("Created", "Updated", "Closed", "In TWS")
    assert table(page.model, *titles, *counts, "Note") == [
        ["Failed", "Schedule", "DU1", "5.0 s", "—", "—", "—", "—", AWAY],
        ["Successful", "Manual", "All accounts", "10,680.0 s", "0", "1", "1", "1", ""],
        ["Successful", "Manual", "All accounts", "10,740.0 s", "2", "0", "0", "2", ""],
    ]
    assert page.caption.text() == "3 runs · the last 2 h ago"


async def test_the_newest_run_is_chosen_and_says_why_it_failed(past: PastDesk) -> None:
    await past.take(snapshot(1, held()))
    await past.kept.record(run(2, status=RunStatus.ERROR, error=AWAY))
    page = await past.open_history()
    assert page.details.title.text().startswith("Run 2 · 20 Nov 2026, ")
    assert page.details.title.text().endswith("Manual · All accounts · Failed")
    assert page.details.reason.text() == AWAY
    assert page.details.nothing.isVisible()
    assert not page.details.as_of.isEnabled()


async def test_choosing_a_run_shows_what_it_changed(past: PastDesk) -> None:
    sold = fill("e1.01", "-40", minute=1.5, price="12", commission="1", realized="79")
    await past.take(
        snapshot(1, held(), held(MSFT, "10", "5")),
        snapshot(2, held(quantity="60"), held(MSFT, "30", "5.5"), fills=[sold]),
        snapshot(3, held(quantity="60"), held(MSFT, "30", "5.5")),
    )
    page = await past.open_history()
    assert page.details.nothing.text().startswith("This run changed no quantity")
    page.table.selectRow(1)
    await past.answered()
    titles = ("Account", "Symbol", "Change", "Quantity", "Average cost", "Realized P&L")
    lines = page.details.table.table
    assert table(lines, *titles) == [
        ["DU1", "AAPL", "Reduced", "100 → 60", "10.00", "+79.00"],
        ["DU1", "MSFT", "Increased", "10 → 30", "5.00 → 5.50", ""],
    ]
    assert tone(lines, 0, "change") == "warning"
    assert tone(lines, 0, "average_cost") == "muted", "it stayed as it was"
    page.table.selectRow(2)
    await past.answered()
    assert table(page.details.table.table, "Change", "Quantity") == [
        ["Created", "100"],
        ["Created", "10"],
    ]


async def test_a_run_that_was_undone_is_grey_and_leads_nowhere(
    past: PastDesk, qtbot: QtBot
) -> None:
    await past.take(snapshot(1, held()))
    execute(
        past.path,
        "UPDATE change SET position_id = NULL",
        "UPDATE run SET status = 'undone', undone_at = '2026-11-20T09:45:00.000000Z', "
        "note = 'Undone by you.'",
    )
    page = await past.open_history()
    ((result, note),) = table(page.model, "Result", "Note")
    undone_at = at(45).astimezone()
    assert result.startswith("Undone ")
    assert f":{undone_at:%M}" in result
    assert note == page.details.reason.text() == "Undone by you."
    assert tone(page.model, 0, "time") == "muted"
    assert not page.details.as_of.isEnabled()
    page.details.table.selectRow(0)
    with qtbot.assertNotEmitted(page.timeline_wanted):
        qtbot.keyClick(page.details.table, Qt.Key.Key_Return)


async def test_only_runs_that_changed_something_on_demand(past: PastDesk) -> None:
    await past.take(snapshot(1, held()), snapshot(2, held(price="13")), snapshot(3))
    page = await past.open_history()
    page.changed_only.click()
    await past.answered()
    assert listed(page) == [3, 1]
    assert page.caption.text().startswith("2 runs · only with changes · ")
    assert page.details.title.text().startswith("Run 3 · ")
    page.changed_only.click()
    await past.answered()
    assert listed(page) == [3, 2, 1]


async def store_runs(past: PastDesk, number: int) -> None:
    """Stores runs that were cancelled."""
    await past.kept.open()
    columns = "trigger, account_id, started_at, duration_s, status, positions_created, "
    columns += "positions_updated, positions_closed, total_ibkr_positions, increased, reduced, "
    columns += "reversed, adjusted"
    execute(
        past.path,
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number}) "
        f"INSERT INTO run ({columns}) SELECT 'cli', 'All', '2026-11-20T09:00:00.000000Z', 1, "
        "'cancelled', 0, 0, 0, 0, 0, 0, 0, 0 FROM n",
    )


async def test_older_runs_are_read_when_the_end_comes_into_view(past: PastDesk) -> None:
    await store_runs(past, PAGE + 7)
    page = await past.open_history()
    assert page.model.rowCount() == PAGE
    assert page.caption.text().startswith("Newest 200 runs · ")
    past.history.retry()  # as a sync does that ends in this moment
    page.table.scrollToBottom()
    await until(lambda: page.model.rowCount() == PAGE + 7)
    assert page.caption.text().startswith("207 runs · ")
    assert listed(page) == list(range(PAGE + 7, 0, -1))
    page.table.scrollToBottom()
    assert not past.history.is_reading


async def test_each_look_at_the_end_reads_one_page(past: PastDesk) -> None:
    await store_runs(past, 2 * PAGE + 7)
    page = await past.open_history()
    page.table.scrollToBottom()
    page.table.scrollTo(page.model.index(PAGE - 5, 0))
    page.table.scrollToBottom()
    await past.answered()
    assert page.model.rowCount() == 2 * PAGE
    page.table.scrollToBottom()
    await past.answered()
    assert page.model.rowCount() == 2 * PAGE + 7


async def test_a_sync_adds_its_run_above_and_the_chosen_one_stays(past: PastDesk) -> None:
    await past.take(snapshot(1, held()), snapshot(2, held(quantity="120")))
    page = await past.open_history()
    page.table.selectRow(1)
    await past.answered()
    await past.take(snapshot(3, held(quantity="130")))
    assert listed(page) == [3, 2, 1]
    assert page.table.currentIndex().row() == 2
    assert page.details.title.text().startswith("Run 1 · ")


async def test_newer_runs_above_do_not_move_what_is_on_the_screen(past: PastDesk) -> None:
    await store_runs(past, 150)
    page = await past.open_history()
    bar = page.table.verticalScrollBar()
    bar.setValue(bar.maximum() // 2 + 5)
    first = page.table.indexAt(QPoint(0, 0))
    run, place = page.model.value(first.row()), page.table.visualRect(first).top()
    await past.take(snapshot(1, held()))
    assert listed(page)[0] == 151
    first = page.table.indexAt(QPoint(0, 0))
    assert page.model.value(first.row()) == run
    assert page.table.visualRect(first).top() == place


async def test_older_runs_below_leave_selection_and_place_alone(past: PastDesk) -> None:
    await store_runs(past, PAGE + 7)
    page = await past.open_history()
    page.table.selectRow(PAGE - 2)
    await past.answered()
    bar = page.table.verticalScrollBar()
    bar.setValue(bar.maximum())
    before = bar.value()
    await until(lambda: page.model.rowCount() == PAGE + 7)
    assert bar.value() == before
    assert page.table.selected_lines() == [PAGE - 2]
    assert page.details.title.text().startswith("Run 9 · ")


async def test_a_search_for_other_runs_chooses_the_newest_of_them(past: PastDesk) -> None:
    await past.take(*STORY)
    page = await past.open_history()
    assert page.details.title.text().startswith("Run 3 · ")
    past.window.search_field.setText("msft")
    await past.answered()
    assert page.table.selected_lines() == [0]
    assert page.details.title.text().startswith("Run 1 · ")
    past.window.search_field.clear()
    await past.answered()
    assert page.table.selected_lines() == [2], "the chosen run stays"


async def test_undoing_shows_in_the_list_after_the_next_look(past: PastDesk) -> None:
    await past.take(snapshot(1, held()))
    page = await past.open_history()
    execute(past.path, "UPDATE run SET status = 'undone', undone_at = '2026-11-20T09:45:00Z'")
    await past.load()
    await past.answered()
    assert table(page.model, "Result")[0][0].startswith("Undone ")
    assert "Undone" in page.details.title.text()


async def test_an_empty_history_says_so(past: PastDesk) -> None:
    page = await past.open_history()
    assert page.nothing.isVisible()
    assert page.nothing.text().startswith("No syncs yet.")
    await past.take(snapshot(1, held()))
    assert not page.nothing.isVisible()
    assert page.details.title.text().startswith("Run 1 · ")


async def test_wide_windows_have_the_changes_beside_the_runs(past: PastDesk) -> None:
    page = await past.open_history()
    past.window.resize(2400, 900)
    assert page.splitter.orientation() == Qt.Orientation.Horizontal
    past.window.resize(1200, 900)
    assert page.splitter.orientation() == Qt.Orientation.Vertical


async def test_planned_and_stored_changes_read_the_same(past: PastDesk) -> None:
    await synced(past.kept, snapshot(1, held(), held(MSFT, "10", "5")))
    sold = fill("e1.01", "-100", minute=1.5, price="12", commission="1", realized="199")
    report = await synced(past.kept, snapshot(2, held(MSFT, "-4", "6"), fills=[sold]))
    stored = await past.kept.run(2)
    assert stored is not None
    planned = rows_of_planned(report.changes)
    assert [line.kind for line in planned] == ["closed", "reversed", "created"]
    without_ids = [
        [(line.account, line.description, line.kind, line.before, line.after) for line in lines]
        for lines in (planned, rows_of_stored(stored[1]))
    ]
    assert without_ids[0] == without_ids[1]


class SlowStore:
    """Answers when a test says so."""

    def __init__(self) -> None:
        self.asked: dict[int, asyncio.Future[Any]] = {}
        self.error: Exception | None = None

    async def run(self, run_id: int) -> object:
        self.asked[run_id] = asyncio.get_running_loop().create_future()
        return await self.asked[run_id]

    async def runs_page(self, _before: object, _limit: int, *, changed_only: bool) -> object:
        if self.error is not None:
            raise self.error
        return (run_of(1),) if changed_only else (run_of(2), run_of(1))


def run_of(number: int) -> Run:
    return Run(Trigger.MANUAL, "All", NOW, 0.1, RunStatus.SUCCESS, id=number)


async def test_an_old_answer_never_overwrites_a_newer_one() -> None:
    store = SlowStore()
    controller = HistoryController(cast(Store, store))
    controller.choose(1)
    await until(lambda: 1 in store.asked)
    published: list[Run | None] = []
    controller.state_changed.connect(lambda state: published.append(state.chosen))
    controller.choose(2)
    store.asked[1].set_result((run_of(1), ()))
    await until(lambda: 2 in store.asked)
    store.asked[2].set_result((run_of(2), ()))
    await until(lambda: controller.state.chosen is not None)
    assert published == [run_of(2)]
    await controller.shutdown()


async def test_shutdown_ends_what_is_asked_and_publishes_nothing_more() -> None:
    store = SlowStore()
    controller = HistoryController(cast(Store, store))
    states: list[object] = []
    controller.state_changed.connect(states.append)
    controller.choose(1)
    await until(lambda: 1 in store.asked)
    await controller.shutdown()
    controller.choose(2)
    controller.open()
    assert (states, list(store.asked)) == ([], [1])


async def test_a_store_that_cannot_be_read_is_told_and_read_again() -> None:
    store = SlowStore()
    store.error = StoreError("The file is locked. Close the other program.")
    controller = HistoryController(cast(Store, store))
    controller.open()
    await until(lambda: bool(controller.state.error))
    assert controller.state.error == "The file is locked. Close the other program."
    store.error = None
    controller.retry()
    await until(lambda: controller.state.is_loaded)
    assert (controller.state.error, len(controller.state.runs)) == ("", 2)
    await controller.shutdown()


async def test_a_bug_is_shown_and_logged(expected_warnings: list[str]) -> None:
    expected_warnings.append("the history could not be read")
    store = SlowStore()
    store.error = RuntimeError("a slip")
    controller = HistoryController(cast(Store, store))
    controller.open()
    await until(lambda: bool(controller.state.error))
    assert controller.state.error.startswith("Something went wrong inside Position Sync")
    await controller.shutdown()


async def test_the_history_is_searched_from_the_windows_search_field(past: PastDesk) -> None:
    await past.take(*STORY)
    page = await past.open_history()
    field = past.window.search_field

    everything = listed(page)
    assert len(everything) == len(STORY)
    for text, expected in (
        ("msft", [1]),
        ("AAPL", everything),
        ("increased aapl", [3, 2]),
        ("successful", everything),
        ("failed", []),
        (str(everything[0]), [everything[0]]),
        ("9" * 40, []),
        ("100%_", []),
    ):
        field.setText(text)
        await past.answered()
        assert listed(page) == expected, text
    assert page.nothing.isVisible()
    assert "100%_" in page.nothing.text()
    field.setText("msft")
    await past.answered()
    assert page.caption.text().startswith("1 run · matching “msft” · the last ")
    field.clear()
    await past.answered()
    assert listed(page) == everything


async def test_a_search_finds_runs_by_the_words_that_the_window_has_for_them(
    past: PastDesk,
) -> None:
    await past.take(snapshot(1, held()))
    await past.kept.record(
        Run(Trigger.CALLBACK, "DU1", at(3), 5.02, RunStatus.ERROR, Counts(), AWAY)
    )
    page = await past.open_history()
    for text, expected in (
        *(("automatic", [2]), ("manual", [1]), ("failed", [2]), ("Successful", [1])),
        *(("created", [1]), ("restated", []), ("automatic successful", [])),
    ):
        past.window.search_field.setText(text)
        await past.answered()
        assert listed(page) == expected, text


async def test_a_search_before_the_history_is_looked_at_holds_when_it_is(past: PastDesk) -> None:
    await past.take(*STORY)
    past.window.search_field.setText("msft")
    page = await past.open_history()
    assert listed(page) == [1]
