"""Deposits of statements are stored once, and undone with their import."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from app.domain.model.runs import Report, Run, RunStatus, Trigger
from app.domain.model.statements import Deposit, DepositPeriod, KnownDeposits, Statement
from app.store.store import SqliteStore
from tests.store.trading import held, opened, rows, snapshot, synced

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
PAID = Deposit("DU1", "31", date(2026, 11, 5), "EUR", Decimal("1500.50"), Decimal("1.0725"))
TAKEN = Deposit("DU1", "32", date(2026, 11, 9), "USD", Decimal("-20"))
OTHERS = Deposit("DU9", "33", date(2026, 11, 9), "USD", Decimal("7"))


async def told(store: SqliteStore, *deposits: Deposit, days: int = 30) -> Report:
    """Imports a statement of both accounts with these deposits, of the first days of November."""
    periods = tuple(
        DepositPeriod(account, FIRST, date(2026, 11, days)) for account in ("DU1", "DU9")
    )
    statement = Statement(
        ("DU1", "DU9"), FIRST, LAST, None, (), known_deposits=KnownDeposits(deposits, periods)
    )
    started = datetime(2026, 12, 1, tzinfo=UTC)
    run = Run(Trigger.FLEX, "All", started, 0.0, RunStatus.SUCCESS)
    return await store.import_fills(statement, run)


async def test_deposits_are_stored_once_and_undone_with_their_import(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    async with opened(path) as store:
        await synced(store, snapshot(1, held()))
        assert await store.deposits() == KnownDeposits()
        report = await told(store, PAID, OTHERS, days=7)
        assert "1 deposit or withdrawal" in report.run.note
        again = await told(store, PAID, TAKEN)
        assert "0 executions, 1 deposit or withdrawal" in again.run.note
        periods = tuple(DepositPeriod("DU1", FIRST, date(2026, 11, day)) for day in (7, 30))
        assert await store.deposits() == KnownDeposits((PAID, TAKEN), periods)
        assert await store.deposits(["DU9"]) == KnownDeposits()
        await store.undo()
        assert await store.deposits(["DU1"]) == KnownDeposits((PAID,), periods[:1])
        nothing = await told(store, PAID, days=7)
        assert "nothing new" in nothing.run.note
        await store.undo()
        assert await store.deposits() == KnownDeposits((PAID,), periods[:1])
    assert rows(path, "SELECT amount, rate_to_base FROM deposit") == [("1500.50", "1.0725")]
