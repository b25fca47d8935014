"""What the charts read of a year with every kind of close agrees with plain SQL."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.charts.money import ChartCurrency
from app.domain.charts.paid import payers
from app.domain.charts.ranges import BarLength
from app.domain.charts.realized import RealizedSums, realized_bars
from app.domain.history.closed_positions import ClosedFilter
from app.store.store import SqliteStore
from tests.store.chart_year import CLOSES, by_period, by_symbol, store_of_a_year

FORMATS = {BarLength.DAY: "%Y-%m-%d", BarLength.MONTH: "%Y-%m", BarLength.YEAR: "%Y"}


def cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)


def in_cents(sums: RealizedSums) -> tuple[object, ...]:
    totals = sums.totals
    known = cents(totals.exact), cents(totals.estimated), totals.closes, totals.unknown
    return (*known, cents(totals.commission))


@pytest.mark.parametrize("step", FORMATS)
@pytest.mark.parametrize("currency", ["USD", "EUR", "JPY"])
async def test_the_bars_are_what_sql_sums(tmp_path: Path, step: BarLength, currency: str) -> None:
    path = tmp_path / "year.sqlite"
    await store_of_a_year(path)
    store = SqliteStore(path)
    closes = await store.realized_closes(ClosedFilter())
    await store.close()
    bars = realized_bars(closes, step, ChartCurrency(currency))
    found = [(bar.start.strftime(FORMATS[step]), *in_cents(bar.sums)) for bar in bars]
    assert found == by_period(path, FORMATS[step], currency)


async def test_what_paid_is_what_sql_sums(tmp_path: Path) -> None:
    path = tmp_path / "year.sqlite"
    await store_of_a_year(path)
    store = SqliteStore(path)
    closes = await store.realized_closes(ClosedFilter())
    await store.close()
    found = {p.underlying: in_cents(p.realized) for p in payers(closes, (), ChartCurrency("USD"))}
    assert found == by_symbol(path, "USD")


async def test_only_the_closes_that_match_are_read(tmp_path: Path) -> None:
    path = tmp_path / "year.sqlite"
    await store_of_a_year(path)
    store = SqliteStore(path)
    since, until = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    wanted = ClosedFilter("DU1", "aapl", since, until)
    narrow = await store.realized_closes(wanted)
    everything = await store.realized_closes(ClosedFilter())
    await store.close()
    assert len(everything) == CLOSES
    assert narrow
    assert list(narrow) == [
        close
        for close in everything
        if close.account == "DU1"
        and close.underlying == "AAPL"
        and since <= close.closed_at < until
    ]
