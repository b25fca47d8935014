"""What each past run saw of one identity, read from the changes that it recorded."""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.domain.model.inferences import Inference, InferenceKind
from app.domain.model.instruments import Instrument
from app.domain.model.positions import ChangeKind, EstimateBasis, Identity, Position, Source
from app.domain.model.snapshot import Fill, FillKey, Holding
from app.domain.reconciliation.fill_matching import MAX_CLOCK_SKEW
from app.domain.restatement.replay_history import Observation
from app.store.database.codecs import decimal_of, utc_of
from app.store.database.database import Database

# An identity's changes by the given run, all later runs, and the last run before it. Restatements
# are left out, because they do not record what IBKR reported.
CHANGES = """SELECT change.run_id, change.before, change.after
    FROM change JOIN run ON run.id = change.run_id AND run.status = 'success'
    WHERE change.account = ? AND change.con_id = ? AND change.kind != ?
    AND change.run_id >= coalesce((SELECT max(earlier.run_id) FROM change AS earlier
        JOIN run ON run.id = earlier.run_id AND run.status = 'success'
        WHERE earlier.account = ? AND earlier.con_id = ? AND earlier.kind != ?
        AND earlier.run_id < ?), 0) ORDER BY change.id"""
INFERRED = """SELECT run_id, kind, quantity, price, proceeds, basis, average_cost, opened_at,
    moved_from_id, note, verdict FROM inference
    WHERE account = ? AND con_id = ? AND run_id >= ? ORDER BY run_id, place"""

ObservedFigures = Mapping[str, Any]  # of a position, as `to_rows.change_text` writes them


@dataclass(frozen=True, slots=True)
class CoveringRun:
    """A run that covered the account.

    Attributes:
        since: when the snapshot before its own was taken; None for the account's first run.
        previous_id: the run of that snapshot; 0 for none.
        calculate_pnl: as requested.
    """

    run_id: int
    taken_at: datetime
    since: datetime | None
    calculate_pnl: bool
    previous_id: int


@dataclass(frozen=True, slots=True)
class RunTimeline:
    """The successful runs that covered an account, oldest first.

    Attributes:
        ids: of the runs.
        reached: the newest time of a snapshot so far, for each run; a clock can be set back.
    """

    runs: tuple[CoveringRun, ...]
    ids: tuple[int, ...]
    reached: tuple[datetime, ...]

    def first_after(self, moment: datetime) -> int:
        """The place of the first run whose snapshot may have been taken then or later."""
        return bisect_left(self.reached, moment - MAX_CLOCK_SKEW)

    def about(self, moment: datetime) -> range:
        """The places of the runs that a fill of this time can affect."""
        return range(
            self.first_after(moment), bisect_left(self.reached, moment + MAX_CLOCK_SKEW) + 1
        )


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """One recorded change: a position before and after a run."""

    run_id: int
    before: ObservedFigures | None
    after: ObservedFigures


def read_changes(database: Database, identity: Identity, run_id: int) -> tuple[RecordedChange, ...]:
    """Changes of the run, of all later runs, and of the last run before it with any."""
    own = (*identity, ChangeKind.HEALED)
    return tuple(
        RecordedChange(found, None if before is None else json.loads(before), json.loads(after))
        for found, before, after in database.run_sql(CHANGES, (*own, *own, run_id))
    )


def open_after(changes: Iterable[RecordedChange]) -> ObservedFigures | None:
    """What was held after these changes of one run; None for nothing."""
    return next((change.after for change in changes if Decimal(change.after["quantity"])), None)


def read_observations(
    database: Database,
    timeline: RunTimeline,
    start: int,
    changes: Sequence[RecordedChange],
    fills: Sequence[Fill],
    reported_by: Mapping[FillKey, int],
    *,
    account: str,
    instrument: Instrument,
) -> Iterator[Observation]:
    """The runs that changed the identity, or that a fill can affect.

    Args:
        start: the place of the first run that counts.
    """
    done: dict[int, list[RecordedChange]] = defaultdict(list)
    for change in changes:
        done[change.run_id].append(change)
    first_id = timeline.ids[start]
    held = open_after([change for change in changes if change.run_id < first_id])
    inferred = read_inferences(database, (account, instrument.con_id), first_id)
    for place in sorted(places_of_interest(timeline, done, fills, reported_by)):
        if not start <= place < len(timeline.runs):
            continue
        run = timeline.runs[place]
        own = done.get(run.run_id, ())
        before = next((change.before for change in own if change.before is not None), held)
        held = open_after(own) if own else held
        yield Observation(
            run.run_id,
            run.taken_at,
            run.since,
            None if held is None else holding_of(held, account, instrument),
            None if before is None else decimal_of(before["market_price"]),
            calculate_pnl=run.calculate_pnl,
            previous_run_id=run.previous_id,
            inferences=tuple(inferred[run.run_id]),
        )


def read_inferences(
    database: Database, identity: Identity, run_id: int
) -> defaultdict[int, list[Inference]]:
    """run_id -> what it inferred, of the run and of all later ones."""
    found: defaultdict[int, list[Inference]] = defaultdict(list)
    for row in database.run_sql(INFERRED, (*identity, run_id)):
        found[row[0]].append(
            Inference(
                kind=InferenceKind(row[1]),
                quantity=Decimal(row[2]),
                price=decimal_of(row[3]),
                proceeds=decimal_of(row[4]),
                basis=EstimateBasis(row[5]) if row[5] else None,
                average_cost=decimal_of(row[6]),
                opened_at=utc_of(row[7]),
                moved_from_id=row[8],
                note=row[9],
                verdict=row[10],
            )
        )
    return found


def places_of_interest(
    timeline: RunTimeline,
    run_ids: Iterable[int],
    fills: Iterable[Fill],
    reported_by: Mapping[FillKey, int],
) -> set[int]:
    """The places of the runs that did something, and of those about the fills or their report."""
    reporting = {reported_by[fill.key] for fill in fills if fill.key in reported_by}
    places = {bisect_left(timeline.ids, run_id) for run_id in (*run_ids, *reporting)}
    return places.union(*(timeline.about(fill.time) for fill in fills))


def holding_of(held: ObservedFigures, account: str, instrument: Instrument) -> Holding:
    return Holding(
        account,
        instrument,
        Decimal(held["quantity"]),
        decimal_of(held["average_cost"]),
        decimal_of(held["market_price"]),
    )


def position_at(
    position: Position, held: ObservedFigures, realized: tuple[Decimal | None, Source | None]
) -> Position:
    """The position with the figures of that time."""
    return replace(
        position,
        quantity=Decimal(held["quantity"]),
        average_cost=decimal_of(held["average_cost"]),
        market_price=decimal_of(held["market_price"]),
        realized_pnl=realized[0],
        realized_source=realized[1],
        closed_at=None,
    )
