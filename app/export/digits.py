"""What a spreadsheet's numbers can hold: 15 significant digits, as the file format has doubles."""

from decimal import Decimal

MOST_DIGITS = 15
SMALLEST, LARGEST = -307, 307  # powers of ten; Excel knows nothing closer to zero, or larger


def is_exact(value: Decimal | int) -> bool:
    """Whether a spreadsheet keeps and shows every digit."""
    if isinstance(value, int):
        return len(str(abs(value))) <= MOST_DIGITS
    if not value:
        return True
    if not SMALLEST <= value.adjusted() <= LARGEST:
        return False
    digits = value.as_tuple().digits
    return len(digits) <= MOST_DIGITS or not any(digits[MOST_DIGITS:])
