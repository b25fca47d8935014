"""Realized totals by period: at their boundaries, and in each currency."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.model.positions import Source
from app.domain.model.snapshot import AccountValue
from app.domain.portfolio.fx_rates import Rate
from app.domain.portfolio.realized_totals import Period, RealizedByPeriod
from app.store.store import SqliteStore
from tests.store.queries.test_portfolio_view import row, value
from tests.store.trading import AAPL, SAP, at, held, snapshot, synced

MIDNIGHT = datetime(2026, 11, 23).astimezone()  # of this computer


class Clock:
    """Stands still until a test sets it."""

    def __init__(self) -> None:
        self.now = MIDNIGHT + timedelta(hours=12)

    def __call__(self) -> datetime:
        return self.now


async def kept(path: Path, clock: Clock, *values: AccountValue) -> SqliteStore:
    """A store of two accounts that have synced once, each with a closed position a currency."""
    store = SqliteStore(path, clock)
    accounts = ["DU1", "DU2"]
    holdings = [held(of, account=account) for account in accounts for of in (AAPL, SAP)]
    await synced(store, snapshot(1, *holdings, accounts=accounts, values=values))
    await synced(store, snapshot(2, accounts=accounts, values=values))
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("DELETE FROM close")
    return store


def closed(
    path: Path,
    time: datetime,
    pnl: str | None,
    source: Source = Source.BROKER,
    *,
    account: str = "DU1",
    currency: str = "USD",
) -> None:
    """Another program records a close."""
    text = time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(
            "INSERT INTO close (position_id, run_id, quantity_closed, realized_pnl, source,"
            " closed_at, is_full_close) SELECT position.id, 2, '1', ?, ?, ?, 0 FROM position"
            " JOIN instrument USING (con_id) WHERE account = ? AND currency = ?",
            (pnl, source, text, account, currency),
        )


async def realized(
    store: SqliteStore, account: str = "DU1", currency: str = "USD", *, is_base: bool = False
) -> RealizedByPeriod:
    return row(await store.view(), account, currency, is_base=is_base).realized


def exact(by_period: RealizedByPeriod) -> Sequence[Decimal]:
    """Today, this month, this year, all."""
    return [by_period.of(period).realized.exact or Decimal(0) for period in Period]


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (MIDNIGHT, [7, 7, 7, 7]),
        (MIDNIGHT - timedelta(microseconds=1), [0, 7, 7, 7]),
        (datetime(2026, 11, 1).astimezone(), [0, 7, 7, 7]),
        (datetime(2026, 10, 31, 23, 59, 59, 999999).astimezone(), [0, 0, 7, 7]),
        (datetime(2026, 1, 1).astimezone(), [0, 0, 7, 7]),
        (datetime(2025, 12, 31, 23, 59, 59, 999999).astimezone(), [0, 0, 0, 7]),
    ],
)
async def test_a_close_counts_in_its_periods_from_local_midnight_on(
    tmp_path: Path, time: datetime, expected: list[int]
) -> None:
    path = tmp_path / "p.sqlite"
    store = await kept(path, Clock())
    closed(path, time, "7")
    assert exact(await realized(store)) == expected
    await store.close()


async def test_exact_estimated_and_unknown_closes_are_counted_apart(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    store = await kept(path, Clock())
    closed(path, MIDNIGHT, "0.1", Source.BROKER)
    closed(path, MIDNIGHT, "1234567890123456789.0000000001", Source.FILLS)
    closed(path, MIDNIGHT, "-5", Source.ESTIMATE)
    closed(path, MIDNIGHT, None, Source.UNKNOWN)
    closed(path, MIDNIGHT, None, Source.SKIPPED)
    today = (await realized(store)).today.realized
    assert today.exact == Decimal("1234567890123456789.1000000001"), "no digit is lost"
    assert (today.estimated, today.closes, today.unknown) == (-5, 5, 2)
    assert row(await store.view(), "DU1", "USD").realized_pnl is None
    await store.close()


def base(currency: str, account: str = "DU1") -> AccountValue:
    return value("NetLiquidation", currency, "1", account)


async def test_currencies_are_added_up_in_the_base_currency_by_ibkrs_rates(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    store = await kept(path, Clock(), base("USD"), value("ExchangeRate", "EUR", "1.25"))
    closed(path, MIDNIGHT, "100")
    closed(path, MIDNIGHT, "-8", currency="EUR")
    today = (await realized(store, is_base=True)).today
    assert (today.realized.exact, today.is_partial) == (90, False)
    assert today.basis.rates == (Rate("EUR", "USD", Decimal("1.25"), at(2)),)
    assert (await realized(store, currency="EUR")).today.realized.exact == -8
    await store.close()


async def test_a_currency_without_a_rate_makes_the_base_sum_partial(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    store = await kept(path, Clock(), base("USD"))
    closed(path, MIDNIGHT, "100")
    closed(path, MIDNIGHT - timedelta(days=2), "-8", currency="EUR")
    found = await realized(store, is_base=True)
    assert exact(found) == [100, 100, 100, 100]
    assert [found.of(period).basis.lacking for period in Period] == [(), *[("EUR",)] * 3]
    assert row(await store.view(), "DU1", "USD", is_base=True).realized_pnl is None
    await store.close()


async def test_accounts_of_one_base_currency_are_added_up_each_by_its_own_rate(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.sqlite"
    rates = [value("ExchangeRate", "EUR", rate, of) for rate, of in (("1.25", "DU1"), ("2", "DU2"))]
    store = await kept(path, Clock(), base("USD"), base("USD", "DU2"), *rates)
    closed(path, MIDNIGHT, "4", currency="EUR")
    closed(path, MIDNIGHT, "5", currency="EUR", account="DU2")
    total = (await realized(store, "All", is_base=True)).all
    assert total.realized.exact == 15
    assert [rate.value for rate in total.basis.rates] == [Decimal("1.25"), 2]
    assert (await realized(store, "All", "EUR")).all.realized.exact == 9
    await store.close()


async def test_accounts_of_different_base_currencies_are_totalled_by_currency_only(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.sqlite"
    rate = value("ExchangeRate", "USD", "0.8", "DU2")
    store = await kept(path, Clock(), base("USD"), base("EUR", "DU2"), rate)
    closed(path, MIDNIGHT, "100")
    closed(path, MIDNIGHT, "10", account="DU2")
    assert (await realized(store, is_base=True)).all.realized.exact == 100
    assert (await realized(store, "DU2", "EUR", is_base=True)).all.realized.exact == 8
    assert (await realized(store, "All")).all.realized.exact == 110
    assert not [r for r in (await store.view()).portfolio.rows if r.account == "All" and r.is_base]
    await store.close()
