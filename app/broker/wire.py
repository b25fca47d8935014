"""TWS's field texts turned into numbers, once; unset ones become None, odd ones an error."""

from decimal import Decimal, InvalidOperation

from app.domain.foreign_text import limited

# IBKR's "unset" values (contract, section 1): a double's and a 32-bit integer's largest,
# and the largest decimal of 128 bits for sizes.
UNSET = frozenset(
    {
        Decimal("1.7976931348623157E+308"),
        Decimal("2147483647"),
        Decimal("9223372036854775807"),
        Decimal("170141183460469231731687303715884105727"),
    }
)
# Where a double is printed with other digits, it is still beyond any price or value.
LARGEST = Decimal("1e300")
EXACT_LENGTH = 16  # fifteen digits and a point survive the way through a double
NOT_ZERO = "123456789"
SURE_DIGITS = 9  # none of the unset ones is as short
SHOWN_LENGTH = 40
LARGEST_FLOAT, UNSET_INTEGER = 1e300, 2147483647.0


class WireError(ValueError):
    """A field that does not mean what the protocol says."""


def number(text: str) -> Decimal | None:
    """A double as the shortest decimal that means the same double; None if unset or empty.

    Raises:
        WireError: not a number.
    """
    if not text:
        return None
    try:
        if (
            len(text) <= EXACT_LENGTH
            and "." in text
            and (text[-1] in NOT_ZERO or (text[-2:] == ".0" and len(text) <= SURE_DIGITS))
            and "E" not in text
            and "e" not in text
        ):
            return Decimal(text)  # what follows would give the same, at twice the time
        value = float(text)
    except (ValueError, InvalidOperation):
        raise WireError(f"not a number: {shown(text)}") from None
    if -LARGEST_FLOAT < value < LARGEST_FLOAT and value != UNSET_INTEGER:  # NaN is not between
        return Decimal(repr(value))
    return None


def from_float(value: float) -> Decimal | None:
    """`Decimal(repr(value))`; None for NaN, an infinity or IBKR's unset."""
    if not -LARGEST_FLOAT < value < LARGEST_FLOAT or value == UNSET_INTEGER:  # NaN is not between
        return None
    return Decimal(repr(value))


def size(text: str) -> Decimal:
    """A quantity, digit by digit as TWS sent it: sizes are decimals there, not doubles.

    Raises:
        WireError: empty, unset or not a number: such a row must not be taken for zero.
    """
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise WireError(f"not a quantity: {shown(text)}") from None
    if text.isdigit() and len(text) <= SURE_DIGITS:
        return value
    if not value.is_finite() or value in UNSET or abs(value) >= LARGEST:
        raise WireError(f"not a quantity: {shown(text)}")
    return value


def multiplier(text: str) -> Decimal:
    """Units of the underlying in one contract; 1 where TWS gives none. It can be a fraction."""
    value = number(text)
    return value if value else Decimal(1)


def whole(text: str, what: str) -> int:
    if not text.isdigit():
        raise WireError(f"not a {what}: {shown(text)}")
    return int(text)


def shown(text: str) -> str:
    """The text in quotes, no longer than helps."""
    return repr(limited(text, SHOWN_LENGTH))


def expect(fields: list[str], count: int, what: str) -> None:
    if len(fields) != count:
        raise WireError(f"a {what} row of {len(fields)} fields instead of {count}")
