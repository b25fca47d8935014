"""Automatic syncs of the window: when they start, and that they do not interrupt the user."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import cast

import pytest

from app.domain.desktop.app_state import LinkStatus, Phase
from app.domain.model.runs import Counts, Report, Trigger
from app.domain.portfolio.broker_updates import BrokerEvent, EventKind
from app.platform import supervision
from app.ports import Broker, Store
from app.settings.model import Settings
from app.sync.auto_sync import AutoSync
from app.ui.sync.auto_sync import AutoSyncStarter
from tests.ui.conftest import Desk, until
from tests.ui.fakes import NOW, book, position, report

ALL = Settings(sync_on_start=True, sync_on_trade=True)
NONE = Settings(sync_on_start=False, sync_on_trade=False)
TRADE = BrokerEvent(EventKind.EXECUTION, "DU1", 1, NOW)
READ_ANEW = BrokerEvent(EventKind.READ_ANEW, "", None, NOW)


@asynccontextmanager
async def at(
    desk: Desk, settings: Settings, *, is_known: bool = True
) -> AsyncIterator[AutoSyncStarter]:
    made = AutoSyncStarter(
        desk.controller, cast(Store, desk.store), cast(Broker, desk.broker), settings, quiet_s=0
    )
    made.start(is_known=is_known)
    try:
        yield made
    finally:
        await made.shutdown()
        await desk.controller.shutdown()


def triggers(desk: Desk) -> list[Trigger]:
    return [request.trigger for request in desk.service.requests]


async def end(desk: Desk, count: int = 1, outcome: Report | None = None) -> None:
    """The sync under way, which is the `count`th, ends."""
    await until(lambda: len(desk.service.requests) == count and desk.service.finishable())
    desk.service.finish(outcome or report(Counts(0, 1, 0, 1)))
    await until(lambda: not desk.controller.state.is_automatic)


async def turns(desk: Desk) -> None:
    """As long as another sync would take to begin."""
    before = len(desk.service.requests)
    for _ in range(200):
        await asyncio.sleep(0)
    assert len(desk.service.requests) == before


async def test_at_the_start_it_waits_for_tws_and_syncs_once(desk: Desk) -> None:
    async with at(desk, ALL):
        await turns(desk)
        assert desk.broker.is_kept
        desk.broker.connect()
        await end(desk)
        assert triggers(desk) == [Trigger.STARTUP]


async def test_a_trade_starts_a_sync_in_the_background(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    async with at(desk, replace(ALL, sync_on_start=False)):
        desk.broker.connect()
        desk.broker.happen(TRADE)
        await until(lambda: desk.controller.state.is_automatic)
        assert desk.window.status.message.text() == "Syncing automatically…"
        assert desk.window.window_actions.sync.isEnabled()
        await end(desk)
        assert triggers(desk) == [Trigger.CALLBACK]


async def test_without_a_rule_events_cause_nothing_until_the_settings_say_so(desk: Desk) -> None:
    async with at(desk, NONE) as it:
        desk.broker.connect()
        desk.broker.happen(TRADE)
        await turns(desk)
        it.apply_settings(replace(NONE, sync_on_trade=True, account="DU2"))
        desk.broker.happen(TRADE)
        await end(desk)
        assert desk.service.requests[0].account_id == "DU2"


async def test_after_the_users_cancel_the_connections_return_causes_no_sync(desk: Desk) -> None:
    async with at(desk, replace(ALL, sync_on_start=False)):
        desk.broker.connect()
        desk.window.window_actions.sync.trigger()
        await until(desk.service.finishable)
        desk.window.window_actions.cancel.trigger()
        await until(lambda: desk.controller.state.phase is Phase.CANCELLED)
        desk.broker.lose()
        desk.broker.connect()
        desk.broker.happen(READ_ANEW)
        await turns(desk)
        assert triggers(desk) == [Trigger.MANUAL]


async def test_the_first_run_connects_only_once_the_user_has_chosen_where(
    desk: Desk,
) -> None:
    async with at(desk, NONE, is_known=False):
        assert not desk.broker.is_kept
        desk.broker.connect()
        assert desk.broker.is_kept


async def test_saving_the_settings_ends_the_waiting_of_the_first_run(desk: Desk) -> None:
    async with at(desk, NONE, is_known=False) as it:
        it.apply_settings(NONE)
        assert desk.broker.is_kept


async def test_while_tws_has_lost_ibkr_the_sync_waits(desk: Desk) -> None:
    async with at(desk, replace(ALL, sync_on_start=False)):
        desk.broker.connect()
        desk.broker.lose(LinkStatus.STALE)
        desk.broker.happen(TRADE)
        await turns(desk)
        desk.broker.connect()
        await end(desk)
        assert triggers(desk) == [Trigger.CALLBACK]


async def test_what_another_program_writes_is_shown(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    async with at(desk, NONE):
        await until(lambda: desk.store.looks > 0)
        desk.store.content = book(position("AAPL"), position("MSFT", number=2))
        desk.store.writes += 1
        await until(lambda: desk.column("Symbol") == ["AAPL", "MSFT"])


@pytest.fixture
def restarts_at_once(monkeypatch: pytest.MonkeyPatch, expected_warnings: list[str]) -> None:
    monkeypatch.setattr(supervision, "FIRST_WAIT_S", 0)
    expected_warnings.append("stopped by a bug")


@pytest.mark.usefixtures("restarts_at_once")
async def test_automatic_syncs_restart_after_a_bug_and_print_that(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    due_now, bugs = AutoSync._due_now, iter([IndexError("list index out of range")])

    def broken(auto_sync: AutoSync) -> Trigger | None:
        for bug in bugs:
            raise bug
        return due_now(auto_sync)

    monkeypatch.setattr(AutoSync, "_due_now", broken)
    told: list[str] = []
    desk.controller.state_changed.connect(lambda _: told.append(desk.window.status.message.text()))
    async with at(desk, ALL):
        desk.broker.connect()
        await end(desk)
        assert triggers(desk) == [Trigger.STARTUP]
    assert "Automatic syncs stopped because of an error in Position Sync" in " ".join(told)
    assert desk.controller.state.fault == ""


@pytest.mark.usefixtures("restarts_at_once")
async def test_the_watch_on_the_database_starts_again_after_a_bug(desk: Desk) -> None:
    looks, faults = desk.store.external_revision, []
    desk.controller.state_changed.connect(lambda state: faults.append(state.fault))

    async def broken() -> int:
        desk.store.external_revision = looks  # type: ignore[method-assign]
        raise ValueError("quantity")

    desk.store.external_revision = broken  # type: ignore[method-assign]
    async with at(desk, NONE):
        await until(lambda: desk.store.looks > 0)
        desk.store.content = book(position("MSFT"))
        desk.store.writes += 1
        await until(lambda: bool(desk.controller.state.stored.positions))
    assert any("Watching for changes by other programs stopped" in fault for fault in faults)


async def test_a_task_that_recovers_keeps_the_fault_of_another_one(desk: Desk) -> None:
    desk.controller.show_fault("Automatic syncs", "Syncs stopped.")
    desk.controller.show_fault("The look", "The look stopped.")
    assert desk.controller.state.fault == "Syncs stopped. The look stopped."
    desk.controller.show_fault("The look", "")
    assert desk.window.status.message.text() == "Syncs stopped."
    desk.controller.show_fault("Automatic syncs", "")
    assert desk.controller.state.fault == ""
