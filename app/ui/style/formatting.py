"""Formats numbers and times in the user's locale; nothing else in `ui` does."""

import datetime as dates
import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from PySide6.QtCore import QDate, QDateTime, QLocale

from app.domain.text.messages import tr, tr_plural

MINUS = "−"
DASH = "—"
ALMOST = "≈"
EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
LARGEST = 2**63 - 1  # of QLocale's integers
MOST_DIGITS = 18  # of a quantity after the point
STEPS = tuple(Decimal(1).scaleb(-digits) for digits in range(MOST_DIGITS + 1))
# The month by its name: "11/12/26" is December in one country and November in another.
DAY, MONTH = "d MMM yyyy", "MMM yyyy"
YEAR_FIRST = "yyyy年M月d日", "yyyy年M月", " "
# language of the locale -> how a day and a month read, and what is between a day and a time
DATES = {
    QLocale.Language.German: ("d. MMM yyyy", MONTH, ", "),
    QLocale.Language.Japanese: YEAR_FIRST,
    QLocale.Language.Chinese: YEAR_FIRST,
}
SHORT = QLocale.FormatType.ShortFormat
KEPT = 1000  # texts of times; a table asks for the same ones with every figure that moves
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86400


# clock -> how a time of the day reads, and with its seconds; the locale decides the others
CLOCKS = {"24h": ("HH:mm", "HH:mm:ss"), "12h": ("h:mm AP", "h:mm:ss AP")}


def with_seconds(clock: str) -> str:
    """A short format of the time with seconds, after the same separator as the minutes."""
    found = re.search("[Hh]+(.?)mm", clock)
    return clock if found is None else clock.replace("mm", f"mm{found[1]}ss")


class Formats:
    """Texts for one locale. `None` reads as an em dash.

    All views share one instance, so that they agree after `choose`.

    Attributes:
        day_pattern: how a day is written, for a field that one types it into.
    """

    def __init__(self, locale: QLocale, clock: str = "system") -> None:
        self._chosen: tuple[QLocale, str] | None = None
        self.choose(locale, clock)

    def choose(self, locale: QLocale, clock: str) -> bool:
        """Sets locale and clock ("24h", "12h", or "system" for the locale's); returns whether they
        are others than before."""
        if (locale, clock) == self._chosen:
            return False
        self._chosen = locale, clock
        if locale.language() == QLocale.Language.C:  # no locale at all: it groups no thousands
            locale = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
        self._locale = locale
        self._point = locale.decimalPoint()
        self._zero = ord(locale.zeroDigit()[0])
        usual = locale.timeFormat(SHORT)
        self._clock, self._seconds = CLOCKS.get(clock, (usual, with_seconds(usual)))
        usual_dates = DAY, MONTH, ", "
        found = DATES.get(locale.language(), usual_dates)
        self.day_pattern, self._month, self._between = found
        self._written_date = lru_cache(KEPT)(self._write_date)
        self._written_time = lru_cache(KEPT)(self._write_time)
        return True

    def count(self, number: int) -> str:
        return self._locale.toString(number)

    def quantity(self, value: Decimal | None) -> str:
        """Exact: as many digits after the point as there are."""
        return self.number(value, 0, MOST_DIGITS)

    def price(self, value: Decimal | None) -> str:
        """Two to four digits after the point; up to eight below 1."""
        return self.number(value, 2, 4 if value is None or abs(value) >= 1 else 8)

    def money(self, value: Decimal | None) -> str:
        return self.number(value, 2, 2)

    def gain(self, value: Decimal | None) -> str:
        """Money with its sign, + too."""
        return self._signed(self.number(value, 2, 2), value)

    def percent(self, value: Decimal | None) -> str:
        if value is None:
            return DASH
        return f"{self._signed(self.number(value, 2, 2), value)}%"

    def share(self, value: Decimal | None) -> str:
        """A part in per cent, without a plus sign."""
        return DASH if value is None else f"{self.number(value, 2, 2)}%"

    def tone(self, value: Decimal | None) -> int:
        """+1 for a gain, -1 for a loss, 0 for what is shown as zero or unknown."""
        if value is None or abs(value) < Decimal("0.005"):
            return 0
        return 1 if value > 0 else -1

    def number(self, value: Decimal | None, least: int, most: int) -> str:
        """Args: least, most: digits after the point."""
        if value is None:
            return DASH
        rounded = EXACT.quantize(value, STEPS[most])
        whole, _, fraction = format(rounded.copy_abs(), "f").partition(".")
        fraction = fraction.rstrip("0").ljust(least, "0")
        text = self._grouped(whole)
        if fraction:
            text += self._point + self._digits(fraction)
        return MINUS + text if rounded < 0 else text

    def plain(self, value: Decimal | None) -> str:
        """Exact and without groups, for other programs; empty where unknown."""
        if value is None:
            return ""
        return format(value, "f").replace(".", self._point)

    def date(self, time: datetime) -> str:
        """The day: "14 Nov 2026"."""
        return self._written_date(time)

    def _write_date(self, time: datetime) -> str:
        return self._locale.toString(local(time).date(), self.day_pattern)

    def day(self, day: dates.date) -> str:
        """ "14 Nov 2026"."""
        return self._locale.toString(QDate(day.year, day.month, day.day), self.day_pattern)

    def month(self, day: dates.date) -> str:
        """ "Nov 2026"."""
        return self._locale.toString(QDate(day.year, day.month, 1), self._month)

    def month_name(self, month: int) -> str:
        """ "Nov"."""
        return self._locale.standaloneMonthName(month, SHORT)

    @property
    def locale(self) -> QLocale:
        """For widgets that format and parse text themselves."""
        return self._locale

    def first_weekday(self) -> int:
        """The day that weeks begin with: 1 for Monday, 7 for Sunday."""
        return self._locale.firstDayOfWeek().value

    def time(self, time: datetime) -> str:
        """Day and time: "14 Nov 2026, 22:05"."""
        return self._written_time(time)

    def _write_time(self, time: datetime) -> str:
        clock = self._locale.toString(local(time).time(), self._clock)
        return f"{self._write_date(time)}{self._between}{clock}"

    def exact_time(self, time: datetime) -> str:
        """Day and time to the second: "14 Nov 2026, 22:05:09"."""
        return f"{self.date(time)}{self._between}{self.second(time)}"

    def written(self, value: Decimal | dates.date) -> str:
        """A number, a day or a time within a sentence that comes from below the window."""
        if isinstance(value, Decimal):
            return self.quantity(value)
        return self.exact_time(value) if isinstance(value, datetime) else self.day(value)

    def as_of(self, time: datetime, now: datetime) -> str:
        """The time today, else day and time."""
        if time.astimezone().date() == now.astimezone().date():
            return self._locale.toString(local(time).time(), self._clock)
        return self.time(time)

    def second(self, time: datetime) -> str:
        """The time of the day to the second."""
        return self._locale.toString(local(time).time(), self._seconds)

    def ago(self, time: datetime, now: datetime) -> str:
        """ "just now", "12 s ago", "2 min ago", "3 h ago", "5 days ago"."""
        age_s = int((now - time).total_seconds())
        if age_s < 5:
            return tr("just now")
        if age_s < MINUTE_S:
            # Translators: seconds, minutes and hours, short.
            return tr("{count} s ago", count=self.count(age_s))
        if age_s < HOUR_S:
            return tr("{count} min ago", count=self.count(age_s // MINUTE_S))
        if age_s < DAY_S:
            return tr("{count} h ago", count=self.count(age_s // HOUR_S))
        days = age_s // DAY_S
        return tr_plural("{count} day ago", "{count} days ago", days, count=self.count(days))

    def seconds(self, duration_s: float) -> str:
        """One digit after the point; a very quick one has two."""
        number = self.number(Decimal(repr(duration_s)), 1, 1 if duration_s >= 0.1 else 2)
        # Translators: a duration in seconds.
        return tr("{number} s", number=number)

    def _signed(self, text: str, value: Decimal | None) -> str:
        return f"+{text}" if self.tone(value) > 0 else text

    def _grouped(self, whole: str) -> str:
        if len(whole) <= 3:  # no locale groups those
            return self._digits(whole)
        number = int(whole)
        if number <= LARGEST:
            return self._locale.toString(number)
        return self._digits(f"{number:,}".replace(",", self._locale.groupSeparator()))

    def _digits(self, text: str) -> str:
        """The locale's own digits."""
        if self._zero == ord("0"):
            return text
        return "".join(chr(self._zero + int(c)) if c.isdigit() else c for c in text)


def local(time: datetime) -> QDateTime:
    """Args: time: aware."""
    return QDateTime.fromSecsSinceEpoch(int(time.timestamp()))


def locale_of(name: str) -> QLocale:
    """Args: name: "de_DE" and the like; "system" for this computer's own."""
    return QLocale() if name == "system" else QLocale(name)
