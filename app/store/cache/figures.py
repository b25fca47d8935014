"""The figures that IBKR reports for a position, as text, in the form in which they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.model.positions import Identity
from app.store.database.codecs import decimal_text

if TYPE_CHECKING:
    from app.domain.model.snapshot import Holding, Snapshot

    # a holding, its identity, its figures as stored, and its `price_text`
    ReportedRow = tuple[Holding, Identity, "ReportedFigures", str]

ReportedFigures = tuple[str | None, ...]  # quantity, average cost, price, value, unrealized P&L
PRICE = 2


def figures_of(held: Holding) -> ReportedFigures:
    return (
        decimal_text(held.quantity),
        decimal_text(held.average_cost),
        decimal_text(held.market_price),
        decimal_text(held.market_value),
        decimal_text(held.unrealized_pnl),
    )


def price_text(con_id: int, figures: ReportedFigures) -> str:
    """As in the JSON of a run's prices; by hand, in a third of json's time."""
    price = figures[PRICE]
    return "" if price is None else f'"{con_id}":"{price}"'


class SnapshotTextCache:
    """Remembers the texts of each holding: the broker gives the same one until it changes."""

    def __init__(self) -> None:
        self._rows: list[ReportedRow] = []
        self._known: dict[Identity, ReportedRow] = {}
        self._snapshot: Snapshot | None = None

    def of(self, snapshot: Snapshot) -> list[ReportedRow]:
        """All of its holdings. The caller leaves the list as it is."""
        if snapshot is not self._snapshot:
            before = self._known
            self._rows = []
            for held in snapshot.holdings:
                identity = held.identity
                known = before.get(identity)
                if known is None or known[0] is not held:
                    figures = figures_of(held)
                    known = held, identity, figures, price_text(identity[1], figures)
                self._rows.append(known)
            self._known = {row[1]: row for row in self._rows}
            self._snapshot = snapshot
        return self._rows
