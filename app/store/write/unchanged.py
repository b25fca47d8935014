"""Splits off the unchanged positions, which were not traded: only their prices are updated.

They never become domain values, which at 10,000 positions is most of a sync's work. For an
unchanged position `reconcile` would report only `refreshed`.
"""

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass

from app.domain.model.positions import Identity
from app.domain.model.snapshot import Holding, Snapshot
from app.store.cache.open_positions import figures_in
from app.store.database import tables
from app.store.database.bulk import Row, execute_many
from app.store.database.database import Database
from app.store.write.undo_log import UndoLog

REFRESH = "UPDATE position SET market_price = ?, market_value = ?, unrealized_pnl = ? WHERE id = ?"
MARKET = slice(2, None)


@dataclass(frozen=True, slots=True)
class UnchangedPositions:
    """The positions with the quantity and cost that are stored, and without a fill.

    Attributes:
        count: of them, by account.
        refreshed: price, value, unrealized P&L and id of those whose figures changed.
        changed: the holdings that are not unchanged.
        changed_ids: the other open positions, vanished ones among them.
    """

    count: Counter[str]
    refreshed: tuple[Row, ...]
    changed: tuple[Holding, ...]
    changed_ids: Sequence[int]


def split_unchanged(
    database: Database, snapshot: Snapshot, traded: Container[Identity]
) -> UnchangedPositions:
    """Figures are compared as text: 12.0 after 12 is written too, as IBKR sent it last.

    Args:
        traded: identities with a fill or a restatement.
    """
    accounts = frozenset(snapshot.accounts)
    stored = dict(database.cache.rows(database))
    unchanged: list[str] = []  # the account of each
    refreshed: list[Row] = []
    changed: list[Holding] = []
    for held, identity, now, _ in database.reported.of(snapshot):
        row = stored.get(identity)
        if row is None or identity in traded:
            changed.append(held)
            continue
        if figures_in(row) != now:
            if row[3] != now[0] or row[4] != now[1]:
                changed.append(held)
                continue
            refreshed.append((*now[MARKET], row[0]))
        del stored[identity]
        unchanged.append(identity[0])
    rest = [row[0] for row in stored.values() if row[1] in accounts]
    return UnchangedPositions(Counter(unchanged), tuple(refreshed), tuple(changed), rest)


def write_unchanged(database: Database, unchanged: UnchangedPositions, undo_log: UndoLog) -> None:
    undo_log.keep(tables.PositionTable, "id", [row[-1] for row in unchanged.refreshed])
    execute_many(database, REFRESH, unchanged.refreshed)
