"""Text, note and tooltip of each figure in the summary."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.portfolio.fx_rates import ConversionBasis, ConvertedAmount, Rate
from app.domain.portfolio.realized_totals import (
    Period,
    RealizedByPeriod,
    RealizedSum,
    RealizedTotals,
)
from app.domain.portfolio.summary import AccountSummary
from app.ui.style.formatting import Formats
from app.ui.summary.breakpoints import CHOICES, COUNT, fitting
from app.ui.summary.figures import TITLES, SummaryFigure, figures
from tests.ui.conftest import ENGLISH
from tests.ui.fakes import NOW

FORMATS = Formats(ENGLISH)
EUR = Rate("EUR", "USD", Decimal("1.0871"), NOW)
UNREALIZED = TITLES.index("Unrealized P&L")
NOTHING = RealizedSum(RealizedTotals())


def ever(
    exact: str = "0",
    estimated: str = "0",
    closes: int = 3,
    unknown: int = 0,
    *,
    basis: ConversionBasis | None = None,
    today: RealizedSum | None = None,
) -> RealizedByPeriod:
    """The same in each period, but perhaps not today."""
    realized = RealizedTotals(Decimal(exact), Decimal(estimated), closes, unknown)
    whole = RealizedSum(realized, basis or ConversionBasis())
    return RealizedByPeriod(today or whole, whole, whole, whole)


def row(
    realized: RealizedByPeriod,
    *,
    account: str = "All",
    currency: str = "USD",
    is_base: bool = True,
    net: str = "1500",
) -> AccountSummary:
    return AccountSummary(
        account, currency, is_base, Decimal(net), Decimal(20), None, None, 3, realized
    )


def shown(realized: RealizedByPeriod, period: Period = Period.TODAY) -> SummaryFigure:
    return figures(row(realized), FORMATS)[TITLES.index("Today") + list(Period).index(period)]


def test_the_exact_part_is_the_figure_and_the_estimated_part_its_note() -> None:
    found = shown(ever("1234.5", "-99.5"))
    assert (found.text, found.tone, found.note) == ("+1,234.50", 1, "≈ −99.50 estimated")
    assert not found.is_partial
    assert found.tooltip.splitlines() == [
        "3 closes today",
        "Exact: +1,234.50 USD",
        "Estimated at the last known prices: ≈ −99.50 USD",
    ]


def test_without_an_estimate_there_is_no_note() -> None:
    assert shown(ever("-5")).note == ""
    assert shown(ever("-5")).tone == -1


def test_nothing_closed_ever_is_a_dash_and_nothing_closed_today_is_zero() -> None:
    never = shown(RealizedByPeriod())
    assert (never.text, never.tooltip) == ("—", "Nothing has been closed yet")
    today = shown(ever("5", today=NOTHING))
    assert (today.text, today.tone, today.tooltip) == ("0.00", 0, "Nothing was closed today")
    assert shown(ever("5", today=NOTHING), Period.MONTH).text == "+5.00"


def test_closes_without_a_figure_make_the_sum_partial() -> None:
    found = shown(ever("5", closes=3, unknown=1), Period.YEAR)
    assert (found.text, found.is_partial) == ("+5.00", True)
    assert "Not included: 1 close that has no known figure" in found.tooltip
    none = shown(ever(closes=2, unknown=2))
    assert (none.text, none.is_partial) == ("—", False)
    assert "Not included: 2 closes that have no known figure" in none.tooltip


def test_a_currency_without_a_rate_is_named_and_each_rate_has_its_time() -> None:
    found = shown(ever("5", basis=ConversionBasis((EUR,), ("CHF", "SEK"))), Period.ALL)
    assert (found.text, found.is_partial) == ("+5.00", True)
    assert found.tooltip.splitlines() == [
        "3 closes in all",
        "Exact: +5.00 USD",
        "Not included: CHF, SEK (IBKR gave no exchange rate)",
        f"1 EUR = 1.0871 USD, from IBKR, {FORMATS.time(NOW)}",
    ]
    alone = shown(ever(closes=0, basis=ConversionBasis(lacking=("CHF",))))
    assert (alone.text, alone.is_partial) == ("—", False)
    assert alone.tooltip == "Not included: CHF (IBKR gave no exchange rate)"


def test_of_several_rates_of_a_currency_the_newest_is_shown() -> None:
    older = replace(EUR, value=Decimal("1.08"), as_of=NOW - timedelta(days=1))
    yen = Rate("JPY", "USD", Decimal("0.0066667"), NOW)
    lines = shown(ever("5", basis=ConversionBasis((older, EUR, yen)))).tooltip.splitlines()
    assert lines[-2].startswith("1 EUR = 1.0871 USD, from IBKR, ")
    assert lines[-2].endswith(", and earlier ones")
    assert lines[-1].startswith("1 JPY = 0.0066667 USD")


@pytest.mark.parametrize(
    ("converted", "text", "is_partial", "tooltip"),
    [
        (
            ConvertedAmount(Decimal(7), ConversionBasis((EUR,))),
            "+7.00",
            False,
            "1 EUR = 1.0871 USD",
        ),
        (
            ConvertedAmount(Decimal(7), ConversionBasis(lacking=("CHF",))),
            "+7.00",
            True,
            "Not included: CHF",
        ),
        (ConvertedAmount(None, ConversionBasis(lacking=("CHF",))), "—", False, "Not included: CHF"),
        (None, "—", False, "A position has no unrealized P&L"),
    ],
)
def test_an_unrealized_sum_over_currencies_explains_its_rates(
    converted: ConvertedAmount | None, text: str, is_partial: bool, tooltip: str
) -> None:
    one = replace(row(ever()), converted_unrealized=converted)
    found = figures(one, FORMATS)[UNREALIZED]
    assert (found.text, found.is_partial) == (text, is_partial)
    assert found.tooltip.startswith(tooltip)


def test_the_first_arrangement_that_fits_is_taken() -> None:
    large, small = [100] * (COUNT + 1), [90] * (COUNT + 1)
    needed = [choice.width(small if choice.is_small else large, 50, 80) for choice in CHOICES]
    assert needed == sorted(needed, reverse=True)
    for choice, width in zip(CHOICES, needed, strict=True):
        assert fitting(width, large, small, 50, 80) == choice
    assert fitting(1, large, small, 50, 80) == CHOICES[-1]
