"""Which of a case's fills explain its difference, and which never will."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.evidence import COARSE, SKEW, counts_from, explaining
from app.domain.outcomes import Case
from app.domain.pnl import ZERO
from app.domain.snapshot import Fill


def explanation(case: Case) -> Sequence[Fill] | None:
    """The fills that explain the whole difference; None if there are none that do.

    Fills that are older than the last sync belong to a run before it, which they may heal. Those
    that appear for the first time are asked all the same where the newer ones do not explain the
    difference: this computer's clock may be ahead of IBKR's, or behind it.
    """
    since = case.last_synced
    if since is None:
        number = explaining(case.fills, case.difference, whole=True)
        return None if number is None else case.fills[:number]
    newer = recent(case)
    wanted = case.fresh.union(fill.key for fill in newer)
    appearing = [fill for fill in recent(case, SKEW) if fill.key in wanted]
    for fills in (timely(newer, case), timely(appearing, case), newer, appearing):
        number = explaining(fills, case.difference, whole=False)
        if number is not None:
            return fills[:number]
    return None


def partial(case: Case) -> tuple[Sequence[Fill], Decimal]:
    """The fills that explain the difference in part, and what they leave of it.

    Doubtful ones are no evidence where less is left without them.
    """
    used = list(timely(recent(case), case))
    left = case.difference - sum((fill.quantity for fill in used), ZERO)
    while used and used[-1].key in case.doubtful and abs(left + used[-1].quantity) < abs(left):
        left += used.pop().quantity
    return used, left


def recent(case: Case, margin: timedelta = COARSE) -> Sequence[Fill]:
    """The fills since the last sync; before an account's first one there is no since."""
    if case.last_synced is None:
        return ()
    since = case.last_synced
    return [fill for fill in case.fills if fill.time > since - max(margin, counts_from(fill))]


def timely(fills: Sequence[Fill], case: Case) -> Sequence[Fill]:
    """Without those that by their times came after the snapshot."""
    return [fill for fill in fills if fill.key not in case.ahead] if case.ahead else fills


def has_had_its_chance(fill: Fill, case: Case, now: datetime) -> bool:
    """Whether an unexplained fill is older than what is known, and so explains nothing to come.

    Not at its first appearance: IBKR's times are whole seconds, and executions can run ahead of
    the positions. Before an account's first sync everything is older.
    """
    if case.last_synced is None:
        return fill.time <= now
    return fill.key not in case.fresh and fill.time <= case.last_synced - counts_from(fill)
