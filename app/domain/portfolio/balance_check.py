"""Checks that a snapshot's holdings add up to IBKR's figures of the whole accounts. Pure.

A tag that IBKR did not send, or whose meaning is unclear for the holdings, gives no check, to avoid
false alarms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from app.domain.model.amounts import CENT, ZERO
from app.domain.portfolio.account_values import (
    BASE,
    IN_CASH,
    VALUES,
    AccountValues,
    owned_total,
    reported_values,
)
from app.domain.text.messages import message

if TYPE_CHECKING:
    from app.domain.model.snapshot import Holding, Snapshot

POSITIONS = message("Positions")
# Translators: in the account's base currency.
NET_IN_BASE = message("Net liquidation (base)")
NET = message("Net liquidation")
GROSS = message("Gross position value (base)")
GROSS_TYPES = frozenset({"STK", "OPT"})  # what the gross position value surely counts
OTHER_SEGMENTS = frozenset({"FOP", "CRYPTO"}) | IN_CASH
SMALL = Decimal("0.005")  # of the gross value: how far prices move within moments

# Translators: this and the next ones are likely causes of a difference, behind a colon.
NO_PRICE = message("IBKR gave no price for a position")
OTHER_PRICES = message("prices of another moment")
FUTURES = message("futures margining")
# Translators: currency trades that are not settled yet.
CURRENCIES = message("unsettled FX")
NOT_KNOWN = message("not known")
# as stored -> as people read it
TEXTS: dict[str, str] = {
    text: text
    for text in (
        *(POSITIONS, NET_IN_BASE, NET, GROSS, *VALUES),
        *(NO_PRICE, OTHER_PRICES, FUTURES, CURRENCIES, NOT_KNOWN),
    )
}


@dataclass(frozen=True, slots=True)
class BalanceCheck:
    """One figure of one account: ours beside IBKR's.

    Attributes:
        currency: of both figures; empty for a number of positions.
        tolerance: what rounding, and for base figures the drift of exchange rates, explains.
        cause: the likely reason of a difference, a short phrase; empty if there is none.
    """

    account: str
    figure: str
    currency: str
    ours: Decimal
    ibkr: Decimal
    tolerance: Decimal
    cause: str = ""

    @property
    def residual(self) -> Decimal:
        return self.ours - self.ibkr

    @property
    def matches(self) -> bool:
        return abs(self.residual) <= self.tolerance


def check_balances(snapshot: Snapshot) -> tuple[BalanceCheck, ...]:
    """The checks of all covered accounts; none for an account without account values."""
    found: list[BalanceCheck] = []
    values = reported_values(snapshot)
    for account in snapshot.accounts:
        if account in values:
            holdings = tuple(held for held in snapshot.holdings if held.account == account)
            found += AccountBalanceCheck(account, holdings, values[account]).lines()
    return tuple(found)


@dataclass(frozen=True, slots=True)
class AccountBalanceCheck:
    """One account's holdings beside IBKR's figures."""

    account: str
    holdings: tuple[Holding, ...]
    figures: AccountValues

    def lines(self) -> Iterator[BalanceCheck]:
        """The whole account first, then by currency."""
        yield from self.net_in_base()
        yield from self.gross()
        for currency in self.figures.currencies:
            held = tuple(h for h in self.holdings if h.instrument.currency == currency)
            yield from self.net(currency, held)
            for figure in VALUES:
                yield from self.value(figure, currency, held)
        yield self.positions()

    def positions(self) -> BalanceCheck:
        """A currency pair needs no price: some settings of TWS list it without one."""
        listed = [held for held in self.holdings if held.instrument.sec_type != "CASH"]
        priced = sum(held.market_price is not None for held in listed)
        ours, ibkr = Decimal(len(listed)), Decimal(priced)
        cause = "" if ours == ibkr else NO_PRICE
        return BalanceCheck(self.account, POSITIONS, "", ours, ibkr, ZERO, cause)

    def value(
        self, figure: str, currency: str, held: tuple[Holding, ...]
    ) -> Iterator[BalanceCheck]:
        """The market value of some types in one currency; none if both sides are empty."""
        types, tags = VALUES[figure]
        held = tuple(h for h in held if h.instrument.sec_type in types)
        sent = self.figures.sent(tags, currency)
        ours = owned_total(held)
        if sent and ours is not None and (held or any(sent)):
            ibkr = sum(sent, ZERO)
            cause = OTHER_PRICES if is_small(ours - ibkr, held) else NOT_KNOWN
            yield self.line(figure, currency, ours, ibkr, cents(held), cause)

    def net(self, currency: str, held: tuple[Holding, ...]) -> Iterator[BalanceCheck]:
        """Cash and values of one currency."""
        ibkr = self.figures.get("NetLiquidationByCurrency", currency)
        cash = self.figures.get("TotalCashBalance", currency)
        ours = owned_total(held)
        if ibkr is None or cash is None or ours is None or not (held or ibkr or cash):
            return
        ours = self.figures.with_accruals(cash + ours, ibkr, currency)
        cause = self.cause_of_sum(ours - ibkr, held)
        yield self.line(NET, currency, ours, ibkr, cents(held), cause)

    def net_in_base(self) -> Iterator[BalanceCheck]:
        """Cash and values of the whole account."""
        base = self.figures.base_currency
        ibkr = self.figures.in_base("NetLiquidation")
        cash = self.figures.in_base("TotalCashValue")
        ours = self.figures.converted(self.holdings)
        if not base or ibkr is None or cash is None or ours is None:
            return
        tolerance = self.figures.cents(self.holdings) + self.figures.drift(self.holdings)
        ours = self.figures.with_accruals(cash + ours, ibkr, BASE)
        cause = self.cause_of_sum(ours - ibkr, self.holdings)
        yield self.line(NET_IN_BASE, base, ours, ibkr, tolerance, cause)

    def gross(self) -> Iterator[BalanceCheck]:
        """The gross position value; none if it is unclear whether a holding counts."""
        base = self.figures.base_currency
        held = tuple(h for h in self.holdings if h.instrument.sec_type in GROSS_TYPES)
        others = {h.instrument.sec_type for h in self.holdings} - GROSS_TYPES - OTHER_SEGMENTS
        ibkr = self.figures.in_base("GrossPositionValue")
        ours = self.figures.converted(held, is_gross=True)
        if not base or ibkr is None or ours is None or others or not (held or ibkr):
            return
        tolerance = self.figures.cents(held) + self.figures.drift(held)
        cause = OTHER_PRICES if is_small(ours - ibkr, held) else NOT_KNOWN
        yield self.line(GROSS, base, ours, ibkr, tolerance, cause)

    def cause_of_sum(self, residual: Decimal, held: Sequence[Holding]) -> str:
        """Why cash and values may not add up."""
        types = {holding.instrument.sec_type for holding in held}
        if is_small(residual, held):
            return OTHER_PRICES
        if "FUT" in types:
            return FUTURES
        currencies = {holding.instrument.currency for holding in self.holdings}
        return CURRENCIES if "CASH" in types or len(currencies) > 1 else NOT_KNOWN

    def line(
        self,
        figure: str,
        currency: str,
        ours: Decimal,
        ibkr: Decimal,
        tolerance: Decimal,
        cause: str,
    ) -> BalanceCheck:
        """Args: cause: of the difference, if there is one."""
        line = BalanceCheck(self.account, figure, currency, ours, ibkr, tolerance)
        return line if line.matches else replace(line, cause=cause)


def is_small(residual: Decimal, held: Sequence[Holding]) -> bool:
    gross = sum((abs(holding.market_value or ZERO) for holding in held), ZERO)
    return abs(residual) <= gross * SMALL


def cents(held: Sequence[Holding]) -> Decimal:
    """A cent for each value, for the cash and for the sum: each is rounded."""
    return CENT * (len(held) + 2)


def check_text(stored: str) -> str:
    """A figure's name or a cause that was read back, as a text that can be translated."""
    return TEXTS.get(stored, stored)
