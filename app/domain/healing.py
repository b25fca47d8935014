"""Does a past run's sum again when its fills, or better ones, have arrived since.

An estimate heals when its fills come late; a figure from fills becomes IBKR's own when the
commission report comes; a correction corrects. Each run stands on what was stored before it and
what IBKR reported then, so that the order in which runs heal does not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from app.domain.instruments import Instrument, plain
from app.domain.outcomes import Case
from app.domain.pnl import ZERO, realized_total
from app.domain.positions import Change, ChangeKind, Close, Position, Source
from app.domain.reconcile import resolve
from app.domain.runs import Request
from app.domain.snapshot import Fill, Holding


@dataclass(frozen=True, slots=True)
class Recorded:
    """A position that the past run made or changed.

    Attributes:
        position: as stored today.
        closes: those that the run recorded for it.
        was_open: it was still open after the run.
    """

    position: Position
    closes: tuple[Close, ...]
    was_open: bool


@dataclass(frozen=True, slots=True)
class Past:
    """What one run did to one identity, and what it knew.

    Attributes:
        since: when the snapshot before the run's was taken; None where the run was the first.
        before: the position as it was stored before the run.
        holding: what IBKR reported; None for nothing.
        recorded: the run's work, oldest position first.
        fills: those that explained it, as they are known today.
    """

    run_id: int
    account: str
    instrument: Instrument
    taken_at: datetime
    since: datetime | None
    before: Position | None
    holding: Holding | None
    recorded: tuple[Recorded, ...]
    fills: tuple[Fill, ...]

    @property
    def difference(self) -> Decimal:
        return self.case(()).difference

    def case(self, late: Sequence[Fill]) -> Case:
        fills = sorted((*self.fills, *late), key=lambda fill: fill.time)
        return Case(self.account, self.instrument, self.before, self.holding, fills, self.since)


@dataclass(frozen=True, slots=True)
class Healing:
    """What a past run should have recorded.

    Attributes:
        replaced: (position, the run's closes for it), where they differ from those recorded.
        opened: positions that only the late fills show: opened and closed before the snapshot.
        consumed: stems of the late fills that explained something.
    """

    run_id: int
    replaced: tuple[tuple[Position, tuple[Close, ...]], ...]
    opened: tuple[Change, ...]
    consumed: frozenset[str]


def heal(past: Past, late: Sequence[Fill]) -> Healing | None:
    """The past run with the late fills; None where they explain nothing more of it.

    Args:
        late: fills that no run has consumed, not newer than the past run's snapshot.
    """
    closes = (close for recorded in past.recorded for close in recorded.closes)
    if any(close.source is Source.SKIPPED for close in closes):
        return None
    case = past.case(late)
    if not case.fills:
        return None
    result = resolve(case, past.taken_at, Request())
    used = {fill.stem for fill in late} & result.consumed
    if late and not (used and explains_more(past, case, result.consumed)):
        return None
    matched = match(past, result.changes)
    if matched is None:
        return None
    replaced, opened = matched
    if not replaced and not opened and not used:
        return None
    return Healing(past.run_id, replaced, opened, frozenset(used))


def explains_more(past: Past, case: Case, consumed: set[str]) -> bool:
    """Whether less of the run's difference is left without a fill, or nothing at all."""
    left = past.difference - total(past.fills)
    now = past.difference - total([fill for fill in case.fills if fill.stem in consumed])
    return not now or abs(now) < abs(left)


def total(fills: Sequence[Fill]) -> Decimal:
    return sum((fill.quantity for fill in fills), ZERO)


Replaced = tuple[tuple[Position, tuple[Close, ...]], ...]


def match(past: Past, changes: Sequence[Change]) -> tuple[Replaced, tuple[Change, ...]] | None:
    """Gives the stored positions their new closes; None where the two do not fit together.

    A position that stayed open in the store stays so, whatever its fills show now: later runs
    build on it. It then gets the closes of all that it was meanwhile.
    """
    found: dict[int, list[Close]] = {
        number: [] for number in range(len(past.recorded))
    }  # place in `recorded` -> closes
    open_place = next((n for n, r in enumerate(past.recorded) if r.was_open), None)
    passing = [
        n
        for n, recorded in enumerate(past.recorded)
        if not recorded.was_open and not is_same(recorded.position, past.before)
    ]
    opened: list[Change] = []
    for change in changes:
        place: int | None
        if change.before is not None:
            place = 0
        elif change.after.is_open:
            place = open_place
            if place is None:
                return None
        else:
            place = passing.pop(0) if passing else None
        if place is None:
            opened.append(change)
        else:
            found[place] += change.closes
    if passing:
        return None
    replaced = tuple(
        (recorded.position, closes)
        for recorded, closes in (
            (recorded, fitted(found[n], recorded)) for n, recorded in enumerate(past.recorded)
        )
        if closes != recorded.closes
    )
    return replaced, tuple(opened)


def is_same(position: Position, other: Position | None) -> bool:
    return other is not None and position.id == other.id


def fitted(closes: Sequence[Close], recorded: Recorded) -> tuple[Close, ...]:
    if recorded.was_open:
        return tuple(replace(close, is_full_close=False) for close in closes)
    return tuple(closes)


def healed(position: Position, closes: Sequence[Close]) -> Change:
    """The audit record: the position's realized P&L before and after.

    Args:
        closes: all closes of the position, of every run.
    """
    realized, source = realized_total(closes)
    after = replace(position, realized_pnl=realized, realized_source=source)
    note = f"Executions arrived late: {figure(position)} became {figure(after)}."
    return Change(ChangeKind.HEALED, position, after, note=note)


def figure(position: Position) -> str:
    if position.realized_pnl is None:
        return f"unknown ({position.realized_source or 'nothing closed'})"
    return f"{plain(round(position.realized_pnl, 2))} ({position.realized_source})"
