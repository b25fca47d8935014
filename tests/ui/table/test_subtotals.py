"""Sums of groups and totals: never two currencies in one number, and what is unknown is said."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.ui.table.core.subtotals import SubtotalCell, subtotal_cell
from app.ui.table.core.sums import column_sum, parts_of
from tests.ui.table.values import SPEC, Amount, Rated

USD = Amount(1, value=Decimal(100), pnl=Decimal(10))
EUR = Amount(2, currency="EUR", value=Decimal(200), pnl=Decimal(-4))
UNKNOWN = Amount(3, value=None, pnl=None)


def total(key: str, *amounts: Amount, context: Rated | None = None) -> SubtotalCell:
    column, rated = SPEC.column(key), context or Rated()
    summed = column_sum(column, parts_of(amounts, SPEC), SPEC, rated)
    return subtotal_cell(column, summed, rated)


def test_one_currency_is_summed_as_it_is() -> None:
    cell = total("value", USD, replace(USD, value=Decimal("0.05")))
    assert (cell.text, cell.value, cell.is_converted) == ("100.05", Decimal("100.05"), False)


def test_two_currencies_are_converted_and_the_tooltip_has_each() -> None:
    cell = total("value", USD, EUR)
    assert (cell.text, cell.value, cell.is_converted) == ("350.00", Decimal(350), True)
    assert cell.tooltip.splitlines()[:2] == ["200.00 EUR", "100.00 USD"]
    assert "rates" in cell.tooltip


def test_without_a_rate_there_is_no_total_but_each_sum() -> None:
    cell = total("value", USD, EUR, context=Rated(rates={}))
    assert (cell.text, cell.value) == ("—", None)
    assert "200.00 EUR" in cell.tooltip and "no rate" in cell.tooltip


def test_accounts_of_different_base_currencies_have_no_total() -> None:
    cell = total("value", USD, EUR, context=Rated(base_currency="", rates={}))
    assert cell.value is None
    assert "different base currencies" in cell.tooltip


def test_a_sum_that_lacks_something_says_so() -> None:
    cell = total("value", USD, UNKNOWN)
    assert (cell.text, cell.value) == ("100.00 + ?", None)
    assert "1 row has no known figure" in cell.tooltip


def test_nothing_known_is_a_dash() -> None:
    assert total("value", UNKNOWN).text == "—"


def test_quantities_are_added_for_one_instrument_only() -> None:
    assert total("quantity", USD, USD).text == "2"
    assert total("quantity", USD, replace(USD, symbol="MSFT")) == SubtotalCell()


def test_a_ratio_is_the_sum_of_numerators_by_the_sum_of_denominators() -> None:
    """Not the mean of the ratios: 10 ÷ 100 and −4 ÷ 300 are 6 ÷ 400."""
    cell = total("pct", USD, replace(USD, value=Decimal(300), pnl=Decimal(-4)))
    assert cell.value == Decimal("1.5")
    assert cell.text == "+1.50%"


def test_a_ratio_over_currencies_converts_both_sides() -> None:
    cell = total("pct", USD, EUR)
    assert cell.value == (Decimal(10) - 5) / (100 + 250) * 100
    assert cell.is_converted


def test_a_column_that_does_not_add_up_is_empty() -> None:
    assert total("account", USD, EUR) == SubtotalCell()


@pytest.mark.parametrize(("pnl", "tone"), [("3", "gain"), ("-3", "loss"), ("0", "")])
def test_gains_have_their_tone(pnl: str, tone: str) -> None:
    assert total("pnl", replace(USD, pnl=Decimal(pnl))).tone == tone


def test_in_base_currency_even_one_currency_is_converted() -> None:
    cell = total("value", EUR, context=Rated(is_in_base=True))
    assert (cell.text, cell.is_converted) == ("250.00", True)
