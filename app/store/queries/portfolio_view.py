"""Reads all that the window shows in one consistent read. Needs no peewee."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from app.domain.desktop.app_state import PortfolioView
from app.domain.model.positions import Position
from app.domain.portfolio.account_values import AccountValues
from app.domain.portfolio.realized_totals import RealizedByPeriod
from app.domain.portfolio.summary import AccountData, PortfolioSummary, summaries
from app.store.cache.open_positions import CachedConnection
from app.store.cache.realized_totals import Owner, RealizedTotalsCache
from app.store.database.readable import ReadConnection
from app.store.notes.read import read_notes
from app.store.queries.accounts import last_snapshots, stored_values
from app.store.queries.newest import statistics, undoable
from app.store.write.balance_checks import stored_balance_checks


def read_view(
    database: CachedConnection,
    totals: RealizedTotalsCache,
    now: datetime,
    excluded: Collection[str] = (),
) -> PortfolioView:
    """Reads in one transaction, so that another process's write is seen whole or not at all.

    Args:
        totals: the cache, the same one at every call.
        excluded: accounts to leave out.
    """
    with database.atomic():
        taken = last_snapshots(database)
        held = database.cache.positions(database, taken, excluded, read_notes(database))
        taken = {account: time for account, time in taken.items() if account not in excluded}
        return PortfolioView(
            positions=held,
            accounts=tuple(taken),
            portfolio=PortfolioSummary(
                rows=summaries(account_data(database, taken, held, totals.read(database, now))),
                as_of=max(taken.values(), default=None),
            ),
            statistics=statistics(database),
            undoable=undoable(database),
            balance_checks=stored_balance_checks(database),
        )


def account_data(
    database: ReadConnection,
    taken: Mapping[str, datetime],
    held: Iterable[Position],
    realized: Mapping[Owner, RealizedByPeriod],
) -> list[AccountData]:
    """Every position belongs to one of the accounts; figures and closes of others are left out.

    Args:
        taken: account -> when its last snapshot was taken, in order.
    """
    values = stored_values(database, taken)
    accounts = {
        account: AccountData(account, values.get(account) or AccountValues({}, taken_at))
        for account, taken_at in taken.items()
    }
    holdings: defaultdict[Owner, list[Position]] = defaultdict(list)
    for position in held:
        holdings[position.account, position.instrument.currency].append(position)
    for (account, currency), own in holdings.items():
        accounts[account].holdings[currency] = own
    for (account, currency), by_period in realized.items():
        if account in accounts:
            accounts[account].realized[currency] = by_period
    return list(accounts.values())
