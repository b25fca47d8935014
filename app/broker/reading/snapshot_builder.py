"""Builds a snapshot from the rows of one read."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from app.broker.protocol.contract_cache import EXCHANGE_RESOLVER
from app.broker.protocol.rows import CommissionRow, PortfolioRow, PositionRow
from app.broker.reading.executions import LeftOut
from app.domain.model.positions import Identity
from app.domain.model.snapshot import AccountValue, Fill, FillKey, Holding, Snapshot
from app.domain.model.value_factor import Valued, value_factor

SLICE = 500  # rows, some 1 ms

HoldingCache = dict[Identity, tuple[PositionRow, PortfolioRow | None, Holding]]
Factors = dict[int, Decimal]  # con_id -> value factor


@dataclass(slots=True)
class ReadCache:
    """What one read keeps for the next one.

    Attributes:
        joined: the holdings with the rows they came from; unchanged rows reuse the holding.
        factors: the value factors found so far; most instruments have none.
    """

    joined: HoldingCache = field(default_factory=dict)
    factors: Factors = field(default_factory=dict)


@dataclass(slots=True)
class SnapshotBuilder:
    """The rows that one read has received so far.

    Attributes:
        on_count: called with the number of positions after each one.
        portfolio: (account, con_id) -> its last row.
        values: (account, key, currency) -> its last value.
        reports: exec id -> its commission report, which may follow the executions' end.
        left_out: the executions that cannot be read.
    """

    positions: list[PositionRow] = field(default_factory=list)
    portfolio: dict[Identity, PortfolioRow] = field(default_factory=dict)
    values: dict[tuple[str, str, str], AccountValue] = field(default_factory=dict)
    fills: list[Fill] = field(default_factory=list)
    reports: dict[str, CommissionRow] = field(default_factory=dict)
    left_out: LeftOut = field(default_factory=LeftOut)
    fills_complete: bool = True
    on_count: Callable[[int], None] | None = None

    def add_position(self, row: PositionRow) -> None:
        self.positions.append(row)
        if self.on_count is not None:
            self.on_count(len(self.positions))

    def drop_fills(self) -> None:
        """Discards the fills, since they are incomplete."""
        self.fills_complete = False
        self.fills.clear()
        self.left_out = LeftOut()

    async def snapshot(
        self, accounts: tuple[str, ...], taken_at: datetime, cache: ReadCache
    ) -> Snapshot:
        """The snapshot of these accounts; yields to the event loop between slices of the work.

        The last row of each identity counts; a quantity of zero means that it is closed.

        Args:
            cache: of the read before; it is updated.
        """
        covered = frozenset(accounts)
        last: dict[Identity, PositionRow] = {}
        for rows in slices(self.positions):
            last |= {row.identity: row for row in rows if row.identity[0] in covered}
            await asyncio.sleep(0)
        held = await self._joined_holdings(list(last.values()), cache)
        fills = folded_fills(self._usable_fills(), self.reports, covered)
        return Snapshot(
            taken_at=taken_at,
            accounts=accounts,
            holdings=tuple(held),
            fills=tuple(with_factor(fill, cache.factors) for fill in fills),
            account_values=tuple(v for v in self.values.values() if v.account in covered),
            fills_complete=self.fills_complete,
            notes=self.left_out.notes,
        )

    async def _joined_holdings(self, last: list[PositionRow], cache: ReadCache) -> list[Holding]:
        """The positions with their market figures."""
        before, factors = cache.joined, cache.factors
        joined: HoldingCache = {}
        learned: set[int] = set()
        for rows in slices(last):
            for row in rows:
                if not row.quantity:
                    continue  # it is closed
                listed = self.portfolio.get(row.identity)
                known = before.get(row.identity)
                if known is None or known[0] is not row or known[1] is not listed:
                    if listed is not None and learn_factor(row, listed, factors):
                        learned.add(row.instrument.con_id)
                    known = row, listed, holding(row, listed, factors)
                joined[row.identity] = known
            await asyncio.sleep(0)
        if learned:  # holdings made before the factor was known
            for identity, (row, listed, _) in joined.items():
                if row.instrument.con_id in learned:
                    joined[identity] = row, listed, holding(row, listed, factors)
        cache.joined = joined
        return [held for _, _, held in joined.values()]

    def _usable_fills(self) -> list[Fill]:
        """The fills of which every revision could be read."""
        left_out = self.left_out.keys
        return [fill for fill in self.fills if fill.key not in left_out]


def slices(rows: Sequence[PositionRow]) -> Iterator[Sequence[PositionRow]]:
    for start in range(0, len(rows), SLICE):
        yield rows[start : start + SLICE]


def learn_factor(row: PositionRow, listed: PortfolioRow, factors: Factors) -> bool:
    """Stores the value factor that these rows imply; returns whether it has changed."""
    price, value = listed.market_price, listed.market_value
    if not price or not value or listed.quantity != row.quantity:
        return False
    held = row.instrument
    known = factors.get(held.con_id)
    product = price * listed.quantity
    if known is None:
        expected = product * held.multiplier
        off = abs(value - expected)
        if off + off <= abs(expected):  # nearly all rows, so this is the fast path
            return False
    found = value_factor(Valued(held.sec_type, held.multiplier, product, value), known)
    if found is None or found == known:
        return False
    factors[held.con_id] = found
    return True


def holding(row: PositionRow, listed: PortfolioRow | None, factors: Factors) -> Holding:
    """A position with its market figures.

    A trade between the two answers makes their quantities differ. Then the price is still right,
    and value and P&L are computed for the quantity in the position row.
    """
    factor = factors.get(row.instrument.con_id)
    if listed is None:
        held = EXCHANGE_RESOLVER.instrument(row.instrument, "", factor)
        return Holding(row.identity[0], held, row.quantity, row.average_cost)
    held = EXCHANGE_RESOLVER.instrument(row.instrument, listed.exchange, factor)
    price, value, unrealized = listed.market_price, listed.market_value, listed.unrealized_pnl
    if listed.quantity != row.quantity:
        value = unrealized = None
        if price is not None:
            value = price * held.unit_value * row.quantity
            if row.average_cost is not None:
                unrealized = value - row.average_cost * row.quantity
    return Holding(row.identity[0], held, row.quantity, row.average_cost, price, value, unrealized)


def with_factor(fill: Fill, factors: Factors) -> Fill:
    """The fill, with its instrument's value factor if that is known."""
    factor = factors.get(fill.instrument.con_id)
    if factor is None:
        return fill
    return replace(fill, instrument=replace(fill.instrument, value_factor=factor))


def folded_fills(
    fills: Sequence[Fill], reports: Mapping[str, CommissionRow], covered: frozenset[str]
) -> tuple[Fill, ...]:
    """Each fill once, in time order: a correction replaces the revision before it."""
    newest: dict[FillKey, Fill] = {}
    for fill in fills:
        known = newest.get(fill.key)
        if fill.account in covered and (known is None or fill.revision >= known.revision):
            newest[fill.key] = with_report(fill, reports.get(fill.exec_id))
    return tuple(sorted(newest.values(), key=lambda fill: fill.time))


def with_report(fill: Fill, report: CommissionRow | None) -> Fill:
    if report is None:
        return fill
    return replace(
        fill,
        commission=report.commission,
        commission_currency=report.currency,
        realized_pnl=report.realized_pnl,
    )
