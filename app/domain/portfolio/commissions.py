"""Exchange rates for commissions in another currency than the instrument's. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from app.domain.model.snapshot import Fill
from app.domain.portfolio.account_values import AccountFigures


@dataclass(frozen=True, slots=True)
class AccountRates:
    """IBKR's exchange rates of one account, and when they were read."""

    figures: AccountFigures
    as_of: datetime


def with_rate(fill: Fill, rates: Mapping[str, AccountRates]) -> Fill:
    """The fill with the rate of its commission; unchanged if it needs none, or none is known.

    Units of the instrument's currency for one unit of the commission's: both by their rates to the
    base currency. A statement's own rate of the instrument's currency is that of the day.

    Args:
        rates: account -> its rates.
    """
    if fill.own_commission is not None or fill.commission is None:
        return fill
    known = rates.get(fill.account)
    if known is None:
        return fill
    paid = known.figures.rate(fill.commission_currency)
    own = fill.rate_to_base or known.figures.rate(fill.instrument.currency)
    if not paid or not own or paid < 0 or own < 0:
        return fill
    return replace(fill, commission_rate=rate_of(paid, own), commission_rate_at=known.as_of)


def rate_of(paid: Decimal, own: Decimal) -> Decimal:
    """The quotient, rounded to ten significant digits."""
    rate = paid / own
    if len(rate.as_tuple().digits) > 10:
        return rate.quantize(Decimal(1).scaleb(rate.adjusted() - 9))
    return rate
