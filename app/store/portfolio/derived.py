"""What syncs tell whose account values were not kept: quantities × prices of that time."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from app.domain.history.portfolio_history import PointSource, PortfolioPoint
from app.domain.model.amounts import ZERO
from app.domain.model.instruments import Instrument
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.portfolio.account_values import IN_CASH, OWNED
from app.store.database.database import Database
from app.store.database.row_values import instrument_of
from app.store.queries.accounts import last_snapshots, stored_values

# Runs with prices and without values.
WITHOUT_VALUES = """FROM run_price JOIN run ON run.id = run_price.run_id
    AND run.status = 'success' AND run.taken_at IS NOT NULL
    WHERE NOT EXISTS (SELECT 1 FROM account CROSS JOIN portfolio_value AS kept
        ON kept.account = account.account AND kept.is_total IN (0, 1)
        AND kept.run_id = run_price.run_id)"""
STATE = f"SELECT count(*), max(run_price.run_id) {WITHOUT_VALUES}"
PRICED = f"""SELECT run.id, run.account_id, run.taken_at, run_price.prices {WITHOUT_VALUES}
    ORDER BY run.id"""
# What IBKR reported of each identity, in order: the last one up to a run held after it.
REPORTED = """SELECT change.run_id, change.account, change.con_id,
    json_extract(change.after, '$.quantity') FROM change
    JOIN run ON run.id = change.run_id AND run.status = 'success'
    WHERE change.kind != 'healed' ORDER BY change.run_id, change.id"""
INSTRUMENTS = """SELECT con_id, symbol, sec_type, currency, exchange, multiplier, expiry, strike,
    "right", local_symbol, trading_class, value_factor FROM instrument"""
LAST_RUNS = "SELECT account, run_id FROM account"


class DerivedPoints:
    """Computes them once, and again when other runs are without values.

    They follow from facts that stay as they are, so they are not stored.
    """

    def __init__(self) -> None:
        self._state: object = None
        self._points: tuple[PortfolioPoint, ...] = ()

    def read(self, database: Database) -> tuple[PortfolioPoint, ...]:
        """Oldest first; of whole accounts and by currency. In the caller's transaction."""
        bases = base_currencies(database)
        state = database.run_sql(STATE).fetchone(), bases
        if state != self._state:
            self._points = tuple(derived_points(database, bases))
            self._state = state
        return self._points


def base_currencies(database: Database) -> dict[str, str]:
    """Account -> its base currency, as far as it is known."""
    values = stored_values(database, last_snapshots(database))
    return {account: own.base_currency for account, own in values.items() if own.base_currency}


def derived_points(database: Database, bases: Mapping[str, str]) -> Iterator[PortfolioPoint]:
    """One pass over all changes, and over the prices of each run."""
    runs = database.run_sql(PRICED).fetchall()
    if not runs:
        return
    instruments = {row[0]: instrument_of(row) for row in database.run_sql(INSTRUMENTS)}
    last_runs: dict[str, int] = dict(database.run_sql(LAST_RUNS).fetchall())
    held: defaultdict[str, dict[int, Decimal]] = defaultdict(dict)  # account -> con_id -> quantity
    changes = iter(database.run_sql(REPORTED))
    change = next(changes, None)
    for run_id, scope, taken_at, prices in runs:
        while change is not None and change[0] <= run_id:
            _, account, con_id, quantity = change
            held[account][con_id] = Decimal(quantity)
            change = next(changes, None)
        worth = UnitValues(json.loads(prices), instruments)
        for account in sorted(held) if scope == ALL_ACCOUNTS else (scope,):
            if account in held and run_id <= last_runs.get(account, 0):
                values = values_by_currency(held[account], worth)
                time = datetime.fromisoformat(taken_at)
                yield from points(account, time, values, bases.get(account, ""))


class UnitValues(dict[int, tuple[str, Decimal | None]]):
    """con_id -> currency, and what a quantity of one is worth after one run: computed once for all
    accounts. Zero where it is cash already, None where it is unknown."""

    def __init__(self, prices: Mapping[str, str], instruments: Mapping[int, Instrument]) -> None:
        super().__init__()
        self._prices = prices
        self._instruments = instruments

    def __missing__(self, con_id: int) -> tuple[str, Decimal | None]:
        instrument = self._instruments[con_id]
        price = self._prices.get(str(con_id))
        worth = None
        if instrument.sec_type in IN_CASH:
            worth = ZERO
        elif price is not None and instrument.sec_type in OWNED:
            worth = Decimal(price) * instrument.unit_value
        self[con_id] = found = instrument.currency, worth
        return found


def values_by_currency(held: Mapping[int, Decimal], worth: UnitValues) -> dict[str, Decimal] | None:
    """Currency -> market value; None if a position has no price, or is of an unknown kind."""
    values: dict[str, Decimal] = {}
    for con_id, quantity in held.items():
        if quantity:
            currency, each = worth[con_id]
            if each is None:
                return None
            if each:
                values[currency] = values.get(currency, ZERO) + quantity * each
    return values


def points(
    account: str, taken_at: datetime, values: Mapping[str, Decimal] | None, base: str
) -> Iterator[PortfolioPoint]:
    """The whole account's point only where all is in its base currency: rates were not kept."""
    if values is None:
        return
    if base and values.keys() <= {base}:
        yield derived(account, taken_at, base, values.get(base, ZERO), is_total=True)
    for currency, value in sorted(values.items()):
        yield derived(account, taken_at, currency, value, is_total=False)


def derived(
    account: str, taken_at: datetime, currency: str, value: Decimal, *, is_total: bool
) -> PortfolioPoint:
    return PortfolioPoint(
        taken_at,
        account,
        currency,
        net_liquidation=None,
        cash=None,
        market_value=value,
        unrealized=None,
        realized=None,
        source=PointSource.DERIVED,
        is_total=is_total,
    )
