"""How value is spread over holdings, as shares and as the tiles of a treemap."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.charts.allocation import AllocateBy, Share, allocation
from app.domain.charts.money import ChartCurrency
from app.domain.charts.paid import payers
from app.domain.charts.treemap import squarified
from app.domain.model.instruments import Instrument
from app.domain.model.positions import LastSync, Position
from app.domain.portfolio.fx_rates import Rates

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RATES = {"DU1": Rates("USD", NOON, {"EUR": Decimal("1.1")})}
BASE = ChartCurrency("USD", is_base=True, rates=RATES)


def held(
    symbol: str,
    value: str | None,
    gain: str | None = "0",
    *,
    quantity: int = 1,
    currency: str = "USD",
    sec_type: str = "STK",
    account: str = "DU1",
) -> Position:
    instrument = Instrument(abs(hash((symbol, currency))), symbol, sec_type, currency)
    made = Position(account, instrument, Decimal(quantity), None, NOON, LastSync(NOON))
    amounts = (None if text is None else Decimal(text) for text in (value, gain))
    return replace(made, **dict(zip(("market_value", "unrealized_pnl"), amounts, strict=True)))


HELD = (
    held("AAPL", "100", "25"),
    held("AAPL", "-40", "4", quantity=-1),
    held("SAP", "50", None, currency="EUR"),
    held("SONY", "7", currency="JPY"),
    held("NEW", None, None),
    held("EUR", "500", currency="USD", sec_type="CASH"),
)


def test_long_and_short_are_apart_and_the_largest_come_first() -> None:
    found = allocation(HELD, AllocateBy.UNDERLYING, BASE)
    assert [(s.name, s.is_short, s.value) for s in found.shares] == [
        ("AAPL", False, 100),
        ("SAP", False, 55),
        ("AAPL", True, -40),
    ]
    assert (found.long, found.short, found.unknown, found.lacking) == (155, -40, 1, 1)
    assert next(found.weighted)[1] == Decimal(100) / 195 * 100


def test_a_chart_of_one_currency_has_only_what_is_in_it() -> None:
    found = allocation(HELD, AllocateBy.CURRENCY, ChartCurrency("EUR"))
    assert [(s.name, s.value, s.unrealized) for s in found.shares] == [("EUR", 50, None)]
    assert (found.unknown, found.lacking) == (0, 0)


def test_the_performance_is_of_the_cost() -> None:
    shares = allocation(HELD, AllocateBy.SYMBOL, BASE).shares
    assert shares[0].performance == Decimal(25) / 75 * 100
    assert shares[1].performance is None
    assert shares[2].performance == Decimal(4) / 44 * 100


def test_the_rest_is_lumped_and_nothing_of_it_lost() -> None:
    many = [held(f"S{n}", str(n)) for n in range(1, 11)]
    found = allocation(many, AllocateBy.SYMBOL, BASE, most=4)
    assert [share.name for share in found.shares] == ["S10", "S9", "S8", ""]
    assert found.shares[-1] == Share("", False, Decimal(28), Decimal(0), 7, 7)
    assert found.long == 55


@given(
    st.lists(
        st.builds(
            held,
            st.sampled_from(("A", "B", "C")),
            st.none() | st.integers(-1000, 1000).map(str),
            quantity=st.sampled_from((-1, 1)),
            currency=st.sampled_from(("USD", "EUR", "JPY")),
            account=st.sampled_from(("DU1", "DU2")),
        )
    ),
    st.sampled_from(AllocateBy),
    st.sampled_from((0, 2, 3)),
)
def test_every_position_is_in_a_share_or_counted_as_left_out(
    positions: Sequence[Position], by: AllocateBy, most: int
) -> None:
    whole = allocation(positions, by, BASE)
    assert sum(share.positions for share in whole.shares) + whole.unknown + whole.lacking == len(
        positions
    )
    lumped = allocation(positions, by, BASE, most=most)
    assert (lumped.long, lumped.short) == (whole.long, whole.short)


def test_an_underlying_paid_what_was_realized_and_what_is_open() -> None:
    found = payers((), HELD, BASE)
    assert [(p.underlying, p.unrealized, p.positions, p.unknown) for p in found] == [
        ("AAPL", 29, 2, 0),
        ("SONY", 0, 1, 0),
        ("NEW", None, 1, 1),
        ("SAP", None, 1, 1),
    ]
    assert [p.total for p in found] == [29, 0, None, None], "what is unknown is not 0, and last"


sizes = st.floats(1, 3000)


@given(st.lists(st.floats(0.001, 1e9), max_size=60), sizes, sizes)
def test_tiles_fill_the_treemap_by_value_and_never_overlap(
    values: list[float], width: float, height: float
) -> None:
    values.sort(reverse=True)
    tiles = squarified(values, width, height)
    area = width * height
    for value, tile in zip(values, tiles, strict=True):
        assert tile.width * tile.height == pytest.approx(
            value / sum(values) * area, rel=1e-6, abs=area * 1e-9
        )
        assert -1e-6 <= tile.x <= tile.x + tile.width <= width * (1 + 1e-6) + 1e-6
        assert -1e-6 <= tile.y <= tile.y + tile.height <= height * (1 + 1e-6) + 1e-6
    for number, one in enumerate(tiles):
        for other in tiles[number + 1 :]:
            across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert min(across, down) <= max(width, height) * 1e-6


def test_equal_values_make_squares() -> None:
    tiles = squarified([1.0] * 4, 200, 200)
    assert {(tile.width, tile.height) for tile in tiles} == {(100.0, 100.0)}


def test_nothing_and_no_room_make_no_tile_of_any_size() -> None:
    assert squarified([], 10, 10) == ()
    assert [tile.width for tile in squarified([2, 1], 0, 10)] == [0, 0]
