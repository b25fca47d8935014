"""Realized totals of all closes, kept in memory and only added to while closes are only appended.

Triggers in the file detect any other write to a close (see migration 2). After such a write, and
when a new day begins, everything is read again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import localcontext
from itertools import accumulate

from app.domain.portfolio.realized_totals import (
    RealizedByPeriod,
    RealizedSum,
    RealizedTotals,
    period_starts,
    totals_of_source,
)
from app.store.database.codecs import Read, decimal_of, utc_text
from app.store.database.readable import ReadConnection

REVISION = "SELECT revision, (SELECT coalesce(max(id), 0) FROM close) FROM close_revision"
# 3 for a close of today, 2 of this month, 1 of this year, 0 of before.
NEW_CLOSES = """SELECT position.account, instrument.currency,
    (close.closed_at >= ?) + (close.closed_at >= ?) + (close.closed_at >= ?),
    close.source, close.realized_pnl
    FROM close
    JOIN position ON position.id = close.position_id
    JOIN instrument ON instrument.con_id = position.con_id
    WHERE close.id > ?"""
AGES = (3, 2, 1, 0)  # from the latest: the periods' order
DIGITS = 200  # more than any sum of stored figures has: nothing is rounded

Owner = tuple[str, str]  # (account, currency)
Totals = dict[tuple[str, str, int], RealizedTotals]  # by account, currency and age


class RealizedTotalsCache:
    """What each account realized in each currency. Runs on the store's thread."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._last_id = 0
        self._totals: Totals = {}
        self._by_owner: dict[Owner, RealizedByPeriod] = {}

    def read(self, database: ReadConnection, now: datetime) -> Mapping[Owner, RealizedByPeriod]:
        """(account, currency) -> its totals; within the caller's transaction."""
        starts = tuple(utc_text(start) for start in period_starts(now))
        ((revision, last_id),) = database.run_sql(REVISION)
        key = (revision, *starts)
        if key == self._key and last_id == self._last_id:
            return self._by_owner
        totals = dict(self._totals) if key == self._key else {}
        after = self._last_id if key == self._key else 0
        closes = database.run_sql(NEW_CLOSES, (*starts, after))
        with localcontext(prec=DIGITS):
            add_closes(totals, closes)
            self._by_owner = by_owner(totals)
        self._key, self._last_id, self._totals = key, last_id, totals
        return self._by_owner


def add_closes(totals: Totals, closes: Iterable[Read]) -> None:
    """Args: closes: (account, currency, age, source, realized P&L)."""
    found: defaultdict[tuple[str, str, int, str], list[str | None]] = defaultdict(list)
    for account, currency, age, source, realized_pnl in closes:
        found[account, currency, age, source].append(realized_pnl)
    for (account, currency, age, source), figures in found.items():
        part = account, currency, age
        own = totals_of_source(source, [*map(decimal_of, figures)])
        totals[part] = totals.get(part, RealizedTotals()) + own


def by_owner(totals: Totals) -> dict[Owner, RealizedByPeriod]:
    """Each period includes the shorter periods before it."""
    owners = dict.fromkeys((account, currency) for account, currency, _ in totals)
    none = RealizedTotals()
    return {
        owner: RealizedByPeriod(
            *map(RealizedSum, accumulate(totals.get((*owner, age), none) for age in AGES))
        )
        for owner in owners
    }
