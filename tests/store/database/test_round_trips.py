"""What goes into the file comes out the same, digit by digit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.model.runs import Request
from app.store.database.codecs import decimal_of, decimal_text, utc_of, utc_text
from tests.store.trading import AAPL, CALL, at, fill, held, opened, rows, run, snapshot, synced


async def test_a_position_comes_back_as_it_was_synced(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        report = await synced(store, snapshot(1, held(CALL, "-3", "1234.5678901234567", "12.25")))
        (position,) = await store.positions()
    assert position == replace(report.changes[0].after, id=position.id)
    assert position.instrument == CALL
    assert position.average_cost == Decimal("1234.5678901234567")
    assert position.last_synced_at == at(1)


@pytest.mark.parametrize(
    "number",
    ["0.12345678901234567890123", "-98765432109876543210.1", "1E+400", "3E-320", "-0.00", "1E+5"],
)
async def test_a_number_keeps_every_digit(tmp_path: Path, number: str) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(cost=number, price=None)))
        (position,) = await store.positions()
    assert position.average_cost == Decimal(number)
    ((kind, text),) = rows(
        tmp_path / "p.sqlite", "SELECT typeof(average_cost), average_cost FROM position"
    )
    assert kind == "text"
    assert "E" not in str(text)


async def test_what_ibkr_did_not_say_stays_unknown(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(cost=None, price=None)))
        (position,) = await store.positions()
    assert position.average_cost is None
    assert position.market_price is None
    assert position.market_value is None
    assert position.realized_pnl is None


async def test_times_of_other_zones_are_stored_as_utc(tmp_path: Path) -> None:
    new_york = timezone(timedelta(hours=-5))
    async with opened(tmp_path / "p.sqlite") as store:
        one = replace(snapshot(1, held()), taken_at=at(1).astimezone(new_york))
        await synced(store, one)
        (position,) = await store.positions()
    assert position.last_synced_at == at(1)
    assert position.last_synced_at.utcoffset() == timedelta(0)
    assert rows(tmp_path / "p.sqlite", "SELECT taken_at FROM account") == [
        ("2026-11-20T09:01:00.000000Z",)
    ]


async def test_a_close_comes_back_with_the_fills_that_explain_it(tmp_path: Path) -> None:
    sold = fill("e1.01", "-100", minute=2, commission="1.05", realized="98.95")
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held()))
        report = await synced(store, snapshot(3, fills=[sold]))
        (close,) = await store.closes()
        (position,) = await store.positions(closed=True)
        assert await store.positions() == ()
        assert await store.closes("DU2") == ()
    assert (close.close,) == report.changes[0].closes
    assert close.close.exec_ids == ("e1.01",)
    assert (close.account, close.instrument, close.run_id) == ("DU1", AAPL, report.run.id)
    assert position == report.changes[0].after
    assert position.last_synced_at == at(3)


async def test_an_instrument_is_renewed_by_a_holding_and_not_by_a_fill(tmp_path: Path) -> None:
    renamed = replace(AAPL, symbol="APPL", exchange="ARCA")
    routed = replace(AAPL, exchange="ISLAND")
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held()))
        traded = fill("e1.01", "1", minute=2, instrument=routed)
        await synced(store, snapshot(3, held(quantity="101"), fills=[traded]))
        (position,) = await store.positions()
        assert position.instrument == AAPL
        await synced(store, snapshot(4, held(renamed, quantity="101")))
        (position,) = await store.positions()
    assert position.instrument == renamed


async def test_a_run_comes_back_with_its_changes(tmp_path: Path) -> None:
    async with opened(tmp_path / "p.sqlite") as store:
        await synced(store, snapshot(1, held(CALL, "2", "150", "1.6")))
        report = await store.apply(snapshot(2, held(CALL, "5", "152", "1.7")), Request(), run(1))
        stored = await store.run(report.run.id or 0)
        assert await store.run(99) is None
    assert stored is not None
    assert stored[0] == report.run
    (change,) = stored[1]
    assert (change.account, change.con_id, change.symbol) == ("DU1", 4, "AAPL")
    assert change.description == "AAPL 19 Dec 2026 200.5 C"
    assert change.kind == "increased"
    assert change.before is not None
    assert (change.before["quantity"], change.after["quantity"]) == ("2", "5")
    assert change.after["realized_pnl"] is None


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_every_finite_decimal_survives_as_text(number: Decimal) -> None:
    text = decimal_text(number)
    assert text is not None
    assert decimal_of(text) == number


@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_times_sort_as_text(one: datetime, other: datetime) -> None:
    try:
        texts = utc_text(one), utc_text(other)
    except OverflowError:  # before the year 1 or after 9999 in UTC
        return
    assert None not in texts
    assert (texts[0] < texts[1]) == (utc_of(texts[0]) < utc_of(texts[1]))  # type: ignore[operator]
    assert utc_of(texts[0]) == one.astimezone(UTC)


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="cannot be stored"):
        decimal_text(Decimal(number))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        utc_text(datetime(2026, 11, 20))  # noqa: DTZ001
