"""Our figures beside IBKR's: what matches, what does not, and what is not compared."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.model.instruments import Instrument
from app.domain.model.snapshot import AccountValue, Holding, Snapshot
from app.domain.portfolio import balance_check as m
from app.domain.portfolio.account_values import VALUES, base_currency
from app.domain.portfolio.balance_check import BalanceCheck, check_balances
from tests.domain.make import minutes

D = Decimal
CENT = D("0.01")


def held(
    sec_type: str, quantity: str, price: str | None, *, currency: str = "USD", multiplier: str = "1"
) -> Holding:
    number = abs(hash((sec_type, quantity, price, currency))) % 10_000
    instrument = Instrument(number, "X", sec_type, currency, multiplier=D(multiplier))
    value = None if price is None else D(quantity) * D(price) * D(multiplier)
    return Holding("DU1", instrument, D(quantity), D(1), None if price is None else D(price), value)


def sent(tag: str, currency: str, value: str | Decimal) -> AccountValue:
    return AccountValue("DU1", tag, currency, D(value))


def lines(
    holdings: Iterable[Holding], *values: AccountValue
) -> dict[tuple[str, str], BalanceCheck]:
    """(figure, currency) -> its line."""
    found = check_balances(Snapshot(minutes(0), ("DU1",), tuple(holdings), account_values=values))
    return {(line.figure, line.currency): line for line in found}


def test_without_any_account_value_nothing_is_compared() -> None:
    assert lines([held("STK", "10", "5")]) == {}


def test_a_tag_that_ibkr_did_not_send_gives_no_line() -> None:
    found = lines([held("STK", "10", "5")], sent("NetLiquidationByCurrency", "USD", "999"))
    assert list(found) == [(m.POSITIONS, "")]


def test_a_short_position_and_an_options_multiplier_count_with_their_sign() -> None:
    found = lines(
        [held("STK", "-10", "5"), held("OPT", "-2", "1.5", multiplier="100")],
        sent("StockMarketValue", "USD", "-50"),
        sent("OptionMarketValue", "USD", "-300"),
        sent("TotalCashBalance", "USD", "-1000"),
        sent("NetLiquidationByCurrency", "USD", "-1350"),
        sent("GrossPositionValue", "USD", "350"),
    )
    assert all(line.matches for line in found.values())
    assert found[m.GROSS, "USD"].ours == 350
    assert found[m.NET, "USD"].ours == -1350


def test_another_base_currency_is_reached_by_ibkrs_rates() -> None:
    found = lines(
        [held("STK", "10", "100"), held("STK", "-1", "50", currency="GBP")],
        sent("ExchangeRate", "USD", "0.9"),
        sent("ExchangeRate", "GBP", "1.2"),
        sent("TotalCashValue", "EUR", "-100"),
        sent("NetLiquidation", "EUR", "740"),
        sent("GrossPositionValue", "EUR", "960"),
    )
    assert (found[m.NET_IN_BASE, "EUR"].ours, found[m.NET_IN_BASE, "EUR"].matches) == (740, True)
    assert (found[m.GROSS, "EUR"].ours, found[m.GROSS, "EUR"].matches) == (960, True)


BASE_ROWS = (
    sent("NetLiquidation", "BASE", "740"),
    sent("TotalCashValue", "BASE", "-100"),
    sent("NetLiquidation", "", "740"),
    sent("NetLiquidation", "EUR", "740"),
    sent("TotalCashValue", "EUR", "-100"),
    sent("GrossPositionValue", "EUR", "840"),
)


@given(st.permutations(BASE_ROWS))
def test_a_row_in_the_currency_base_hides_no_check_wherever_it_stands(
    values: list[AccountValue],
) -> None:
    found = lines([held("STK", "10", "84", currency="EUR")], *values)
    assert (found[m.NET_IN_BASE, "EUR"].ours, found[m.NET_IN_BASE, "EUR"].matches) == (740, True)
    assert (found[m.GROSS, "EUR"].ours, found[m.GROSS, "EUR"].matches) == (840, True)


def test_a_figure_that_comes_only_as_base_is_compared_too() -> None:
    values = [each for each in BASE_ROWS if (each.key, each.currency) != ("NetLiquidation", "EUR")]
    found = lines([held("STK", "10", "84", currency="EUR")], *values)
    assert found[m.NET_IN_BASE, "EUR"].ibkr == 740


@given(st.permutations([("GrossPositionValue", "USD"), ("NetLiquidation", "EUR")]))
def test_of_two_base_currencies_that_of_net_liquidation_counts(keys: list[tuple[str, str]]) -> None:
    assert base_currency(dict.fromkeys(keys, D(1))) == "EUR"


def test_without_a_code_the_base_currency_is_not_known() -> None:
    keys = [("NetLiquidation", "BASE"), ("NetLiquidation", ""), ("StockMarketValue", "USD")]
    assert base_currency(dict.fromkeys(keys, D(1))) == ""


def test_a_missing_rate_leaves_out_what_would_need_it() -> None:
    found = lines(
        [held("STK", "10", "100")],
        sent("TotalCashValue", "EUR", "0"),
        sent("NetLiquidation", "EUR", "900"),
        sent("GrossPositionValue", "EUR", "900"),
        sent("StockMarketValue", "USD", "1000"),
    )
    assert set(found) == {("Stock value", "USD"), (m.POSITIONS, "")}


def test_the_drift_of_ibkrs_own_rates_is_no_difference() -> None:
    """Figures of a real account: its BASE sums and its ExchangeRate are 0.008 % apart."""
    found = lines(
        [held("STK", "1", "46396.60")],
        sent("ExchangeRate", "USD", "7.786325"),
        sent("TotalCashValue", "HKD", "7421167.74"),
        sent("TotalCashBalance", "USD", "953023.20"),
        sent("StockMarketValue", "USD", "46396.60"),
        sent("NetLiquidation", "HKD", "7782456.89"),
        sent("NetLiquidationByCurrency", "USD", "999419.7985"),
        sent("GrossPositionValue", "HKD", "361289.15"),
    )
    assert len(found) == 5
    assert all(line.matches for line in found.values())


def test_futures_and_currency_pairs_are_in_the_cash_already() -> None:
    found = lines(
        [
            held("FUT", "2", "6800", multiplier="50"),
            held("CASH", "5000", "1.08"),
            held("STK", "1", "10"),
        ],
        sent("TotalCashBalance", "USD", "500"),
        sent("NetLiquidationByCurrency", "USD", "510"),
        sent("TotalCashValue", "USD", "500"),
        sent("NetLiquidation", "USD", "510"),
        sent("GrossPositionValue", "USD", "10"),
    )
    assert all(line.matches for line in found.values())
    assert len(found) == 4


@pytest.mark.parametrize(("interest", "dividend"), [("12", "0"), ("0", "-7"), ("12", "-7")])
def test_accruals_may_be_in_net_liquidation_or_not(interest: str, dividend: str) -> None:
    values = [
        sent("TotalCashBalance", "USD", "100"),
        sent("AccruedCash", "USD", interest),
        sent("NetDividend", "USD", dividend),
    ]
    for net in (D(100), 100 + D(interest) + D(dividend)):
        found = lines([], *values, sent("NetLiquidationByCurrency", "USD", net))
        assert found[m.NET, "USD"].matches
    found = lines([], *values, sent("NetLiquidationByCurrency", "USD", "150"))
    assert not found[m.NET, "USD"].matches


def test_bonds_of_all_kinds_are_one_figure() -> None:
    found = lines(
        [held("BOND", "10", "100"), held("BILL", "5", "99")],
        sent("CorporateBondValue", "USD", "400"),
        sent("TBondValue", "USD", "600"),
        sent("TBillValue", "USD", "495"),
    )
    assert found["Bond value", "USD"].matches


def test_what_may_or_may_not_count_leaves_the_gross_value_out() -> None:
    gross = sent("GrossPositionValue", "USD", "1")
    assert (m.GROSS, "USD") not in lines([held("BOND", "10", "100")], gross)
    assert (m.GROSS, "USD") in lines([held("FOP", "10", "100")], gross)


def test_a_type_without_a_figure_of_its_own_leaves_net_liquidation_out() -> None:
    found = lines(
        [held("CFD", "10", "100"), held("STK", "1", "5")],
        sent("TotalCashBalance", "USD", "0"),
        sent("NetLiquidationByCurrency", "USD", "77"),
        sent("StockMarketValue", "USD", "5"),
    )
    assert set(found) == {("Stock value", "USD"), (m.POSITIONS, "")}


def test_a_position_that_ibkr_values_and_we_do_not_have_shows() -> None:
    line = lines([], sent("StockMarketValue", "USD", "12.30"))["Stock value", "USD"]
    assert (line.matches, line.residual, line.cause) == (False, D("-12.30"), m.NOT_KNOWN)


def test_a_position_without_a_price_is_counted_and_its_sums_are_left_out() -> None:
    found = lines(
        [held("STK", "10", None), held("CASH", "10", None)], sent("StockMarketValue", "USD", "50")
    )
    (line,) = found.values()
    assert (line.figure, line.ours, line.ibkr, line.cause) == (m.POSITIONS, 1, 0, m.NO_PRICE)


@pytest.mark.parametrize(
    ("holdings", "cash", "net", "cause"),
    [
        ([held("STK", "10", "100")], "0", "1004", m.OTHER_PRICES),
        ([held("STK", "10", "100")], "0", "1100", m.NOT_KNOWN),
        ([held("STK", "1", "1"), held("FUT", "1", "1")], "0", "100", m.FUTURES),
        ([held("STK", "1", "1"), held("CASH", "1", "1")], "0", "100", m.CURRENCIES),
        ([held("STK", "1", "1"), held("STK", "1", "1", currency="EUR")], "0", "99", m.CURRENCIES),
    ],
)
def test_a_difference_has_its_likely_cause(
    holdings: list[Holding], cash: str, net: str, cause: str
) -> None:
    found = lines(
        holdings,
        sent("TotalCashBalance", "USD", cash),
        sent("NetLiquidationByCurrency", "USD", net),
    )
    assert not found[m.NET, "USD"].matches
    assert found[m.NET, "USD"].cause == cause


def test_a_cent_a_position_is_rounding_and_more_is_not() -> None:
    stocks = [held("STK", "1", f"{price}.004") for price in range(1, 6)]
    cause = {}
    for value in ("15.09", "15.20"):
        line = lines(stocks, sent("StockMarketValue", "USD", value))["Stock value", "USD"]
        cause[line.matches] = line.cause
    assert cause == {True: "", False: m.NOT_KNOWN}


def test_each_account_has_its_own_lines() -> None:
    mine = held("STK", "1", "5")
    snapshot = Snapshot(
        minutes(0),
        ("DU1", "DU2", "DU3"),
        (mine, replace(mine, account="DU2")),
        account_values=(
            sent("StockMarketValue", "USD", "5"),
            replace(sent("StockMarketValue", "USD", "6"), account="DU2"),
        ),
    )
    found = {(line.account, line.figure): line.matches for line in check_balances(snapshot)}
    assert found == {
        ("DU1", "Stock value"): True,
        ("DU1", m.POSITIONS): True,
        ("DU2", "Stock value"): False,
        ("DU2", m.POSITIONS): True,
    }


CURRENCIES = ("USD", "EUR", "JPY", "GBP")
money = st.decimals("-1e7", "1e7", places=2)
holdings = st.lists(
    st.builds(
        held,
        st.sampled_from(["STK", "OPT", "FOP", "WAR", "CRYPTO", "FUT", "CASH", "FUND"]),
        st.integers(-100_000, 100_000).filter(bool).map(str),
        st.decimals("0.0001", "5000", places=4).map(str),
        currency=st.sampled_from(CURRENCIES),
        multiplier=st.sampled_from(["1", "0.1", "100"]),
    ),
    max_size=25,
)


@given(
    holdings,
    st.dictionaries(st.sampled_from(CURRENCIES), money, min_size=1),
    st.dictionaries(st.sampled_from(CURRENCIES), st.decimals("0.005", "200", places=9), min_size=4),
    st.sampled_from(CURRENCIES),
)
@example(
    held_now=[held("STK", "1", "0.0001", currency="JPY", multiplier="1")],
    cash={"USD": D(0)},
    rates={"USD": D("0.005"), "EUR": D("0.005"), "JPY": D("1.75"), "GBP": D("0.005")},
    base="USD",
)
def test_a_consistent_account_always_matches(
    held_now: list[Holding], cash: dict[str, Decimal], rates: dict[str, Decimal], base: str
) -> None:
    """IBKR's side is computed with exact rates and rounded to cents; it tells seven digits."""
    values, found = ibkr_figures(held_now, cash, rates, base), {}
    rounded = [replace(h, market_value=cent(h.market_value or D(0))) for h in held_now]
    found = lines(rounded, *values)
    assert (m.NET_IN_BASE, base) in found
    assert all((m.NET, currency) in found for currency, amount in cash.items() if amount)
    assert [line for line in found.values() if not line.matches] == []


def ibkr_figures(
    held_now: list[Holding], cash: dict[str, Decimal], rates: dict[str, Decimal], base: str
) -> list[AccountValue]:
    exact = {currency: rate / rates[base] for currency, rate in rates.items()}
    values = [sent("ExchangeRate", currency, significant(rate)) for currency, rate in exact.items()]
    net = total_cash = gross = D(0)
    for currency in CURRENCIES:
        own = D(0)
        for types, (tag, *_) in VALUES.values():
            parts = [
                h.market_value or D(0)
                for h in held_now
                if h.instrument.sec_type in types and h.instrument.currency == currency
            ]
            own += sum(parts)
            values.append(sent(tag, currency, cent(sum(parts, D(0)))))
            if types & m.GROSS_TYPES:
                gross += sum(abs(part) for part in parts) * exact[currency]
        amount = cash.get(currency, D(0))
        values.append(sent("TotalCashBalance", currency, amount))
        values.append(sent("NetLiquidationByCurrency", currency, cent(amount + own)))
        total_cash += amount * exact[currency]
        net += (amount + own) * exact[currency]
    values.append(sent("NetLiquidation", base, cent(net)))
    values.append(sent("TotalCashValue", base, cent(total_cash)))
    if not any(h.instrument.sec_type in ("WAR", "FUND") for h in held_now):
        values.append(sent("GrossPositionValue", base, cent(gross)))
    return values


def cent(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_EVEN)


def significant(rate: Decimal) -> Decimal:
    return D(f"{rate:.7g}")
