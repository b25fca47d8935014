"""Computes one trade as IBKR does: commission, average cost, realized P&L. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from app.domain.model.instruments import Instrument

NOTHING = Decimal(0)
EXACT = Decimal("0.00000001")  # precision of a quotient
CENT = Decimal("0.01")

# sec type -> (per share or contract, minimum per order), from IBKR's fixed pricing
_PER_UNIT = {
    "STK": (Decimal("0.005"), Decimal("1.00")),
    "OPT": (Decimal("0.65"), Decimal("1.00")),
    "FOP": (Decimal("1.42"), Decimal("1.42")),
    "FUT": (Decimal("2.25"), Decimal("2.25")),
}
# sec type -> (part of the trade's value, minimum per order)
_PER_VALUE = {
    "CRYPTO": (Decimal("0.0018"), Decimal("1.75")),
    "CASH": (Decimal("0.00002"), Decimal("2.00")),
}
_EUROPEAN_STOCK = (Decimal("0.0005"), Decimal("3.00"))


@dataclass(frozen=True, slots=True)
class Lot:
    """A signed quantity and its average cost (currency per share or contract)."""

    quantity: Decimal = NOTHING
    average_cost: Decimal = NOTHING


def commission(instrument: Instrument, quantity: Decimal, price: Decimal) -> Decimal:
    """The commission of one trade in the instrument's currency, positive, in whole cents."""
    units = abs(quantity)
    european = instrument.sec_type == "STK" and instrument.currency != "USD"
    if european or instrument.sec_type in _PER_VALUE:
        rate, least = _EUROPEAN_STOCK if european else _PER_VALUE[instrument.sec_type]
        charge = rate * units * price
    else:
        rate, least = _PER_UNIT.get(instrument.sec_type, _PER_UNIT["STK"])
        charge = rate * units
    return max(charge, least).quantize(CENT)


def after_trade(
    lot: Lot, quantity: Decimal, unit_price: Decimal, charge: Decimal
) -> tuple[Lot, Decimal | None]:
    """The lot after a trade, and the P&L that the trade realized.

    A reversing trade splits its commission between the closed and the opened part.

    Args:
        quantity: signed, not zero.
        unit_price: currency per share or contract, the multiplier included.
        charge: the trade's commission.

    Returns:
        The realized P&L is net of commission; None for a trade that closed nothing.
    """
    held = lot.quantity
    if held * quantity >= 0:
        total = held * lot.average_cost + quantity * unit_price + charge
        return Lot(held + quantity, (total / (held + quantity)).quantize(EXACT)), None
    closed = min(abs(held), abs(quantity))
    share = (charge * closed / abs(quantity)).quantize(EXACT)
    realized = (unit_price - lot.average_cost) * closed.copy_sign(held) - share
    rest = held + quantity
    if not rest:
        return Lot(), realized
    if rest * held > 0:
        return Lot(rest, lot.average_cost), realized
    return Lot(rest, ((rest * unit_price + charge - share) / rest).quantize(EXACT)), realized
