import asyncio
from dataclasses import replace
from pathlib import Path

from app.domain.connection.profile import Mode
from app.domain.desktop.app_state import Phase, SyncState
from app.domain.model.errors import StoreError
from app.domain.model.positions import Change
from app.domain.model.runs import Counts, Report, Request, RunStatus, Trigger
from app.domain.model.snapshot import PreviewToken, Snapshot
from tests.ui.conftest import Desk, until
from tests.ui.fakes import NOW, book, closed, created, position, report


async def test_the_stored_positions_are_published_before_any_sync(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    assert desk.controller.state.stored.positions[0].instrument.symbol == "AAPL"
    assert desk.service.requests == []


async def test_a_sync_is_published_from_its_start_to_its_end(desk: Desk) -> None:
    states: list[SyncState] = []
    desk.controller.state_changed.connect(states.append)
    held = position("AAPL")
    await desk.sync_to(book(held), report(Counts(1, 0, 0, 1), created(held)))
    assert [state.phase for state in states] == [Phase.SYNCING, Phase.SYNCED]
    assert states[-1].touched == {("DU1", 1)}
    assert states[-1].stored.positions == (held,)


async def test_a_second_click_during_a_sync_is_ignored(desk: Desk) -> None:
    desk.controller.sync()
    await until(desk.service.finishable)
    desk.controller.sync("DU2")
    desk.service.finish(report())
    await desk.settled()
    assert [request.account_id for request in desk.service.requests] == ["All"]


async def test_a_failed_sync_keeps_the_old_rows_and_says_why(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    await desk.sync_to(desk.store.content, report(status=RunStatus.ERROR, error="TWS is away."))
    state = desk.controller.state
    assert (state.phase, state.error) == (Phase.FAILED, "TWS is away.")
    assert "Run 8: manual sync of all accounts" in state.detail
    assert len(state.stored.positions) == 1
    desk.controller.dismiss_error()
    assert (desk.controller.state.phase, desk.controller.state.error) == (Phase.IDLE, "")


async def test_a_bug_is_shown_with_its_traceback_and_logged(
    desk: Desk, expected_warnings: list[str]
) -> None:
    expected_warnings.append("a bug ended the sync")
    await desk.sync_to(book(), RuntimeError("a slip"))
    state = desk.controller.state
    assert state.error.startswith("Something went wrong inside Position Sync")
    assert "RuntimeError: a slip" in state.detail


async def test_a_store_that_cannot_be_read_is_an_error_and_retry_reads_again(desk: Desk) -> None:
    desk.store.error = StoreError("The database is locked. Close the other program.")
    await desk.load(book(position("AAPL")))
    assert desk.controller.state.error == "The database is locked. Close the other program."
    desk.store.error = None
    desk.controller.retry()
    await until(lambda: bool(desk.controller.state.stored.positions))
    assert desk.service.requests == []


async def test_retry_repeats_the_failed_request(desk: Desk) -> None:
    desk.controller.sync("DU2")
    await desk.finish(book(), report(status=RunStatus.ERROR, error="TWS is away."))
    desk.controller.retry()
    await desk.finish(book(), report())
    assert [request.account_id for request in desk.service.requests] == ["DU2", "DU2"]


async def test_a_sync_is_cancelled_only_once_and_says_so(desk: Desk) -> None:
    desk.controller.sync()
    await until(desk.service.finishable)
    desk.controller.cancel()
    desk.controller.cancel()
    await desk.settled()
    assert desk.controller.state.phase is Phase.CANCELLED
    assert desk.service.cancelled == 1


async def test_confirming_runs_the_held_request_with_every_held_position(desk: Desk) -> None:
    held = (closed(position("AAPL", number=1)), closed(position("MSFT", number=2)))
    desk.controller.sync("DU1")
    await desk.finish(book(), report(status=RunStatus.HELD, held=held))
    assert desk.controller.state.held == held
    desk.controller.confirm_held()
    await desk.finish(book(), report())
    again = desk.service.requests[1]
    assert again.confirmed == {("DU1", 1), ("DU1", 2)}
    assert again.account_id == "DU1"


async def test_keeping_held_positions_runs_nothing(desk: Desk) -> None:
    held = (closed(position("AAPL")),)
    await desk.sync_to(book(), report(status=RunStatus.HELD, held=held))
    desk.controller.keep_held()
    assert (desk.controller.state.phase, desk.controller.state.held) == (Phase.IDLE, ())
    assert len(desk.service.requests) == 1


async def test_the_connection_is_followed_during_a_sync(desk: Desk) -> None:
    desk.controller.sync()
    await until(desk.service.finishable)
    desk.broker.connect(Mode.DEMO)
    assert desk.controller.state.phase is Phase.SYNCING
    await desk.finish(book(), report())
    assert desk.controller.state.connection.mode is Mode.DEMO


async def test_shutdown_cancels_the_sync_and_publishes_nothing_more(desk: Desk) -> None:
    desk.controller.sync()
    await until(desk.service.finishable)
    states: list[SyncState] = []
    desk.controller.state_changed.connect(states.append)
    await desk.controller.shutdown()
    desk.controller.sync()
    assert (states, desk.service.cancelled, len(desk.service.requests)) == ([], 1, 1)


def previewed(*changes: Change, held: tuple[Change, ...] = ()) -> Report:
    status = RunStatus.HELD if held else RunStatus.SUCCESS
    shown = report(Counts(1, 0, 0, 1), *changes, status=status, held=held)
    basis = PreviewToken(Snapshot(NOW, ("DU1",)), "7 success")
    return replace(shown, run=replace(shown.run, id=None), basis=basis)


async def test_a_preview_is_shown_and_applied_as_it_was_shown(desk: Desk) -> None:
    new = created(position("AAPL"))
    desk.controller.preview("DU1")
    await desk.finished(previewed(new))
    assert (desk.controller.state.phase, desk.controller.state.report) == (Phase.PREVIEWED, None)
    shown = desk.controller.state.preview
    assert shown is not None
    assert shown.changes == (new,)

    desk.controller.apply_preview()
    await desk.finished(report(Counts(1, 0, 0, 1), new))
    first, second = desk.service.requests
    assert (first.account_id, first.dry_run, first.basis) == ("DU1", True, None)
    assert (second.account_id, second.dry_run, second.basis) == ("DU1", False, shown.basis)
    assert (desk.controller.state.phase, desk.controller.state.preview) == (Phase.SYNCED, None)


async def test_applying_a_held_preview_confirms_its_closes(desk: Desk) -> None:
    gone = closed(position("AAPL"))
    desk.controller.preview()
    await desk.finished(previewed(gone, held=(gone,)))
    desk.controller.apply_preview()
    await desk.finished(report())
    assert desk.service.requests[-1].confirmed == {("DU1", 1)}


async def test_a_dropped_preview_changes_nothing(desk: Desk) -> None:
    desk.controller.preview()
    await desk.finished(previewed())
    desk.controller.drop_preview()
    assert (desk.controller.state.phase, desk.controller.state.preview) == (Phase.IDLE, None)
    desk.controller.apply_preview()
    assert len(desk.service.requests) == 1


async def test_undo_takes_back_the_run_that_the_window_shows(desk: Desk) -> None:
    newest = report().run
    await desk.load(replace(book(position("AAPL")), undoable=newest))
    desk.store.content = book(position("MSFT"))
    desk.controller.undo(8)
    await desk.settled()
    state = desk.controller.state
    assert desk.service.undone == [newest.id]
    assert (state.phase, state.undone and state.undone.status) == (Phase.UNDONE, RunStatus.UNDONE)
    assert state.stored.positions[0].instrument.symbol == "MSFT"


async def test_an_undo_that_is_refused_says_why(desk: Desk) -> None:
    await desk.load(replace(book(position("AAPL")), undoable=report().run))
    desk.service.undo_error = StoreError("Another sync has been stored since.")
    desk.controller.undo(8)
    await desk.settled()
    state = desk.controller.state
    assert (state.phase, state.error) == (Phase.FAILED, "Another sync has been stored since.")


async def test_retry_after_a_failed_undo_undoes_the_same_run_and_the_error_goes(
    desk: Desk,
) -> None:
    await desk.sync_to(replace(book(position("AAPL")), undoable=report().run), report())
    desk.service.undo_error = StoreError("The database is locked.")
    desk.controller.undo(8)
    await desk.settled()
    desk.service.undo_error = None
    desk.window.positions.error_bar.retry.click()
    await desk.settled()
    assert desk.service.undone == [8, 8]
    assert (desk.controller.state.phase, desk.controller.state.error) == (Phase.UNDONE, "")
    assert not desk.window.positions.error_bar.isVisible()
    assert len(desk.service.requests) == 1


async def test_retry_after_a_failed_read_reads_again_even_after_a_sync(
    desk: Desk,
) -> None:
    await desk.sync_to(book(position("AAPL")), report())
    desk.store.error = StoreError("The database is locked.")
    await desk.load()
    bar = desk.window.positions.error_bar
    assert bar.isVisible()
    desk.store.error, desk.store.content = None, book(position("MSFT"))
    bar.retry.click()
    await until(lambda: not bar.isVisible())
    assert (desk.controller.state.phase, desk.controller.state.error) == (Phase.IDLE, "")
    assert desk.controller.state.stored.positions[0].instrument.symbol == "MSFT"
    assert len(desk.service.requests) == 1


async def test_a_successful_read_keeps_the_error_of_a_sync(desk: Desk) -> None:
    await desk.sync_to(book(), report(status=RunStatus.ERROR, error="TWS is away."))
    await desk.load()
    state = desk.controller.state
    assert (state.phase, state.error) == (Phase.FAILED, "TWS is away.")


async def test_a_sync_whose_result_cannot_be_read_is_read_again_and_not_repeated(
    desk: Desk,
) -> None:
    desk.controller.sync()
    await until(desk.service.finishable)
    desk.store.error = StoreError("The database is locked.")
    desk.service.finish(report())
    await desk.settled()
    assert desk.controller.state.phase is Phase.FAILED
    desk.store.error = None
    desk.controller.retry()
    await until(lambda: desk.controller.state.phase is Phase.IDLE)
    assert len(desk.service.requests) == 1


async def test_cancelling_a_shared_sync_shows_that_it_goes_on(desk: Desk) -> None:
    other = asyncio.ensure_future(desk.controller.run_automatic(Request(Trigger.CALLBACK)))
    await until(desk.service.finishable)
    before, desk.service.goes_on = desk.service._outcome, True
    desk.controller.sync()
    await until(lambda: len(desk.service.requests) == 2)
    desk.controller.cancel()
    await desk.settled()
    state = desk.controller.state
    assert (state.phase, state.is_automatic) == (Phase.IDLE, True)
    assert "ancelled" not in desk.window.status.message.text()
    desk.service._outcome = before
    desk.service.finish(report(Counts(0, 1, 0, 1)))
    await other
    assert desk.controller.state.phase is Phase.SYNCED


async def automatic(desk: Desk, outcome: Report) -> list[SyncState]:
    """The states that a sync publishes for which nobody clicked."""
    states: list[SyncState] = []
    desk.controller.state_changed.connect(states.append)
    running = asyncio.ensure_future(desk.controller.run_automatic(Request(Trigger.CALLBACK)))
    await until(desk.service.finishable)
    desk.store.content = book(position("MSFT"))
    desk.service.finish(outcome)
    assert await running is outcome
    desk.controller.state_changed.disconnect(states.append)
    return states


async def test_an_automatic_sync_shows_its_outcome_without_taking_the_button(desk: Desk) -> None:
    first, last = await automatic(desk, report(Counts(1, 0, 0, 1), created(position("MSFT"))))
    assert (first.is_automatic, first.phase) == (True, Phase.IDLE)
    assert (last.is_automatic, last.phase) == (False, Phase.SYNCED)
    assert last.stored.positions[0].instrument.symbol == "MSFT"
    assert last.touched == {("DU1", 1)}


async def test_an_automatic_sync_that_fails_raises_no_alarm(desk: Desk) -> None:
    states = await automatic(desk, report(status=RunStatus.ERROR, error="TWS is away."))
    assert (states[-1].phase, states[-1].error) == (Phase.IDLE, "")


async def test_the_error_of_a_click_stays_over_automatic_syncs_until_it_is_dismissed(
    desk: Desk,
) -> None:
    desk.controller.sync()
    await desk.finished(report(status=RunStatus.ERROR, error="TWS is away."))
    bar = desk.window.positions.error_bar
    assert bar.isVisible()
    states = await automatic(desk, report(status=RunStatus.ERROR, error="Another reason."))
    assert (states[-1].phase, states[-1].error) == (Phase.FAILED, "TWS is away.")
    states = await automatic(desk, report(Counts(1, 0, 0, 1), created(position("MSFT"))))
    assert (states[-1].phase, states[-1].error) == (Phase.FAILED, "TWS is away.")
    assert (bar.isVisible(), bar.text()) == (True, "TWS is away.")
    assert desk.column("Symbol") == ["MSFT"]
    bar.dismiss.click()
    assert not bar.isVisible()


async def test_the_error_of_an_import_stays_over_an_automatic_sync(
    desk: Desk, tmp_path: Path
) -> None:
    desk.controller.import_statement(str(tmp_path / "no.xml"))
    await desk.finished(report(status=RunStatus.ERROR, error="That is not a Flex statement."))
    await automatic(desk, report())
    bar = desk.window.positions.error_bar
    assert (bar.isVisible(), bar.text()) == (True, "That is not a Flex statement.")


async def test_an_automatic_sync_leaves_an_open_preview_alone(desk: Desk) -> None:
    desk.controller.preview()
    await desk.finished(previewed())
    states = await automatic(desk, report())
    assert states[-1].phase is Phase.PREVIEWED
    assert states[-1].preview is not None


async def test_a_held_automatic_sync_asks_and_its_own_request_is_confirmed(desk: Desk) -> None:
    gone = closed(position("AAPL"))
    states = await automatic(desk, report(status=RunStatus.HELD, held=(gone,)))
    assert states[-1].phase is Phase.HELD
    desk.controller.confirm_held()
    await desk.finished(report())
    asked = desk.service.requests[-1]
    assert (asked.trigger, asked.confirmed) == (Trigger.CALLBACK, {("DU1", 1)})
