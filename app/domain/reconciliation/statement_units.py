"""Converts a statement's quantities and prices to the units of the positions. Pure.

A statement counts bonds by face value, TWS by thousands of it; a statement has prices in pounds
where TWS has pence. The instrument's value factor distinguishes the units.
"""

from dataclasses import replace
from decimal import Decimal

from app.domain.model.instruments import Instrument
from app.domain.model.snapshot import Fill

BONDS = frozenset({"BOND", "BILL"})
PER_CENT = Decimal(100)  # a bond's price is per cent of its face value


def in_position_units(fill: Fill, held: Instrument | None, near: Decimal | None) -> Fill | None:
    """The fill in the units of the position; None if the unit is unknown.

    Args:
        held: the instrument as IBKR reported it as a position; None if it never did.
        near: a price of the position, of any time.
    """
    factor = held.value_factor if held else None
    if fill.instrument.sec_type in BONDS:
        if held is None or factor is None:
            return None
        unit = PER_CENT * factor
        return replace(fill, quantity=fill.quantity / unit, instrument=held)
    if held is None or factor is None:
        return fill
    price = fill.price * fill.instrument.multiplier / factor
    if near and is_nearer(fill.price, price, near):
        price = fill.price
    return replace(fill, price=price, instrument=held)


def is_nearer(one: Decimal, other: Decimal, near: Decimal) -> bool:
    """Whether `one` is nearer, by ratio, because the two are in different units."""
    if not one or not other:
        return False
    ratios = [abs(price / near) for price in (one, other)]
    first, second = (max(ratio, 1 / ratio) for ratio in ratios)
    return first < second
