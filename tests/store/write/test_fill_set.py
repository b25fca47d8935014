"""A fill is kept once, as well as IBKR ever told it, until a run has explained it."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from app.domain.model.positions import Source
from app.domain.model.snapshot import COMBO
from app.store.write.fill_set import merge_reported
from tests.store.trading import AAPL, MSFT, fill, held, opened, rows, snapshot, synced

PLAIN = fill("e1.01", "-100", minute=2)
REPORTED = fill("e1.01", "-100", minute=2, commission="1.5", realized="98.5")
CORRECTED = fill("e1.02", "-90", minute=2)


def test_a_new_fill_is_taken_as_it_is() -> None:
    assert merge_reported(None, PLAIN) == PLAIN


def test_a_late_commission_report_completes_a_fill() -> None:
    assert merge_reported(PLAIN, REPORTED) == REPORTED


def test_a_known_commission_is_never_lost() -> None:
    assert merge_reported(REPORTED, PLAIN) == REPORTED


def test_a_correction_replaces_the_revision_before_it() -> None:
    assert merge_reported(REPORTED, CORRECTED) == CORRECTED


def test_an_older_revision_replaces_nothing() -> None:
    assert merge_reported(CORRECTED, REPORTED) == CORRECTED


def test_a_correction_that_changes_no_figure_keeps_the_commission() -> None:
    again = replace(PLAIN, exec_id="e1.02")
    assert merge_reported(REPORTED, again) == replace(REPORTED, exec_id="e1.02")


async def test_a_fill_and_its_correction_are_one_row(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(), fills=[PLAIN]))
        await synced(store, snapshot(3, held(), fills=[CORRECTED]))
        await synced(store, snapshot(4, held(), fills=[REPORTED]))
    assert rows(tmp_path / "p.sqlite", "SELECT stem, exec_id, quantity, run_id FROM fill") == [
        ("e1", "e1.02", "-90", 1)
    ]


async def test_an_allocated_fill_explains_no_second_close(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held()))
        await synced(store, snapshot(3, fills=[REPORTED]))
        await synced(store, snapshot(4, held(), fills=[REPORTED]))
        await synced(store, snapshot(5, fills=[REPORTED]))
        newest, oldest = await store.closes()
    assert (oldest.close.source, oldest.close.realized_pnl) == (Source.BROKER, Decimal("98.5"))
    assert newest.close.source is Source.ESTIMATE


async def test_a_fill_of_another_account_waits_for_that_account(tmp_path: Path) -> None:
    bought = fill("e1.01", "100", minute=2, price="10", account="DU2")
    sold = fill("e2.01", "-100", minute=3, price="11", account="DU2")
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, accounts=["DU2"]))
        await synced(store, snapshot(4, held(), fills=[bought, sold]))
        assert await store.closes() == ()
        await synced(store, snapshot(5, accounts=["DU2"]))
        (close,) = await store.closes()
    assert (close.account, close.close.realized_pnl) == ("DU2", 100)


async def test_the_summary_fill_of_a_combo_counts_for_nothing(tmp_path: Path) -> None:
    bag = replace(AAPL, con_id=28812380, sec_type=COMBO)
    summary = fill("e7.01", "1", minute=2, instrument=bag)
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held()))
        await synced(store, snapshot(3, held(), fills=[summary]))
        await synced(store, snapshot(4, held(), fills=[summary]))
        assert len(await store.positions()) == 1
        assert await store.positions(closed=True) == ()
    assert rows(tmp_path / "p.sqlite", "SELECT exec_id FROM fill") == [("e7.01",)]


async def test_fills_are_replayed_in_time_order_and_then_in_order_of_arrival(
    tmp_path: Path,
) -> None:
    bought = fill("b.01", "50", minute=2, price="9", instrument=MSFT)
    sold = fill("a.01", "-50", minute=2, price="10", instrument=MSFT)
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held()))
        await synced(store, snapshot(3, held(), fills=[bought, sold]))
        (traded,) = await store.positions(closed=True)
        (close,) = await store.closes()
    assert traded.instrument == MSFT
    assert close.close.realized_pnl == 50
    assert close.close.exec_ids == ("a.01",)


async def test_more_fills_than_one_query_can_name_are_merged(tmp_path: Path) -> None:
    many = [fill(f"f{n}.01", "1" if n % 2 else "-1", minute=2 + n / 1000) for n in range(1200)]
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(), fills=[]))
        await synced(store, snapshot(4, held(), fills=many))
        await synced(
            store, snapshot(5, held(), fills=[replace(f, commission=Decimal(1)) for f in many])
        )
    path = tmp_path / "p.sqlite"
    assert rows(path, "SELECT count(*), sum(commission) FROM fill") == [(1200, 1200)]
