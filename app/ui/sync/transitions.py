"""The window's state after a sync, import or undo starts, ends or fails. Pure but for the log."""

import logging
import traceback
from dataclasses import replace

from app.domain.desktop.app_state import Phase, SyncState
from app.domain.model.errors import AppError
from app.domain.model.runs import ALL_ACCOUNTS, Report, RunStatus
from app.domain.text.messages import message
from app.ui.sync.texts import run_detail

log = logging.getLogger(__name__)

BUG_TEXT = message(
    "Something went wrong inside Position Sync, and it stopped what it was doing. "
    "Try again; if it happens again, report it with the details."
)
PHASES = {
    RunStatus.SUCCESS: Phase.SYNCED,
    RunStatus.ERROR: Phase.FAILED,
    RunStatus.HELD: Phase.HELD,
    RunStatus.CANCELLED: Phase.CANCELLED,
}
# Phases that the result of an automatic sync may replace; in others the user is busy.
REPLACEABLE_PHASES = frozenset({Phase.IDLE, Phase.SYNCED, Phase.CANCELLED, Phase.UNDONE})


def begun(state: SyncState, phase: Phase, account_id: str = ALL_ACCOUNTS) -> SyncState:
    """The busy state, without the previous outcome."""
    state = replace(state, phase=phase, account_id=account_id)
    return replace(state, error="", detail="", held=(), preview=None, undone=None)


def without_error(state: SyncState) -> SyncState:
    """Idle, without the error."""
    return replace(state, phase=Phase.IDLE, error="", detail="")


def ended(state: SyncState, outcome: Report | BaseException) -> SyncState:
    """After a sync or a preview."""
    if isinstance(outcome, BaseException):
        return failed(state, outcome)
    run = outcome.run
    if outcome.basis is not None:
        return replace(state, phase=Phase.PREVIEWED, preview=outcome)
    is_error = run.status is RunStatus.ERROR
    return replace(
        state,
        phase=PHASES[run.status],
        report=outcome,
        error=(run.error or BUG_TEXT) if is_error else "",
        detail=run_detail(run, state.connection) if is_error else "",
        held=outcome.held,
    )


def after_automatic_sync(state: SyncState, report: Report | None) -> SyncState:
    """After an automatic sync; None where it was cancelled or failed by a bug.

    An error of the user's own action stays: in a busy market, automatic syncs would remove it
    before it is read.
    """
    state = replace(state, is_automatic=False)
    if report is None or report.run.status is RunStatus.ERROR:
        return state
    if state.phase not in REPLACEABLE_PHASES:
        return state
    return ended(state, report)


def failed(state: SyncState, error: BaseException) -> SyncState:
    """Shows an expected error's own text; anything else is logged as a bug."""
    if isinstance(error, AppError):
        return replace(state, phase=Phase.FAILED, error=error.text, detail="")
    log.error("a bug ended the sync", exc_info=error)
    detail = "".join(traceback.format_exception(error))
    return replace(state, phase=Phase.FAILED, error=BUG_TEXT, detail=detail)
