"""Sets the quiet positions apart: nothing was traded, so that their figures are all there is to do.

They never become values of the domain, which at 10,000 positions is most of a sync's work. For a
quiet position `reconcile` would say `refreshed`, and no more.
"""

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass

from app.domain.positions import Identity
from app.domain.snapshot import Holding, Snapshot
from app.store import tables
from app.store.bulk import Row, execute_many
from app.store.database import Database
from app.store.figures import open_figures, reported
from app.store.journal import Journal

REFRESH = "UPDATE position SET market_price = ?, market_value = ?, unrealized_pnl = ? WHERE id = ?"
QUANTITY_AND_COST = slice(0, 2)
MARKET = slice(2, None)


@dataclass(frozen=True, slots=True)
class Quiet:
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


def set_apart(database: Database, snapshot: Snapshot, traded: Container[Identity]) -> Quiet:
    """Figures are compared as text: 12.0 after 12 is written too, as IBKR sent it last.

    Args:
        traded: identities that a fill, or what it heals, has to do with.
    """
    stored = open_figures(database, snapshot.accounts)
    count: Counter[str] = Counter()
    refreshed: list[Row] = []
    loud: list[Holding] = []
    for held in snapshot.holdings:
        identity = held.identity
        row = stored.get(identity)
        now = reported(held)
        if row is None or row[1][QUANTITY_AND_COST] != now[QUANTITY_AND_COST] or identity in traded:
            loud.append(held)
            continue
        del stored[identity]
        count[held.account] += 1
        if row[1] != now:
            refreshed.append((*now[MARKET], row[0]))
    rest = [position_id for position_id, _ in stored.values()]
    return Quiet(count, tuple(refreshed), tuple(loud), rest)


def write_quiet(database: Database, quiet: Quiet, journal: Journal) -> None:
    journal.keep(tables.Position, "id", [row[-1] for row in quiet.refreshed])
    execute_many(database, REFRESH, quiet.refreshed)
