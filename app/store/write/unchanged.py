"""Sets the quiet positions apart: nothing was traded, so that their figures are all there is to do.

They never become values of the domain, which at 10,000 positions is most of a sync's work. For a
quiet position `reconcile` would say `refreshed`, and no more.
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
        refreshed: price, value, unrealized P&L and id of those whose figures are others now.
        loud: the holdings that are not quiet.
        loud_ids: the other open positions, vanished ones among them.
    """

    count: Counter[str]
    refreshed: tuple[Row, ...]
    loud: tuple[Holding, ...]
    loud_ids: Sequence[int]


def split_unchanged(
    database: Database, snapshot: Snapshot, traded: Container[Identity]
) -> UnchangedPositions:
    """Figures are compared as text: 12.0 after 12 is written too, as IBKR sent it last.

    Args:
        traded: identities that a fill, or what it heals, has to do with.
    """
    accounts = frozenset(snapshot.accounts)
    stored = dict(database.cache.rows(database))
    quiet: list[str] = []  # the account of each
    refreshed: list[Row] = []
    loud: list[Holding] = []
    for held, identity, now, _ in database.reported.of(snapshot):
        row = stored.get(identity)
        if row is None or identity in traded:
            loud.append(held)
            continue
        if figures_in(row) != now:
            if row[3] != now[0] or row[4] != now[1]:
                loud.append(held)
                continue
            refreshed.append((*now[MARKET], row[0]))
        del stored[identity]
        quiet.append(identity[0])
    rest = [row[0] for row in stored.values() if row[1] in accounts]
    return UnchangedPositions(Counter(quiet), tuple(refreshed), tuple(loud), rest)


def write_quiet(database: Database, quiet: UnchangedPositions, journal: UndoLog) -> None:
    journal.keep(tables.PositionTable, "id", [row[-1] for row in quiet.refreshed])
    execute_many(database, REFRESH, quiet.refreshed)
