"""Each sync's account values are kept for a day, then each day's last ones."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.history.portfolio_history import PointSource
from app.domain.model.errors import UnconfirmedClosesError
from app.domain.model.runs import Request, Run, RunStatus, Trigger
from app.domain.model.snapshot import AccountValue
from app.store.store import SqliteStore
from tests.store.trading import (
    ALLOWED,
    MSFT,
    SAP,
    at,
    execute,
    held,
    opened,
    rows,
    snapshot,
    synced,
)

DAY = 24 * 60  # minutes
WITHOUT_VALUES = "DELETE FROM portfolio_value"  # as a file of an older version is


def values(net: str, *accounts: str, currency: str = "USD") -> tuple[AccountValue, ...]:
    return tuple(
        AccountValue(account, key, currency, Decimal(net))
        for account in accounts or ("DU1",)
        for key in ("NetLiquidation", "TotalCashValue")
    )


async def kept(store: SqliteStore, *accounts: str) -> list[tuple[float, str, Decimal | None]]:
    """Minute, account and net liquidation of each point."""
    points = await store.portfolio_history(accounts or None)
    return [
        ((point.taken_at - at(0)) / timedelta(minutes=1), point.account, point.net_liquidation)
        for point in points
    ]


async def sync_account(store: SqliteStore, account: str, minute: float, net: str) -> None:
    run = Run(Trigger.MANUAL, account, at(minute), 0.0, RunStatus.SUCCESS)
    taken = snapshot(minute, held(account=account), accounts=[account], values=values(net, account))
    await store.apply(taken, ALLOWED, run, second_read=True)


async def test_each_sync_keeps_what_ibkr_reported_digit_by_digit(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    both, ten = ("DU1", "DU2"), Decimal("10.1")
    async with opened(path) as store:
        await synced(store, snapshot(1, held(), accounts=both, values=values("10.10", *both)))
        await synced(store, snapshot(2, held(), accounts=both, values=values("11.00", "DU1")))
        assert await kept(store) == [(1, "DU1", ten), (1, "DU2", ten), (2, "DU1", 11)]
        (point, *_) = await store.portfolio_history(["DU2"])
        assert (point.currency, point.source) == ("USD", PointSource.REPORTED)
        assert (str(point.cash), point.market_value) == ("10.10", None)
        between = await store.portfolio_history(["DU1"], at(1.5), at(2))
        assert [point.taken_at for point in between] == [at(2)]
        assert await store.portfolio_history(None, at(2.5)) == ()


async def test_a_store_that_has_read_before_tells_what_a_new_one_does(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store, opened(path) as fresh_writer:
        for minute in (0, 5, DAY + 4, DAY + 6, DAY + 5.5, 3 * DAY):
            account = "DU2" if minute == DAY + 5.5 else "DU1"
            await sync_account(fresh_writer, account, minute, str(minute))
            if minute == DAY + 4:
                await fresh_writer.undo()
                await sync_account(fresh_writer, account, minute, "1")
            for by_currency in (False, True):
                told = await store.portfolio_history(by_currency=by_currency)
                async with opened(path) as fresh:
                    assert told == await fresh.portfolio_history(by_currency=by_currency)
        assert [point.account for point in await store.portfolio_history()] == [
            *("DU1", "DU2", "DU1", "DU1"),
        ]


async def test_the_parts_in_each_currency_are_asked_for_apart(tmp_path: Path) -> None:
    sent = [
        *values("100", "DU1"),
        AccountValue("DU1", "TotalCashBalance", "EUR", Decimal(5)),
        AccountValue("DU1", "TotalCashBalance", "USD", Decimal("94.5")),
    ]
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(), values=sent))
        (total,) = await store.portfolio_history()
        parts = await store.portfolio_history(by_currency=True)
    assert total.is_total
    assert [(part.currency, part.cash, part.is_total) for part in parts] == [
        ("EUR", 5, False),
        ("USD", Decimal("94.5"), False),
    ]


async def test_past_days_keep_each_accounts_last_values(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        for minute in (0, 5, 10):
            await sync_account(store, "DU1", minute, str(minute))
        await sync_account(store, "DU2", 7, "70")
        await sync_account(store, "DU1", DAY + 4, "4")
        assert await kept(store, "DU1") == [(5, "DU1", 5), (10, "DU1", 10), (DAY + 4, "DU1", 4)]
        await sync_account(store, "DU1", DAY + 6, "6")
        assert len(await kept(store, "DU1")) == 4, "only a day's first sync thins out"
        await sync_account(store, "DU1", 3 * DAY, "3")
        assert await kept(store) == [
            (7, "DU2", 70),
            (10, "DU1", 10),
            (DAY + 6, "DU1", 6),
            (3 * DAY, "DU1", 3),
        ]


async def test_undo_removes_the_runs_values_and_a_sync_after_it_writes_its_own(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(), values=values("1")))
        await synced(store, snapshot(2, held(), values=values("2")))
        assert await kept(store) == [(1, "DU1", 1), (2, "DU1", 2)]
        await store.undo()
        assert await kept(store) == [(1, "DU1", 1)]
        await synced(store, snapshot(2.5, held(), values=values("2.5")))
        assert await kept(store) == [(1, "DU1", 1), (2.5, "DU1", 2.5)]
        await store.undo()
        await synced(store, snapshot(3, held(), values=values("3")))
        assert await kept(store) == [(1, "DU1", 1), (3, "DU1", 3)]


async def test_what_is_not_stored_leaves_no_values(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held(), held(MSFT), values=values("1")))
        await store.record(Run(Trigger.MANUAL, "All", at(2), 0.0, RunStatus.ERROR, error="Away."))
        report = await synced(store, snapshot(3, values=values("3")), Request())
        assert report.run.status is RunStatus.HELD
        with pytest.raises(UnconfirmedClosesError):
            await synced(store, snapshot(4, held(), values=values("4")), second_read=False)
        await store.plan(snapshot(5, held(), held(MSFT), values=values("5")), Request())
        assert await kept(store) == [(1, "DU1", 1)]
    assert rows(path, "SELECT DISTINCT run_id FROM portfolio_value") == [(1,)]


async def test_older_syncs_tell_the_value_where_every_position_had_a_price(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held(price="12.5"), held(MSFT, "-2", price="30")))
        await synced(store, snapshot(2, held(price="13"), held(MSFT, "-2", price=None)))
        await synced(store, snapshot(3, held(price="14")))
        await synced(store, snapshot(4, held(quantity="10", price="15"), values=values("900")))
        points = await store.portfolio_history()
    found = [(point.taken_at, point.market_value, point.source) for point in points]
    assert found == [
        (at(1), Decimal("1190.0"), PointSource.DERIVED),
        (at(3), 1400, PointSource.DERIVED),
        (at(4), None, PointSource.REPORTED),
    ]
    assert {point.currency for point in points} == {"USD"}
    assert (points[0].net_liquidation, points[0].cash, points[0].unrealized) == (None,) * 3


async def test_currencies_of_older_syncs_are_not_added_without_a_rate(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held(), held(SAP)))
        await synced(store, snapshot(2, held(), held(SAP), values=values("9")))
        total = await store.portfolio_history(until=at(1))
        parts = await store.portfolio_history(until=at(1), by_currency=True)
    assert total == ()
    assert [(part.currency, part.market_value) for part in parts] == [("EUR", 1200), ("USD", 1200)]


async def test_what_older_syncs_tell_is_what_the_positions_as_of_them_are_worth(
    tmp_path: Path,
) -> None:
    """Opened, increased, moved to another account, sold, opened again; one run is undone."""
    path = tmp_path / "p.sqlite"
    both = ("DU1", "DU2")
    steps: Sequence[Sequence[tuple[str, str, str]]] = (
        [("DU1", "100", "12")],
        [("DU1", "150", "13"), ("DU2", "5", "13")],
        [("DU2", "155", "14")],
        [("DU2", "155", "14.5"), ("DU1", "7", "14.5")],
        [("DU1", "7", "15")],
    )
    async with opened(path) as store:
        for minute, step in enumerate(steps):
            now = [held(quantity=number, price=price, account=who) for who, number, price in step]
            await synced(store, snapshot(minute, *now, accounts=both, values=values("1", *both)))
        await synced(store, snapshot(9, accounts=both))
        await store.undo()
    execute(path, WITHOUT_VALUES)
    async with opened(path) as store:
        points = await store.portfolio_history()
        for number in range(1, len(steps) + 1):
            past = await store.as_of(number)
            assert past is not None
            for account in both:
                worth = sum(
                    position.market_value or 0
                    for position in past.positions
                    if position.account == account
                )
                told = [
                    point.market_value
                    for point in points
                    if (point.account, point.taken_at) == (account, past.taken_at)
                ]
                assert told == [worth] or (told, worth) == ([], 0), (number, account)
    assert len(points) == 9
    assert {point.source for point in points} == {PointSource.DERIVED}


async def test_an_account_tells_nothing_after_its_last_sync(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held(account="DU2"), accounts=["DU2"]))
        await synced(store, snapshot(2, held(), values=values("9")))
        await synced(store, snapshot(3, held(), values=values("9")))
        points = await store.portfolio_history(["DU2"], by_currency=True)
    assert [point.taken_at for point in points] == [at(1)]
