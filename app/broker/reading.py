"""Folds the rows of one read into a snapshot."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.broker.contracts import PLACED
from app.broker.rows import CommissionRow, PortfolioRow, PositionRow
from app.domain.positions import Identity
from app.domain.snapshot import AccountValue, Fill, Holding, Snapshot

SLICE = 500  # rows, some 1 ms

# The same two rows, byte by byte, make the same holding: it is not made anew.
Joined = dict[Identity, tuple[PositionRow, PortfolioRow | None, Holding]]


@dataclass(slots=True)
class Reading:
    """What one read has brought so far.

    Attributes:
        counted: called with the number of positions, whenever another one has come.
        portfolio: (account, con_id) -> the last row of it.
        values: (account, key, currency) -> the last value of it.
        reports: exec id -> its commission report.
    """

    positions: list[PositionRow] = field(default_factory=list)
    portfolio: dict[Identity, PortfolioRow] = field(default_factory=dict)
    values: dict[tuple[str, str, str], AccountValue] = field(default_factory=dict)
    fills: list[Fill] = field(default_factory=list)
    reports: dict[str, CommissionRow] = field(default_factory=dict)
    fills_complete: bool = True
    counted: Callable[[int], None] | None = None

    def take_position(self, row: PositionRow) -> None:
        self.positions.append(row)
        if self.counted is not None:
            self.counted(len(self.positions))

    async def snapshot(
        self, accounts: tuple[str, ...], taken_at: datetime, joined: Joined
    ) -> Snapshot:
        """All of it, for these accounts. Lets the window breathe between slices of the work.

        Of each identity the last row holds, and a quantity of zero means that it is closed.

        Args:
            joined: of the read before; afterwards of this one.
        """
        covered = frozenset(accounts)
        last: dict[Identity, PositionRow] = {}
        for rows in slices(self.positions):
            last |= {row.identity: row for row in rows if row.identity[0] in covered}
            await asyncio.sleep(0)
        before = joined.copy()
        joined.clear()
        held: list[Holding] = []
        for rows in slices(list(last.values())):
            for row in rows:
                if not row.quantity:
                    continue  # it is closed
                listed = self.portfolio.get(row.identity)
                known = before.get(row.identity)
                if known is None or known[0] is not row or known[1] is not listed:
                    known = row, listed, holding(row, listed)
                joined[row.identity] = known
                held.append(known[2])
            await asyncio.sleep(0)
        return Snapshot(
            taken_at=taken_at,
            accounts=accounts,
            holdings=tuple(held),
            fills=folded_fills(self.fills, self.reports, covered),
            account_values=tuple(v for v in self.values.values() if v.account in covered),
            fills_complete=self.fills_complete,
        )


def slices(rows: Sequence[PositionRow]) -> Iterator[Sequence[PositionRow]]:
    for start in range(0, len(rows), SLICE):
        yield rows[start : start + SLICE]


def holding(row: PositionRow, listed: PortfolioRow | None) -> Holding:
    """A position with its market figures.

    A trade between the two answers makes their quantities differ; then the price still holds,
    and value and P&L are computed for the quantity that the positions say.
    """
    if listed is None:
        return Holding(row.identity[0], row.instrument, row.quantity, row.average_cost)
    price, value, unrealized = listed.market_price, listed.market_value, listed.unrealized_pnl
    if listed.quantity != row.quantity:
        value = unrealized = None
        if price is not None:
            value = price * row.instrument.multiplier * row.quantity
            if row.average_cost is not None:
                unrealized = value - row.average_cost * row.quantity
    return Holding(
        row.identity[0],
        PLACED.instrument(row.instrument, listed.exchange),
        row.quantity,
        row.average_cost,
        price,
        value,
        unrealized,
    )


def folded_fills(
    fills: Sequence[Fill], reports: Mapping[str, CommissionRow], covered: frozenset[str]
) -> tuple[Fill, ...]:
    """Each fill once, in time order: a correction replaces the revision before it."""
    newest: dict[str, Fill] = {}
    for fill in fills:
        known = newest.get(fill.stem)
        if fill.account in covered and (known is None or fill.revision >= known.revision):
            newest[fill.stem] = with_report(fill, reports.get(fill.exec_id))
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
