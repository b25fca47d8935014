"""The factor between IBKR's market value and price × quantity: found exactly, or not invented."""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.model.instruments import plain
from app.domain.model.value_factor import Valued, value_factor

D = Decimal
CENT, ONE = D("0.01"), D(1)
POWERS = [D("0.01"), D("0.1"), D(10), D(100), D(1000)]

prices = st.decimals("0.0001", 100_000, places=4, allow_nan=False)
quantities = st.one_of(
    st.integers(1, 1_000_000).map(D), st.decimals("0.001", 10_000, places=3, allow_nan=False)
)
signs = st.sampled_from([1, -1])
types = st.sampled_from(["STK", "OPT", "FUT", "CRYPTO", "BOND", "FUND", "BILL"])
multipliers = st.sampled_from([D(1), D("0.1"), D(50), D(100)])


def row(
    price: str | D, quantity: str | D, value: str | D, sec_type: str = "BOND", multiplier: D = ONE
) -> Valued:
    return Valued(sec_type, multiplier, D(price) * D(quantity), D(value))


def rounded(value: D) -> D:
    return value.quantize(CENT, ROUND_HALF_EVEN)


@given(types, multipliers, prices, quantities, signs, st.sampled_from(POWERS))
def test_a_power_of_ten_is_found_exactly_whenever_there_is_a_value(
    sec_type: str, multiplier: D, price: D, quantity: D, sign: int, power: D
) -> None:
    value = rounded(sign * price * quantity * multiplier * power)
    found = value_factor(row(price, sign * quantity, value, sec_type, multiplier))
    if abs(value) < 1:
        assert found is None
    else:
        assert found == multiplier * power
        assert "E" not in str(found)


@given(types, multipliers, prices, quantities, signs)
def test_where_the_value_follows_the_multiplier_there_is_no_factor(
    sec_type: str, multiplier: D, price: D, quantity: D, sign: int
) -> None:
    value = rounded(sign * price * quantity * multiplier)
    assert value_factor(row(price, sign * quantity, value, sec_type, multiplier)) is None


@given(types, multipliers, prices, quantities, st.decimals("0.8", "1.25", places=4))
def test_a_value_of_an_older_price_gives_no_factor(
    sec_type: str, multiplier: D, price: D, quantity: D, change: D
) -> None:
    value = rounded(price * quantity * multiplier * change)
    assert value_factor(row(price, quantity, value, sec_type, multiplier)) is None


@given(st.sampled_from(["STK", "OPT", "FUT", "CASH", "CRYPTO"]), prices, quantities, st.data())
def test_only_bonds_have_a_factor_that_is_no_power_of_ten(
    sec_type: str, price: D, quantity: D, data: st.DataObject
) -> None:
    odd = data.draw(st.decimals("0.001", 500, places=3, allow_nan=False))
    value = rounded(price * quantity * odd)
    found = value_factor(row(price, quantity, value, sec_type))
    exact = price * quantity
    powers = (*POWERS, D("0.001"), D("0.0001"), D(10_000))
    assert found is None or (
        found in powers and abs(exact * found - value) <= D("0.005") + value * D("1e-7")
    )


@given(prices, quantities, st.decimals(3, 99, places=4, allow_nan=False))
def test_a_bonds_factor_has_the_digits_that_the_rounding_allows(
    price: D, quantity: D, factor: D
) -> None:
    value = rounded(price * quantity * factor)
    assume(value >= 1)
    valued = row(price, quantity, value)
    found = value_factor(valued)
    assert found is not None
    assert valued.fits(found) or abs(valued.product * found - value) <= valued.error * D("1.001")
    assert len(plain(found)) <= len(plain(factor))


@given(types, multipliers, prices, quantities, st.decimals(-(10**9), 10**9, places=2))
def test_no_value_makes_a_factor_of_zero_or_below(
    sec_type: str, multiplier: D, price: D, quantity: D, value: D
) -> None:
    found = value_factor(row(price, quantity, value, sec_type, multiplier))
    assert found is None or found > 0


def test_a_bond_in_per_cent_and_thousands_has_ten() -> None:
    assert str(value_factor(row("91.5", "25", "22875"))) == "10"
    assert str(value_factor(row("91.5", "-25", "-22875"))) == "10"


def test_pence_against_pounds_is_a_hundredth() -> None:
    assert str(value_factor(row("512.4", "200", "1024.80", "STK"))) == "0.01"


def test_an_index_linked_bond_keeps_its_digits() -> None:
    value = rounded(D("101.234") * 25 * D("12.3457"))
    assert str(value_factor(row("101.234", "25", value))) == "12.3457"


def test_a_price_in_single_precision_still_gives_the_exact_factor() -> None:
    assert str(value_factor(row("91.49999237", "2500", "2287500.00"))) == "10"


@pytest.mark.parametrize("value", ["0", "0.99", "-0.99", "-22875"])
def test_a_value_of_zero_or_of_the_other_sign_is_ignored(value: str) -> None:
    assert value_factor(row("91.5", "25", value)) is None
    assert value_factor(row("91.5", "25", value), D(10)) == 10


def test_a_row_without_a_price_is_ignored() -> None:
    assert value_factor(row("0", "25", "22875")) is None
    assert value_factor(row("0", "25", "22875"), D(10)) == 10


def test_a_known_factor_that_fits_stays() -> None:
    assert value_factor(row("0.5", "1", "6.17"), D("12.3457")) == D("12.3457")
    assert value_factor(row("0.5", "1", "6.17")) == D("12.34")


@pytest.mark.parametrize("value", ["22000", "25000", "19000"])
def test_an_old_value_leaves_a_known_factor_alone(value: str) -> None:
    assert value_factor(row("91.5", "25", value), D(10)) == 10


def test_an_index_linked_factor_grows_with_its_bond() -> None:
    value = rounded(D("101.234") * 25 * D("12.3461"))
    assert value_factor(row("101.234", "25", value), D("12.3457")) == D("12.3461")


def test_a_factor_that_turns_out_to_be_the_multiplier_is_removed() -> None:
    assert value_factor(row("91.5", "25", "2287.5"), D(10)) == 1
