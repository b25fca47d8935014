"""When a lost connection is IBKR's doing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.connection.maintenance_windows import (
    Region,
    likely_region,
    next_nightly_reset_end,
    reset_window,
)
from app.domain.desktop.app_state import ConnectionState, LinkStatus

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
HONG_KONG = ZoneInfo("Asia/Hong_Kong")


def at(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("region", "moment"),
    [
        (Region.NORTH_AMERICA, at("2026-11-23T23:45", NEW_YORK)),
        (Region.NORTH_AMERICA, at("2026-11-24T00:44", NEW_YORK)),
        (Region.NORTH_AMERICA, at("2026-11-24T01:44", NEW_YORK)),
        (Region.NORTH_AMERICA, at("2026-07-01T23:50", NEW_YORK)),  # summer time
        (Region.EUROPE, at("2026-11-23T05:45", BERLIN)),
        (Region.EUROPE, at("2026-07-01T06:30", BERLIN)),
        (Region.ASIA, at("2026-11-23T05:00", HONG_KONG)),
        (Region.ASIA, at("2026-11-23T20:59", HONG_KONG)),
    ],
)
def test_a_night_has_a_reset(region: Region, moment: datetime) -> None:
    window = reset_window(moment, region)
    assert window is not None
    assert window.name == "IBKR's nightly reset"
    assert window.starts_at <= moment < window.ends_at
    assert window.starts_at.tzinfo is UTC


@pytest.mark.parametrize("region", Region)
def test_at_noon_in_new_york_on_a_weekday_there_is_none(region: Region) -> None:
    assert reset_window(at("2026-11-23T12:00", NEW_YORK), region) is None


def test_the_ends_are_exact_in_utc_on_both_sides_of_midnight() -> None:
    window = reset_window(at("2026-11-24T00:10", NEW_YORK), Region.NORTH_AMERICA)
    assert window is not None
    assert window.starts_at == datetime(2026, 11, 24, 4, 45, tzinfo=UTC)
    assert window.ends_at == datetime(2026, 11, 24, 6, 45, tzinfo=UTC)
    assert reset_window(window.ends_at, Region.NORTH_AMERICA) is None
    just_before = window.starts_at - timedelta(seconds=1)
    assert reset_window(just_before, Region.NORTH_AMERICA) is None


@pytest.mark.parametrize("region", Region)
@pytest.mark.parametrize("moment", ["2026-11-27T23:00", "2026-11-28T02:59"])
def test_on_friday_night_every_region_is_reset(region: Region, moment: str) -> None:
    window = reset_window(at(moment, NEW_YORK), region)
    assert window is not None
    assert window.name == "IBKR's weekend reset"


@pytest.mark.parametrize("region", Region)
def test_on_sunday_tws_waits_for_the_weekly_login_until_the_markets_open(region: Region) -> None:
    window = reset_window(at("2026-11-29T15:00", NEW_YORK), region)
    assert window is not None
    assert window.name == "IBKR's weekly login, which TWS waits for"
    assert window.ends_at == at("2026-11-29T18:00", NEW_YORK)
    assert reset_window(at("2026-11-28T15:00", NEW_YORK), region) is None  # Saturday


def test_the_night_in_which_the_clocks_change_has_its_reset_too() -> None:
    for day in ("2026-10-31T23:50", "2026-11-01T00:30", "2026-03-07T23:50"):
        assert reset_window(at(day, NEW_YORK), Region.NORTH_AMERICA) is not None


@pytest.mark.parametrize(
    ("hours", "region"),
    [
        *((-8, Region.NORTH_AMERICA), (-5, Region.NORTH_AMERICA), (0, Region.EUROPE)),
        *((2, Region.EUROPE), (5.5, Region.ASIA), (8, Region.ASIA), (11, Region.ASIA)),
    ],
)
def test_the_clock_of_the_computer_tells_the_likely_region(hours: float, region: Region) -> None:
    assert likely_region(timedelta(hours=hours)) is region


def test_a_status_text_during_a_reset_is_calm() -> None:
    now = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    state = ConnectionState(LinkStatus.OFFLINE, failure="Cannot reach TWS.", next_try_at=now)
    local = now.astimezone()
    assert state.status_text == f"Cannot reach TWS; trying again at {local:%H:%M:%S}"
    window = reset_window(now, Region.NORTH_AMERICA)
    calm = ConnectionState(LinkStatus.OFFLINE, failure=state.failure, next_try_at=now, reset=window)
    assert calm.status_text == f"IBKR's nightly reset; trying again at {local:%H:%M}"
    assert ConnectionState(LinkStatus.CONNECTED).status_text == ""


def test_the_next_nightly_reset_ends_after_now() -> None:
    during = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # 07:00 in Berlin
    ended = datetime(2026, 11, 24, 6, 45, tzinfo=UTC)
    assert next_nightly_reset_end(during, Region.EUROPE) == ended
    assert next_nightly_reset_end(ended, Region.EUROPE) == ended + timedelta(days=1)
    evening = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # 20:00 in Hong Kong
    assert next_nightly_reset_end(evening, Region.ASIA) == datetime(
        2026, 11, 24, 13, 15, tzinfo=UTC
    )
    assert next_nightly_reset_end(evening, Region.NORTH_AMERICA) > evening
