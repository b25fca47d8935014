"""Reads what one run starts from: the covered accounts' open positions, fills and instruments."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from app.domain.model.errors import StaleSnapshotError
from app.domain.model.instruments import Instrument
from app.domain.model.positions import Position
from app.domain.model.runs import Request
from app.domain.model.snapshot import Fill, FillKey, Holding, Snapshot
from app.domain.model.sync_plan import Plan
from app.domain.portfolio.account_values import reported_values
from app.domain.portfolio.fx_rates import with_rate
from app.domain.reconciliation.reconcile import reconcile
from app.domain.restatement.restate import Restatement
from app.domain.text.messages import message
from app.store.database import tables
from app.store.database.bulk import json_id_list
from app.store.database.database import Database
from app.store.database.from_rows import INSTRUMENT, Instruments
from app.store.queries.accounts import last_snapshots, stored_values
from app.store.queries.positions import positions
from app.store.restatement.find import find_restatements
from app.store.write.cancel_fills import mark_cancelled
from app.store.write.fill_set import FillSet, read_fill_set
from app.store.write.unchanged import UnchangedPositions, split_unchanged

FACTORS = "SELECT con_id, value_factor FROM instrument WHERE value_factor IS NOT NULL"

T = TypeVar("T", Holding, Fill)


@dataclass(frozen=True, slots=True)
class SyncContext:
    """What is stored that matters to one snapshot.

    Attributes:
        unchanged: the open positions that were not traded.
        positions: the other open positions of the covered accounts.
        last_synced: account -> when its last stored snapshot was taken; absent if never.
        new_instruments: those of the snapshot that are new or changed.
        restatements: of earlier runs, because of late fills; applied first.
    """

    unchanged: UnchangedPositions
    positions: tuple[Position, ...]
    last_synced: dict[str, datetime]
    fills: FillSet
    new_instruments: tuple[Instrument, ...]
    restatements: tuple[Restatement, ...]

    @property
    def touched(self) -> frozenset[FillKey]:
        """Keys of the fills that are new, changed, or allocated to another run now."""
        return touched(self.fills, self.restatements)

    def plan(self, snapshot: Snapshot, request: Request) -> Plan:
        return reconcile(
            tuple(self.restated_positions()),
            replace(snapshot, holdings=self.unchanged.changed),
            unchanged_counts=self.unchanged.count,
            fills=self.unallocated_fills(),
            request=request,
            last_synced=self.last_synced,
            new_fills=self.fills.unseen,
            reported=snapshot.holdings,
        )

    def restated_positions(self) -> Iterator[Position]:
        """The open positions after the restatements."""
        restatements = {restatement.identity: restatement for restatement in self.restatements}
        for position in self.positions:
            restatement = restatements.get(position.identity)
            restated = position if restatement is None else restatement.open_position
            if restated is not None:
                yield restated

    def unallocated_fills(self) -> Sequence[Fill]:
        """Those that explain no run yet, in time order."""
        allocated = frozenset[FillKey]().union(
            *(restatement.allocated for restatement in self.restatements)
        )
        fills = [fill for fill in self.fills.pending if fill.key not in allocated]
        fills += (fill for restatement in self.restatements for fill in restatement.unallocated)
        return sorted(fills, key=lambda fill: fill.time)


def touched(fill_set: FillSet, restatements: Iterable[Restatement]) -> frozenset[FillKey]:
    """Keys of the fills that are new, changed, or newly allocated."""
    assigned = frozenset(key for restatement in restatements for key, _ in restatement.assigned)
    return assigned.union(fill.key for fill in fill_set.changed)


def read(database: Database, snapshot: Snapshot, now: datetime) -> SyncContext:
    """Within the caller's transaction.

    Raises:
        StaleSnapshotError: a newer snapshot of one of its accounts is stored.
    """
    last_synced = last_snapshots(database, snapshot.accounts)
    refuse_stale(snapshot, last_synced.values(), now)
    instruments = Instruments()
    factors = value_factors(database)
    snapshot = with_factors(snapshot, factors)
    fills = mark_cancelled(database, with_rates(database, snapshot, last_synced))
    found = read_fill_set(database, snapshot.accounts, fills, instruments)
    restatements = find_restatements(database, found, last_synced, instruments)
    traded = {fill.identity for fill in (*found.pending, *found.changed)}
    unchanged = split_unchanged(
        database, snapshot, traded.union(restatement.identity for restatement in restatements)
    )
    changed = tables.PositionTable.id.in_(json_id_list(unchanged.changed_ids))
    stored = positions(database, changed, instruments) if unchanged.changed_ids else ()
    if len(stored) != len(unchanged.changed_ids):
        raise LookupError("an open position has no instrument")  # the file is damaged
    return SyncContext(
        unchanged=unchanged,
        positions=stored,
        last_synced=last_synced,
        fills=found,
        new_instruments=tuple(
            new_instruments(database, snapshot.holdings, snapshot.fills, instruments)
        ),
        restatements=restatements,
    )


def value_factors(database: Database) -> dict[int, Decimal]:
    """con_id -> the value factor, of the few instruments that have one."""
    rows = database.run_sql(FACTORS)
    return {con_id: Decimal(text) for con_id, text in rows}


def with_factors(snapshot: Snapshot, factors: Mapping[int, Decimal]) -> Snapshot:
    """The snapshot with the known value factors: not every read of TWS reveals them."""
    held = [one for one in snapshot.holdings if lacks_factor(one.instrument, factors)]
    traded = [one for one in snapshot.fills if lacks_factor(one.instrument, factors)]
    if not held and not traded:
        return snapshot  # the same object, whose texts are cached
    return replace(
        snapshot,
        holdings=tuple(with_factor(one, factors) for one in snapshot.holdings),
        fills=tuple(with_factor(one, factors) for one in snapshot.fills),
    )


def lacks_factor(instrument: Instrument, factors: Mapping[int, Decimal]) -> bool:
    return instrument.con_id in factors and instrument.value_factor is None


def with_factor(one: T, factors: Mapping[int, Decimal]) -> T:
    """The same object if there is nothing to add."""
    instrument = one.instrument
    if not lacks_factor(instrument, factors):
        return one
    return replace(one, instrument=replace(instrument, value_factor=factors[instrument.con_id]))


def with_rates(
    database: Database, snapshot: Snapshot, last_synced: Mapping[str, datetime]
) -> list[Fill]:
    """The snapshot's fills; commissions in other currencies get their rate, if it is known."""
    if all(fill.own_commission is not None or not fill.commission for fill in snapshot.fills):
        return list(snapshot.fills)
    values = stored_values(database, last_synced) | reported_values(snapshot)
    rates = {account: own.rates for account, own in values.items()}
    return [with_rate(fill, rates) for fill in snapshot.fills]


def refuse_stale(snapshot: Snapshot, stored: Iterable[datetime], now: datetime) -> None:
    """A stored time in the future means that the clock was set back, so it is ignored."""
    if any(snapshot.taken_at < taken_at <= now for taken_at in stored):
        raise StaleSnapshotError(
            message(
                "IBKR's positions were read before the last sync was stored, so they were left "
                "out. Sync again."
            )
        )


def new_instruments(
    database: Database,
    holdings: Iterable[Holding],
    fills: Iterable[Fill],
    instruments: Instruments,
) -> Iterator[Instrument]:
    """A fill describes its instrument less fully than a holding, so it only adds unknown ones."""
    known = database.cache.instruments(database)
    traded = not_known(known, (fill.instrument for fill in fills))
    held = not_known(known, (holding.instrument for holding in holdings))
    reported = traded | held
    load_instruments(database, reported, instruments)
    for con_id, instrument in reported.items():
        stored = instruments.get(con_id)
        if stored is None or (con_id in held and stored != instrument):
            yield instrument
        else:
            # If they are equal, keep the reported object: the next snapshot has it again, and
            # comparing identities is fast.
            known[con_id] = instrument if stored == instrument else stored


def not_known(
    known: Mapping[int, Instrument], instruments: Iterable[Instrument]
) -> dict[int, Instrument]:
    """con_id -> the last of its instruments, unless exactly that is known to be stored."""
    found: dict[int, Instrument] = {}
    for one in instruments:
        stored = known.get(one.con_id)
        if stored is not one and stored != one:
            found[one.con_id] = one
        elif found:
            found.pop(one.con_id, None)
    return found


def load_instruments(database: Database, con_ids: Iterable[int], instruments: Instruments) -> None:
    """Loads those that no position or fill has loaded."""
    missing = [con_id for con_id in con_ids if con_id not in instruments]
    if missing:
        wanted = tables.InstrumentTable.con_id.in_(json_id_list(missing))
        for row in database.rows(tables.InstrumentTable.select(*INSTRUMENT).where(wanted)):
            instruments.of(row)
