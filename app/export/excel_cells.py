"""How a value becomes a cell of Excel: its type, its format, how wide it is."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import escape
from typing import Any

from app.domain.text.foreign_text import FORMULA_SIGNS, UNKNOWN, limited, visible
from app.export.digits import LARGEST, SMALLEST
from app.export.sheet import Kind, Value, plain_text

LONGEST_TEXT = 32_767  # characters of a cell
NONCHARACTERS = str.maketrans(dict.fromkeys("\ufffe\uffff", UNKNOWN))  # no XML holds them
ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # what Excel would take for a character's number
DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's times have no zone
DAY = timedelta(days=1)
FIRST_YEAR = 1901  # Excel's calendar has a 29 February 1900
PER_CENT = -2  # power of ten: Excel's 12.5 % is the number 0.125
MOST_ZEROS = 40  # written out; else with an exponent
WHOLE_NUMBER = "#,##0"
PATTERNS = {
    Kind.TEXT: "@",
    Kind.WHOLE: "0",
    Kind.NUMBER: "#,##0.##########",
    Kind.QUANTITY: "#,##0.##########",
    Kind.PRICE: "#,##0.00########",
    Kind.MONEY: "#,##0.00",
    Kind.PERCENT: "0.00%",
    Kind.TIME: "yyyy-mm-dd hh:mm:ss",
    Kind.DATE: "yyyy-mm-dd",
    Kind.YES_NO: "General",
}
WITH_FRACTION = (Kind.NUMBER, Kind.QUANTITY)  # their pattern leaves a lonely point after 100
SHOWN_AFTER = {Kind.MONEY: 2, Kind.PERCENT: 2}  # digits after the point, of 10
WIDTHS = {Kind.TIME: 19, Kind.DATE: 10, Kind.YES_NO: 5}

Cell = tuple[str, int]  # XML after the cell's name, and how many characters are shown


class CellStyles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], int] = {}

    def of(self, pattern: str, *, is_quoted: bool = False) -> int:
        """A format's number. Args: is_quoted: of a text that stays one even after it was edited."""
        key = pattern, is_quoted
        if key not in self._made:
            properties = {"num_format": pattern, "quote_prefix": is_quoted}
            self._made[key] = self._book.add_format(properties)._get_xf_index()
        return self._made[key]

    def title(self, kind: Kind) -> Any:
        """The format itself."""
        align = "left" if kind in (Kind.TEXT, Kind.YES_NO) else "right"
        return self._book.add_format({"bold": True, "bottom": 1, "align": align})


class CellMaker:
    """Makes the cells of one column.

    Args:
        is_exact_text: as texts with all digits.
    """

    def __init__(self, styles: CellStyles, kind: Kind, *, is_exact_text: bool = False) -> None:
        self._kind = kind
        self._is_exact_text = is_exact_text
        self._style = styles.of(PATTERNS[kind])
        self._whole = styles.of(WHOLE_NUMBER) if kind in WITH_FRACTION else self._style
        self._plain, self._quoted = styles.of("@"), styles.of("@", is_quoted=True)
        self._texts: dict[str, Cell] = {}  # a column repeats most of its texts
        self._make: dict[type, Callable[[Any], Cell]] = {
            str: self._text,
            bool: self._yes_no,
            int: self._whole_number,
            Decimal: self._figure,
            datetime: self._time,
            date: self._date,
        }

    def __call__(self, value: Value) -> Cell:
        make = self._make.get(type(value))
        if make is None or self._is_exact_text:
            return self._text(plain_text(value))
        return make(value)

    def _text(self, value: str) -> Cell:
        cell = self._texts.get(value)
        if cell is None:
            text = cell_text(value)
            style = self._quoted if text.startswith(FORMULA_SIGNS) else self._plain
            cell = self._texts[value] = f's="{style}" t="inlineStr">{inline(text)}', len(text)
        return cell

    def _yes_no(self, value: bool) -> Cell:
        return f's="{self._style}" t="b"><v>{int(value)}</v></c>', WIDTHS[Kind.YES_NO]

    def _whole_number(self, value: int) -> Cell:
        return self._figure(Decimal(value))

    def _figure(self, value: Decimal) -> Cell:
        """With all its digits; Excel itself reads the first 15 to 17."""
        if value and not SMALLEST <= value.adjusted() <= LARGEST:
            return self._text(plain_text(value))
        text = str(value.scaleb(PER_CENT) if self._kind is Kind.PERCENT else value)
        if "E" in text:
            text = without_exponent(Decimal(text))
        whole, point, after = text.partition(".")
        is_whole = not point or not after.strip("0")
        shown = min(max(len(after), 2), SHOWN_AFTER.get(self._kind, 10))
        style = self._whole if is_whole else self._style
        return f's="{style}"><v>{text}</v></c>', len(whole) + len(whole) // 3 + shown + 2

    def _time(self, value: datetime) -> Cell:
        """In local time: Excel's have no zone."""
        local = value.astimezone().replace(tzinfo=None)
        if local.year < FIRST_YEAR:
            return self._text(plain_text(value))
        return f's="{self._style}"><v>{(local - DAY_ZERO) / DAY!r}</v></c>', WIDTHS[Kind.TIME]

    def _date(self, value: date) -> Cell:
        if value.year < FIRST_YEAR:
            return self._text(plain_text(value))
        days = (value - DAY_ZERO.date()).days
        return f's="{self._style}"><v>{days}</v></c>', WIDTHS[Kind.DATE]


def cell_text(text: str) -> str:
    """The text on one line, without what a cell cannot hold."""
    return limited(visible(text).translate(NONCHARACTERS), LONGEST_TEXT)


def inline(text: str) -> str:
    """The rest of a text's cell."""
    space = ' xml:space="preserve"' if text != text.strip() else ""
    written = escape(ESCAPED.sub("_x005F_", text), quote=False)
    return f"<is><t{space}>{written}</t></is></c>"


def without_exponent(value: Decimal) -> str:
    return format(value, "f") if abs(value.adjusted()) < MOST_ZEROS else str(value)
