"""Parses TWS's text fields into numbers: unset ones become None, invalid ones an error.

A number is a decimal text of ASCII digits, with a sign, a point or an exponent, within sane bounds.
Python would also accept digits of other scripts, underscores and blanks; TWS never sends them.
"""

from decimal import Decimal, InvalidOperation

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
UNSET_FLOATS = frozenset(map(float, UNSET))
# An unset double that is printed with other digits is still above this.
UNSET_FROM = 1e300
NOT_FINITE = frozenset({"nan", "inf", "infinity"})
# Bounds that no quantity, price or value exceeds, in size or in length.
LARGEST = Decimal("1e18")
SMALLEST_EXPONENT = -30
LONGEST = 50
LARGEST_MULTIPLIER = Decimal("1e9")
LONGEST_CONTRACT_ID = 10  # digits; SQLite's integers have 18 and more
UNSET_INTEGER = 2147483647

NUMERIC = "0123456789.+-eE"
PLAIN = "0123456789.-"
EXACT_LENGTH = 16  # a double keeps fifteen digits exactly; one more for the point
NOT_ZERO = "123456789"
SURE_DIGITS = 9  # every unset value is longer
LARGEST_FLOAT = float(LARGEST)


class WireError(ValueError):
    """A field that does not mean what the protocol says."""


def parse_double(text: str) -> Decimal | None:
    """A double as the shortest decimal of equal value; None if unset or empty.

    Raises:
        WireError: not a number, or too large.
    """
    if not text:
        return None
    try:
        if (
            len(text) <= EXACT_LENGTH
            and "." in text
            and (text[-1] in NOT_ZERO or (text[-2:] == ".0" and len(text) <= SURE_DIGITS))
            and not text.strip(PLAIN)  # no other character is anywhere in it
        ):
            return Decimal(text)  # the same result as below, in half the time
        if text.strip(NUMERIC) and text.lstrip("+-").lower() not in NOT_FINITE:
            raise ValueError(text)
        value = float(text)
    except (ValueError, InvalidOperation):
        raise WireError(f"not a number: {shown(text)}") from None
    if -LARGEST_FLOAT < value < LARGEST_FLOAT and value != UNSET_INTEGER:
        return Decimal(repr(value))
    if value != value or abs(value) >= UNSET_FROM or value in UNSET_FLOATS:  # NaN is not itself
        return None
    raise WireError(f"too large a number: {shown(text)}")


def parse_quantity(text: str) -> Decimal:
    """A quantity with exactly the digits that TWS sent: sizes are decimals there, not doubles.

    Raises:
        WireError: empty, unset or not a number; it must not be taken for zero.
    """
    if len(text) <= SURE_DIGITS and text.isdigit() and text.isascii():
        return Decimal(text)
    if text.strip(NUMERIC) or not text or len(text) > LONGEST:
        raise WireError(f"not a quantity: {shown(text)}")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise WireError(f"not a quantity: {shown(text)}") from None
    if value in UNSET or abs(value) >= LARGEST or value.adjusted() < SMALLEST_EXPONENT:
        raise WireError(f"not a quantity: {shown(text)}")
    return value


def multiplier(text: str, *, is_required: bool) -> Decimal:
    """Units of the underlying in one contract; it can be a fraction.

    Args:
        is_required: for options and futures; for all others TWS omits a multiplier of 1.

    Raises:
        WireError: unset, or not a positive number.
    """
    if not text and not is_required:
        return Decimal(1)
    value = parse_double(text)
    if value is None or not 0 < value <= LARGEST_MULTIPLIER:
        raise WireError(f"not a multiplier: {shown(text)}")
    return value


def contract_id(text: str) -> int:
    """IBKR's contract number.

    Raises:
        WireError: not a contract id, or zero, which stands for none.
    """
    if text.isdigit() and text.isascii() and len(text) <= LONGEST_CONTRACT_ID:
        value = int(text)
        if value and value != UNSET_INTEGER:
            return value
    raise WireError(f"not a contract id: {shown(text)}")


def whole(text: str, what: str) -> int:
    """A whole number without a sign."""
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST:
        raise WireError(f"not a {what}: {shown(text)}")
    return int(text)


def shown(text: str) -> str:
    """The text as quoted in an error; a long one is shortened."""
    return repr(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def expect(fields: list[str], count: int, what: str) -> None:
    if len(fields) != count:
        raise WireError(f"{what} row of {len(fields)} fields instead of {count}")
