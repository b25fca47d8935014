"""Reads the time zones of Flex statements: abbreviations, offsets and tz database names."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
# abbreviation -> (hours from UTC, a zone that uses it)
ABBREVIATIONS: dict[str, tuple[float, str]] = {
    "UTC": (0, "UTC"),
    "Z": (0, "UTC"),
    "GMT": (0, "Europe/London"),
    "BST": (1, "Europe/London"),
    "WET": (0, "Europe/Lisbon"),
    "WEST": (1, "Europe/Lisbon"),
    "CET": (1, "Europe/Berlin"),
    "CEST": (2, "Europe/Berlin"),
    "MET": (1, "Europe/Berlin"),
    "MEST": (2, "Europe/Berlin"),
    "EET": (2, "Europe/Helsinki"),
    "EEST": (3, "Europe/Helsinki"),
    "MSK": (3, "Europe/Moscow"),
    "SAST": (2, "Africa/Johannesburg"),
    "IDT": (3, "Asia/Jerusalem"),
    "GST": (4, "Asia/Dubai"),
    "IST": (5.5, "Asia/Kolkata"),
    "ICT": (7, "Asia/Bangkok"),
    "HKT": (8, "Asia/Hong_Kong"),
    "SGT": (8, "Asia/Singapore"),
    "JST": (9, "Asia/Tokyo"),
    "KST": (9, "Asia/Seoul"),
    "AWST": (8, "Australia/Perth"),
    "ACST": (9.5, "Australia/Adelaide"),
    "ACDT": (10.5, "Australia/Adelaide"),
    "AEST": (10, "Australia/Sydney"),
    "AEDT": (11, "Australia/Sydney"),
    "NZST": (12, "Pacific/Auckland"),
    "NZDT": (13, "Pacific/Auckland"),
    "HST": (-10, "Pacific/Honolulu"),
    "AKST": (-9, "America/Anchorage"),
    "AKDT": (-8, "America/Anchorage"),
    "PST": (-8, "America/Los_Angeles"),
    "PDT": (-7, "America/Los_Angeles"),
    "MST": (-7, "America/Denver"),
    "MDT": (-6, "America/Denver"),
    "CST": (-6, "America/Chicago"),
    "CDT": (-5, "America/Chicago"),
    "EST": (-5, "America/New_York"),
    "EDT": (-4, "America/New_York"),
    "AST": (-4, "America/Halifax"),
    "ADT": (-3, "America/Halifax"),
    "BRT": (-3, "America/Sao_Paulo"),
}
OFFSET = re.compile(r"(?:UTC|GMT)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?")
NAME = re.compile(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}")
FURTHEST = timedelta(hours=14)


class ZoneUnreadableError(ValueError):
    """A time zone that is unknown or ambiguous."""


@dataclass(frozen=True, slots=True)
class Zone:
    """The meaning of a zone's text in a statement.

    Attributes:
        of_time: for the time that names it.
        of_file: for the other times of a file whose header names it, in summer and winter.
    """

    of_time: tzinfo
    of_file: tzinfo


def zone_of(text: str, clock: datetime) -> Zone:
    """The zone of a text. An abbreviation is an offset for its own time, and a place for a file.

    Args:
        clock: the time that names the zone, naive.

    Raises:
        ZoneUnreadableError: no such zone is known.
    """
    if text in ABBREVIATIONS:
        hours, place = ABBREVIATIONS[text]
        return Zone(timezone(timedelta(hours=hours)), UTC if place == "UTC" else ZoneInfo(place))
    if offset := OFFSET.fullmatch(text):
        return offset_zone(offset, clock)
    if not NAME.fullmatch(text):
        raise ZoneUnreadableError(text)
    try:
        named = ZoneInfo(text)
    except (OSError, ValueError, KeyError) as error:
        raise ZoneUnreadableError(text) from error
    return Zone(named, named)


def offset_zone(offset: re.Match[str], clock: datetime) -> Zone:
    """An offset; as the zone of a file it means New York, if New York has it at that time."""
    sign, hours, minutes = offset[1], int(offset[2]), int(offset[3] or 0)
    size = timedelta(hours=hours, minutes=minutes)
    if size > FURTHEST or minutes >= 60:
        raise ZoneUnreadableError(offset[0])
    fixed = timezone(-size if sign == "-" else size)
    is_new_york = clock.replace(tzinfo=NEW_YORK).utcoffset() == fixed.utcoffset(None)
    return Zone(fixed, NEW_YORK if is_new_york else fixed)
