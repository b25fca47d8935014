"""When IBKR's nightly and weekly resets make a lost connection expected. Pure.

Sources: IBKR's system status page gives the servers' reset times by region. Two versions of it
are known: of December 2024 (interactivebrokers.com/ko/software/systemStatus.php: North America
23:45-00:45 ET, Europe 05:45-06:45 CET, Asia 16:45-17:45 ET and 20:15-21:00 HKT, Friday
23:00-03:00 ET everywhere) and a later one (interactivebrokers.co.uk/pt/software/systemStatus.php:
00:15-01:45 ET, 06:25-07:45 CET, 04:45-06:05 HKT and 20:15-21:15 HKT, the same Friday). Each
window here covers both, since a drop in either is no reason to worry.

Once a week, on Sunday at 01:00 ET, the security tokens end: the next restart of TWS then waits
for the user's login (ibkrguides.com/traderworkstation/auto-restart-considerations.htm).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.text.messages import message


class Region(StrEnum):
    """The location of an account's IBKR servers."""

    NORTH_AMERICA = "north_america"
    EUROPE = "europe"
    ASIA = "asia"


@dataclass(frozen=True, slots=True)
class MaintenanceWindow:
    """One reset; `name` says what it is, as in "IBKR's nightly reset". UTC, the end excluded."""

    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Rule:
    """A recurring reset: its start time, zone and weekdays."""

    name: str
    zone: str
    start: time
    length: timedelta
    weekdays: frozenset[int] = frozenset(range(7))  # Monday is 0

    def window(self, day: date) -> MaintenanceWindow | None:
        if day.weekday() not in self.weekdays:
            return None
        starts_at = datetime.combine(day, self.start, ZoneInfo(self.zone)).astimezone(UTC)
        return MaintenanceWindow(self.name, starts_at, starts_at + self.length)

    def around(self, at: datetime) -> MaintenanceWindow | None:
        today = at.astimezone(ZoneInfo(self.zone)).date()
        windows = (self.window(day) for day in (today, today - timedelta(days=1)))
        return next((w for w in windows if w and w.starts_at <= at < w.ends_at), None)


_NIGHTLY = message("IBKR's nightly reset")
_NEW_YORK = "America/New_York"
_HONG_KONG = "Asia/Hong_Kong"
_FRIDAY, _SUNDAY = 4, 6

_EVERYWHERE = (
    _Rule(
        message("IBKR's weekend reset"),
        *(_NEW_YORK, time(23), timedelta(hours=4), frozenset({_FRIDAY})),
    ),
)
# Until the first markets of the week open, on Sunday at 18:00 ET.
_RELOGIN = _Rule(
    message("IBKR's weekly login, which TWS waits for"),
    *(_NEW_YORK, time(1), timedelta(hours=17), frozenset({_SUNDAY})),
)
_BY_REGION = {
    Region.NORTH_AMERICA: (_Rule(_NIGHTLY, _NEW_YORK, time(23, 45), timedelta(hours=2)),),
    Region.EUROPE: (_Rule(_NIGHTLY, "Europe/Berlin", time(5, 45), timedelta(hours=2)),),
    Region.ASIA: (
        _Rule(_NIGHTLY, _HONG_KONG, time(4, 45), timedelta(hours=2)),
        _Rule(_NIGHTLY, _HONG_KONG, time(20, 15), timedelta(hours=1)),
    ),
}


def reset_window(at: datetime, region: Region) -> MaintenanceWindow | None:
    """The reset that a moment falls into.

    Args:
        at: aware.
    """
    for rule in (*_EVERYWHERE, *_BY_REGION[region], _RELOGIN):
        window = rule.around(at)
        if window is not None:
            return window
    return None


def last_nightly_reset_end(at: datetime, region: Region) -> datetime:
    """When the newest nightly reset that is over by then had ended.

    Args:
        at: aware.
    """
    return max(end for end in _nightly_ends(at, region) if end <= at)


def next_nightly_reset_end(at: datetime, region: Region) -> datetime:
    """When the next nightly reset will be over.

    Args:
        at: aware.
    """
    return min(end for end in _nightly_ends(at, region) if end > at)


def _nightly_ends(at: datetime, region: Region) -> Iterator[datetime]:
    """The ends of the nightly resets around a moment."""
    for rule in _BY_REGION[region]:
        today = at.astimezone(ZoneInfo(rule.zone)).date()
        for days in range(-1, 3):
            window = rule.window(today - timedelta(days))
            if window is not None:
                yield window.ends_at


def likely_region(utc_offset: timedelta) -> Region:
    """The region whose servers a computer with this clock most likely uses.

    IBKR assigns accounts by location (its system status page).
    """
    hours = utc_offset / timedelta(hours=1)
    if hours <= -2:
        return Region.NORTH_AMERICA
    return Region.EUROPE if hours < 5 else Region.ASIA
