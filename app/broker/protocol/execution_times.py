"""Parses execution times: TWS writes them in the zone of its login window, and mostly names it.

An ambiguous zone name is refused: an execution at the wrong hour could count for the wrong sync.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.broker.protocol.field_parsing import WireError

# "20261103 20:50:00 US/Eastern", "20261103  20:50:00" or "20261103-20:50:00"
WRITTEN = re.compile(r"(\d{8})(-| {1,2})(\d\d:\d\d:\d\d)(?: (\S.*))?", re.ASCII)
OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d\d):?([0-5]\d)", re.ASCII)
SHOWABLE = re.compile(r"[^\W\d_][\w/+:.() -]{0,59}")
YEARS = range(2000, 2200)
LARGEST_OFFSET = timedelta(hours=14)

# Java's, and so TWS's, names of zones in standard time. On Windows most of them mean the zone in
# summer too, so in summer they are ambiguous.
STANDARD = {
    "Eastern Standard Time": "America/New_York",
    "Central Standard Time": "America/Chicago",
    "Mountain Standard Time": "America/Denver",
    "Pacific Standard Time": "America/Los_Angeles",
    "Atlantic Standard Time": "America/Halifax",
    "Alaska Standard Time": "America/Anchorage",
    "Hawaii-Aleutian Standard Time": "Pacific/Honolulu",
    "Greenwich Mean Time": "UTC",
    "Coordinated Universal Time": "UTC",
    "Western European Standard Time": "Europe/Lisbon",
    "Western European Time": "Europe/Lisbon",
    "Central European Standard Time": "Europe/Berlin",
    "Central European Time": "Europe/Berlin",
    "Eastern European Standard Time": "Europe/Athens",
    "Eastern European Time": "Europe/Athens",
    "Moscow Standard Time": "Europe/Moscow",
    "Israel Standard Time": "Asia/Jerusalem",
    "Gulf Standard Time": "Asia/Dubai",
    "India Standard Time": "Asia/Kolkata",
    "China Standard Time": "Asia/Shanghai",
    "Hong Kong Standard Time": "Asia/Hong_Kong",
    "Hong Kong Time": "Asia/Hong_Kong",
    "Singapore Standard Time": "Asia/Singapore",
    "Singapore Time": "Asia/Singapore",
    "Japan Standard Time": "Asia/Tokyo",
    "Korean Standard Time": "Asia/Seoul",
    "Korea Standard Time": "Asia/Seoul",
    "Australian Western Standard Time": "Australia/Perth",
    "Australian Eastern Standard Time": "Australia/Sydney",
    "Australian Eastern Standard Time (New South Wales)": "Australia/Sydney",
    "New Zealand Standard Time": "Pacific/Auckland",
}
SUMMER = {
    "Eastern Daylight Time": "America/New_York",
    "Central Daylight Time": "America/Chicago",
    "Mountain Daylight Time": "America/Denver",
    "Pacific Daylight Time": "America/Los_Angeles",
    "Atlantic Daylight Time": "America/Halifax",
    "Alaska Daylight Time": "America/Anchorage",
    "British Summer Time": "Europe/London",
    "Western European Summer Time": "Europe/Lisbon",
    "Central European Summer Time": "Europe/Berlin",
    "Eastern European Summer Time": "Europe/Athens",
    "Israel Daylight Time": "Asia/Jerusalem",
    "Australian Eastern Daylight Time": "Australia/Sydney",
    "Australian Eastern Daylight Time (New South Wales)": "Australia/Sydney",
    "New Zealand Daylight Time": "Pacific/Auckland",
    # Unique abbreviations; CST, IST, BST and PST stand for several zones.
    "EDT": "America/New_York",
    "MDT": "America/Denver",
    "PDT": "America/Los_Angeles",
    "CEST": "Europe/Berlin",
    "EEST": "Europe/Athens",
    "AEDT": "Australia/Sydney",
    "NZDT": "Pacific/Auckland",
}
# Names that mean the zone in both seasons: names from Windows that Java does not have.
ALL_YEAR = {
    "GMT Standard Time": "Europe/London",
    "W. Europe Standard Time": "Europe/Berlin",
    "Romance Standard Time": "Europe/Paris",
    "Central Europe Standard Time": "Europe/Budapest",
    "FLE Standard Time": "Europe/Helsinki",
    "GTB Standard Time": "Europe/Athens",
    "US Eastern Standard Time": "America/Indianapolis",
    "US Mountain Standard Time": "America/Phoenix",
    "Tokyo Standard Time": "Asia/Tokyo",
    "AUS Eastern Standard Time": "Australia/Sydney",
    "E. Australia Standard Time": "Australia/Brisbane",
    "W. Australia Standard Time": "Australia/Perth",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "HKT": "Asia/Hong_Kong",
    "SGT": "Asia/Singapore",
    "AWST": "Australia/Perth",
}


class ZoneError(WireError):
    """A time whose zone is unknown or ambiguous.

    Attributes:
        zone: its name, for the user.
    """

    def __init__(self, zone: str) -> None:
        super().__init__("a time zone that cannot be read")
        self.zone = zone if SHOWABLE.fullmatch(zone) else "not even its name"


def time_of(text: str) -> datetime:
    """A time, UTC.

    A dash between date and time means UTC. A time without a zone is in the zone of TWS's login
    window, which is this computer's unless the user has changed it there.

    Raises:
        ZoneError: its zone is unknown or ambiguous.
        WireError: not a time.
    """
    matched = WRITTEN.fullmatch(text)
    if matched is None:
        raise WireError("not a time")
    day, between, clock, name = matched.groups()
    try:
        wall = datetime.strptime(day + clock, "%Y%m%d%H:%M:%S")  # noqa: DTZ007 - zoned below
    except ValueError:
        raise WireError("not a time") from None
    if wall.year not in YEARS:
        raise WireError("not a time")
    if name is not None:
        return in_zone(wall, name)
    return wall.replace(tzinfo=UTC) if between == "-" else wall.astimezone(UTC)


def in_zone(wall: datetime, name: str) -> datetime:
    """The UTC time at which a clock in that zone shows this.

    Raises:
        ZoneError: the name is unknown or ambiguous.
    """
    for names, is_summer in ((STANDARD, False), (SUMMER, True)):
        if name in names:
            return in_season(wall, name, ZoneInfo(names[name]), is_summer=is_summer)
    zone = zone_of(ALL_YEAR.get(name, name))
    if zone is None:
        raise ZoneError(name)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def in_season(wall: datetime, name: str, zone: ZoneInfo, *, is_summer: bool) -> datetime:
    """Raises: ZoneError: the zone is in the other season then, so the name is ambiguous."""
    for fold in (0, 1):  # in autumn an hour occurs twice, once in each season
        moment = wall.replace(tzinfo=zone, fold=fold)
        if bool(moment.dst()) == is_summer:
            return moment.astimezone(UTC)
    raise ZoneError(name)


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo | None:
    """The zone of an IANA name or an offset like "GMT+05:30"; None for anything else."""
    if matched := OFFSET.fullmatch(name):
        sign, hours, minutes = matched.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        if offset > LARGEST_OFFSET:
            return None
        return timezone(-offset if sign == "-" else offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder, on Windows
        return None
