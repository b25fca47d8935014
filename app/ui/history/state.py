"""The state of the history, as one frozen value. Pure."""

from dataclasses import dataclass

from app.domain.history.position_history import PositionsAsOf, Timeline
from app.domain.model.positions import StoredChange
from app.domain.model.runs import Run, RunStatus


@dataclass(frozen=True, slots=True)
class HistoryState:
    """Everything the window shows of the history.

    Attributes:
        runs: newest first, as far as they have been read.
        has_more: there are older ones.
        is_loaded: the runs have been read at least once.
        searched: only runs with every one of these words are listed.
        chosen: the run whose changes are shown.
        timeline: the last one asked for.
        as_of: the past positions shown; None for the current ones.
        error: a sentence for the user; empty if there is no error.
    """

    runs: tuple[Run, ...] = ()
    has_more: bool = False
    is_loaded: bool = False
    changed_only: bool = False
    searched: tuple[str, ...] = ()
    chosen: Run | None = None
    changes: tuple[StoredChange, ...] = ()
    timeline: Timeline | None = None
    as_of: PositionsAsOf | None = None
    error: str = ""


def number(run: Run) -> int:
    """The id, which every stored run has."""
    assert run.id is not None
    return run.id


def overlaps(page: tuple[Run, ...], known: tuple[Run, ...]) -> bool:
    """Whether the newest page reaches down to runs that are known."""
    return bool(page and known) and number(page[-1]) <= number(known[0])


def merge_pages(page: tuple[Run, ...], known: tuple[Run, ...]) -> tuple[Run, ...]:
    """The newest page and the older known runs; the page alone if runs between are missing."""
    if not overlaps(page, known):
        return page
    return page + tuple(run for run in known if number(run) < number(page[-1]))


def unless_undone(past: PositionsAsOf | None, page: tuple[Run, ...]) -> PositionsAsOf | None:
    """The past positions, or None if their run has been undone since."""
    if past is None:
        return None
    is_undone = any(r.id == past.run.id and r.status is RunStatus.UNDONE for r in page)
    return None if is_undone else past
