"""Constants and sums of amounts that may be unknown."""

from collections.abc import Iterable
from decimal import Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")


def sum_if_known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum, 0 for no amounts; None where one of them is unknown."""
    total = ZERO
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def sum_of_known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of those that are known; None where none is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if known else None
