"""Constants, exact sums of amounts that may be unknown, and rounding."""

from collections.abc import Iterable
from decimal import Context, Decimal, localcontext

from app.domain.text.messages import Message, localized

ZERO = Decimal(0)
CENT = Decimal("0.01")
WIDE = Context(prec=400)  # digits for any sum or rounding of what a double can hold


def sum_if_known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum, 0 for no amounts; None where one of them is unknown."""
    total = ZERO
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, 0 for no amounts, with all its digits."""
    with localcontext(WIDE):
        return sum(amounts, ZERO)


def sum_of_known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The exact sum of those that are known; None where none is."""
    known = [amount for amount in amounts if amount is not None]
    return exact_sum(known) if known else None


def count_text(count: int) -> Message:
    """ "1,312"; translated, as the reader's locale writes it."""
    return localized(f"{count:,}", Decimal(count))


def rounded(value: Decimal, step: Decimal) -> Decimal:
    """To a multiple of the step, however large: the usual 28 digits would fail for some."""
    return value.quantize(step, context=WIDE)
