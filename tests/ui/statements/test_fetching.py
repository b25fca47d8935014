"""Fetching in the window: what menu, status bar, dock, bars and history show of it."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtWidgets import QMessageBox

from app.domain.fetching.plan import DayRange
from app.domain.fetching.queries import FlexToken
from app.domain.model.runs import Run, RunStatus, Trigger
from app.settings.model import Settings
from app.ui.history.run_detail import nothing_text
from app.ui.history.runs_columns import trigger_text
from app.ui.statements.controller import CANCELLED
from app.ui.statements.state import NO_QUERY
from tests.flex.files import account_statement, document, trade
from tests.flex.web_service.fake_service import TOKEN, error, text
from tests.store.trading import execute
from tests.ui.conftest import until
from tests.ui.statements.conftest import NOW, STATEMENT, TRADES, FetchDesk

EXPIRED = (
    "The Flex token has expired. In IBKR's Client Portal, generate a new token under Flex Web "
    "Service Configuration, and save it in Settings > Statements."
)


def dock(desk: FetchDesk) -> tuple[str, str]:
    values = desk.window.sync_dock.values
    return values["Last fetch"].text(), values["Outcome"].text()


async def flex_runs(desk: FetchDesk) -> list[Run]:
    return [run for run in await desk.store.runs() if run.trigger is Trigger.FLEX]


async def test_the_action_fetches_and_the_window_says_what_came(desk: FetchDesk) -> None:
    await desk.open()
    desk.ibkr.statements(text(STATEMENT))
    action = desk.window.window_actions.fetch
    assert action.text() == "&Fetch statements now"
    action.trigger()
    assert action.text() == "Cancel &fetching statements"
    assert desk.window.status.message.text() == "Fetching statements: asking IBKR…"
    await desk.ended()
    assert action.text() == "&Fetch statements now"
    assert desk.window.statusBar().currentMessage() == "1 statement: 1 new execution."
    assert dock(desk) == ("just now", "Successful")
    assert desk.window.status.message.text() != "Fetching statements: asking IBKR…"
    assert [event["event"] for event in desk.events] == ["fetch_started", "fetch_finished"]


async def test_a_fetched_run_reads_well_in_the_history_and_is_undone(desk: FetchDesk) -> None:
    await desk.open()
    desk.ibkr.statements(text(STATEMENT))
    desk.controller.fetch((TRADES,))
    await desk.ended()
    await until(lambda: desk.sync.state.stored.undoable is not None)
    (run,) = await flex_runs(desk)
    await until(lambda: desk.sync.state.stored.undoable == run)
    assert trigger_text(run) == "Statement (fetched)"
    assert trigger_text(replace(run, note="DU1, 1 Jan 2026: nothing new.")) == "Flex import"
    assert nothing_text(run) == "This statement corrected no position."
    desk.window.window_actions.undo.trigger()
    (box,) = (one for one in desk.window.findChildren(QMessageBox) if one.isVisible())
    assert "fetch these days again" in box.informativeText()
    next(button for button in box.buttons() if button.text() == "Undo").click()
    await until(lambda: not desk.sync.state.phase.is_busy)
    assert [run.status for run in await flex_runs(desk)] == [RunStatus.UNDONE]


async def test_without_a_query_the_action_opens_the_settings(desk: FetchDesk) -> None:
    controller = await desk.open(flex_queries=())
    wanted: list[bool] = []
    controller.settings_wanted.connect(lambda: wanted.append(True))
    action = desk.window.window_actions.fetch
    assert action.text() == "Set up &Flex statements…"
    assert NO_QUERY in action.toolTip()
    assert not desk.window.sync_dock.values["Outcome"].isVisibleTo(desk.window.sync_dock)
    action.trigger()
    assert wanted == [True]
    assert (desk.ibkr.asked, desk.made) == ([], 0)
    controller.apply_settings(replace(desk.settings, flex_queries=(TRADES,)))
    assert action.text() == "&Fetch statements now"
    assert desk.window.sync_dock.values["Outcome"].isVisibleTo(desk.window.sync_dock)


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (1012, EXPIRED),
        (1013, "another IP address"),
        (1011, "not active"),
        (1014, "does not know the Flex Query"),
    ],
)
async def test_an_error_stands_in_a_bar_with_its_next_step(
    desk: FetchDesk, code: int, part: str
) -> None:
    await desk.open()
    desk.ibkr.requests(error(code))
    desk.controller.fetch((TRADES,))
    await desk.ended()
    assert desk.feature is not None
    bar = desk.feature.problem_bar
    assert bar.isVisible()
    assert part in bar.text()
    assert TOKEN not in bar.text()
    assert dock(desk) == ("just now", "Failed")
    bar.dismiss.click()
    assert not bar.isVisible()
    assert desk.events[-1]["event"] == "fetch_failed"


async def test_that_ibkr_has_no_statement_is_no_error(desk: FetchDesk) -> None:
    await desk.open()
    desk.ibkr.requests(error(1003))
    desk.controller.fetch((TRADES,))
    await desk.ended()
    assert desk.feature is not None
    assert not desk.feature.problem_bar.isVisible()
    assert "IBKR has no statement for these days" in desk.window.statusBar().currentMessage()
    assert await flex_runs(desk) == []


async def test_a_missing_token_is_said(desk: FetchDesk) -> None:
    await desk.open(has_token=False)
    desk.controller.fetch((TRADES,))
    await desk.ended()
    assert desk.feature is not None
    assert "token" in desk.feature.problem_bar.text()
    assert desk.ibkr.asked == []


async def test_a_history_keeps_what_was_stored_before_it_is_cancelled(desk: FetchDesk) -> None:
    await desk.open()
    first = document(account_statement(trade(), account="DU1", days=("20240101", "20241230")))
    desk.ibkr.statements(text(first), desk.ibkr.hang)
    days = DayRange(date(2024, 1, 1), date(2025, 6, 30))
    desk.controller.fetch((TRADES,), days)
    await until(lambda: "(2 of 2)" in desk.controller.state.progress)
    assert "Flex Query “trades”, 24 Dec 2024 to 30 Jun 2025" in desk.window.status.message.text()
    await until(desk.ibkr.is_hanging.is_set)
    desk.window.window_actions.fetch.trigger()
    await desk.ended()
    assert desk.controller.state.result == CANCELLED
    assert dock(desk)[1] == "Cancelled"
    assert [run.status for run in await flex_runs(desk)] == [RunStatus.SUCCESS]


async def test_closing_during_a_fetch_ends_it(desk: FetchDesk) -> None:
    """The fixture's end waits for it, and the suite fails on a task that is left."""
    await desk.open()
    desk.ibkr.requests(desk.ibkr.hang)
    desk.controller.fetch((TRADES,))
    await until(desk.ibkr.is_hanging.is_set)
    desk.window.close()
    await desk.controller.shutdown()
    assert await flex_runs(desk) == []


async def test_the_daily_fetch_runs_by_itself_and_says_when_it_is_next_due(
    desk: FetchDesk,
) -> None:
    controller = await desk.open(flex_daily=True)
    desk.ibkr.statements(text(STATEMENT))
    controller.start()
    await desk.ended()
    await until(lambda: controller.state.next_at is not None and controller.state.next_at > NOW)
    assert len(await flex_runs(desk)) == 1
    assert desk.ibkr.counted("SendRequest") == 1


async def test_a_daily_fetch_without_a_network_disturbs_nobody(desk: FetchDesk) -> None:
    controller = await desk.open(flex_daily=True)
    desk.base = "http://127.0.0.1:9/nobody"
    controller.start()
    await desk.ended()
    assert desk.feature is not None
    assert not desk.feature.problem_bar.isVisible()
    assert dock(desk) == ("just now", "Failed")


async def test_a_daily_fetch_that_needs_the_user_says_so(desk: FetchDesk) -> None:
    controller = await desk.open(flex_daily=True)
    desk.ibkr.requests(error(1012))
    controller.start()
    await desk.ended()
    assert desk.feature is not None
    assert desk.feature.problem_bar.text() == EXPIRED


async def test_it_warns_two_weeks_before_a_token_expires(desk: FetchDesk) -> None:
    controller = await desk.open(flex_tokens=(FlexToken(expires=date(2026, 12, 8)),))
    assert desk.feature is not None
    bar = desk.feature.expiry_bar
    controller.warn_of_expiry()
    assert bar.isVisible()
    assert bar.text().startswith("The Flex token expires on 8 Dec 2026.")
    assert desk.events[-1]["event"] == "token_expires"
    bar.dismiss.click()
    assert not bar.isVisible()
    later = (FlexToken(expires=date(2026, 12, 9)),)
    controller.apply_settings(replace(desk.settings, flex_tokens=later))
    assert not bar.isVisible()


async def test_a_database_that_cannot_be_read_is_shown_like_an_error(
    desk: FetchDesk, expected_warnings: list[str]
) -> None:
    expected_warnings.append("the database is damaged")
    await desk.open()
    execute(desk.folder / "p.sqlite", "ALTER TABLE run RENAME TO gone")
    desk.controller.fetch((TRADES,))
    await desk.ended()
    assert "is damaged, or is not a database" in desk.controller.state.problem
    assert not desk.controller.state.is_fetching
    assert desk.events[-1]["event"] == "fetch_failed"


async def test_the_token_stands_nowhere(desk: FetchDesk, caplog: pytest.LogCaptureFixture) -> None:
    """In no widget's text or tooltip, no log, no event and no settings."""
    caplog.set_level("DEBUG")
    asyncio.get_running_loop().set_debug(False)
    await desk.open()
    desk.ibkr.requests(error(1015, f"Token {TOKEN} is invalid"))
    desk.controller.fetch((TRADES,))
    await desk.ended()
    shown = repr(desk.events) + caplog.text + repr(desk.settings) + repr(desk.controller.state)
    for widget in desk.window.findChildren(type(desk.window.status.message)):
        shown += widget.text() + widget.toolTip()
    assert TOKEN not in shown
    assert isinstance(desk.settings, Settings)
