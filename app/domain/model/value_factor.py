"""Finds the value of a quantity of one at a price of one from IBKR's market value. Pure.

Mostly that is the multiplier. But bonds have prices in per cent and quantities in thousands of face
value (factor 10), and some shares prices in pence and costs in pounds (0.01); no field says so.

A market value can also be wrong for a while: of an older price, or missing. So a factor is
accepted only if nothing else explains the value:

* the value is at least one unit of currency, and of the sign of price × quantity;
* the factor is the multiplier times a power of ten from 0.0001 to 10,000, exactly but for rounding;
* or, of a bond, bill or fund, any number that is more than twice or less than half the multiplier:
  index-linked bonds grow. It has no more digits than the value's rounding allows.

A known factor stays if it still fits, or if nothing better is found. A power of ten also stays
while the value is at most 20 % off, because then the value is old: so the factor does not flicker.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from app.domain.model.instruments import Instrument
from app.domain.model.snapshot import Fill

HALF_CENT = Decimal("0.005")  # IBKR rounds values to cents
PRICE_ERROR = Decimal("1e-7")  # of the price: TWS keeps it in single precision
SMALLEST_VALUE = Decimal(1)
OLD_VALUE = Decimal("0.2")
FAR_OFF = Decimal(2)
BONDS = frozenset({"BOND", "BILL"})
ANY_FACTOR = BONDS | {"FUND"}
PER_CENT = Decimal(100)  # a bond's price is per cent of its face value
POWERS = tuple(Decimal(10) ** exponent for exponent in (*range(-4, 0), *range(1, 5)))
MOST_DIGITS = 12
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Valued:
    """A portfolio row's data about an instrument's value.

    Attributes:
        product: price × quantity.
        value: in the instrument's currency, rounded to cents.
    """

    sec_type: str
    multiplier: Decimal
    product: Decimal
    value: Decimal

    @property
    def is_useless(self) -> bool:
        return abs(self.value) < SMALLEST_VALUE or self.value * self.product <= 0

    @property
    def error(self) -> Decimal:
        """The largest rounding error of the value."""
        return HALF_CENT + abs(self.value) * PRICE_ERROR

    def fits(self, factor: Decimal) -> bool:
        """Whether rounding explains all of the difference."""
        return abs(self.value - self.product * factor) <= self.error

    def is_old_value_of(self, factor: Decimal) -> bool:
        expected = self.product * factor
        return abs(self.value - expected) <= OLD_VALUE * abs(expected)

    @property
    def multiplier_in_tens(self) -> Decimal | None:
        """The multiplier times a power of ten, if one fits."""
        factors = (self.multiplier * power for power in POWERS)
        return next((plain(factor) for factor in factors if self.fits(factor)), None)

    @property
    def any_number(self) -> Decimal | None:
        """The shortest number that fits, if it is far from the multiplier."""
        ratio = self.value / self.product
        if self.multiplier / FAR_OFF <= ratio <= self.multiplier * FAR_OFF:
            return None
        return shortest(ratio, self.error / abs(self.product))


def value_factor(row: Valued, known: Decimal | None = None) -> Decimal | None:
    """The instrument's value factor; None if it is the multiplier or cannot be determined.

    Args:
        known: the factor found before. If the multiplier turns out to fit after all, the result
            is the multiplier, so that a stored factor is replaced.
    """
    if row.is_useless:
        return known
    if known is not None and row.fits(known):
        return known
    if row.fits(row.multiplier):
        return None if known is None else plain(row.multiplier)
    found = row.multiplier_in_tens
    if found is None and row.sec_type in ANY_FACTOR and not is_old_value(row, known):
        found = row.any_number
    return known if found is None else found


def is_old_value(row: Valued, known: Decimal | None) -> bool:
    """Whether the value belongs to an older price, by a factor that does not grow."""
    if known is None or all(row.multiplier * power != known for power in (*POWERS, ONE)):
        return False
    return row.is_old_value_of(known)


def shortest(near: Decimal, error: Decimal) -> Decimal | None:
    """The number with the fewest digits within `error` of a positive number."""
    for exponent in range(near.adjusted(), near.adjusted() - MOST_DIGITS, -1):
        step = ONE.scaleb(exponent)
        found = (near / step).to_integral_value() * step
        if abs(found - near) <= error:
            return plain(found)
    return None


def plain(number: Decimal) -> Decimal:
    """The number without exponent and trailing zeros."""
    number = number.normalize()
    exponent = number.as_tuple().exponent
    return number.quantize(ONE) if isinstance(exponent, int) and exponent > 0 else number


def in_position_units(fill: Fill, held: Instrument | None, near: Decimal | None) -> Fill | None:
    """A statement's fill in the units of the position; None if the unit is unknown.

    A statement counts bonds by face value, TWS by thousands of it; a statement has prices in pounds
    where TWS has pence. The instrument's value factor distinguishes the units.

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
