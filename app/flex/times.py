"""Reads a Flex statement's times: in their own zone, the file's or New York's."""

import re
from datetime import UTC, datetime, time, tzinfo
from functools import lru_cache

from app.flex.parsing import NOTHING, ValueUnreadableError, day
from app.flex.zones import NEW_YORK, Zone, zone_of

# A date, perhaps a separator, a time of day, and perhaps a zone.
MOMENT = re.compile(
    r"([0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}-[A-Za-z]{3}-[0-9]{2})(?:, ?|[; T])?"
    r"([0-9]{2})(:?)([0-9]{2})\3([0-9]{2})( .+|[A-Za-z+-].*)?"
)
CACHE_SIZE = 1 << 12  # times; the executions of an order often share one second
# The time of day of bookings without one: exercises and expiries have this one.
BOOKED_AT = time(16, 20)


class StatementClock:
    """Reads the times of one statement; equal ones share one value.

    Attributes:
        zone: from the header; None if it names none.
        is_assumed: neither a time nor the header had a zone, so New York was assumed.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self.zone = zone
        self.is_assumed = False
        self.moment = lru_cache(CACHE_SIZE)(self._moment)

    def _moment(self, text: str) -> datetime | None:
        """A time, UTC; None for nothing.

        Raises:
            ValueUnreadableError: an unknown format, a date alone, or slashes.
            ZoneUnreadableError: its zone is not known.
        """
        if text in NOTHING:
            return None
        clock, zone = split(text)
        if zone is not None:
            return clock.replace(tzinfo=zone.of_time).astimezone(UTC)
        if self.zone is None:
            self.is_assumed = True
        return clock.replace(tzinfo=self.zone or NEW_YORK).astimezone(UTC)

    def booked(self, text: str) -> datetime | None:
        """Like `moment`, for bookings without an execution: a date alone gets the usual time."""
        try:
            date_alone = day(text)
        except ValueUnreadableError:
            return self.moment(text)
        if date_alone is None:
            return None
        return datetime.combine(date_alone, BOOKED_AT, NEW_YORK).astimezone(UTC)


def split(text: str) -> tuple[datetime, Zone | None]:
    """The local time, and the zone that the text itself names.

    Raises:
        ValueUnreadableError: an unknown format.
        ZoneUnreadableError: its zone is not known.
    """
    found = MOMENT.fullmatch(text)
    date = day(found[1]) if found else None
    if found is None or date is None:
        raise ValueUnreadableError(text)
    try:
        clock = datetime.combine(date, time(int(found[2]), int(found[4]), int(found[5])))
    except ValueError as error:
        raise ValueUnreadableError(text) from error
    return clock, zone_of(found[6].strip(), clock) if found[6] else None
