"""The times at which the app syncs automatically."""

from datetime import datetime, time

import pytest

from app.domain.desktop.auto_sync_rules import Schedule


def local(text: str) -> datetime:
    """ "Mon 10:00" in the week of 23 November 2026, in this computer's zone."""
    name, clock = text.split()
    day = 23 + ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].index(name)
    return datetime.fromisoformat(f"2026-11-{day} {clock}").astimezone()


OFFICE = Schedule(30, weekdays_only=True, begins=time(9), ends=time(17))
NIGHT = Schedule(60, weekdays_only=True, begins=time(22), ends=time(2))


@pytest.mark.parametrize(
    ("schedule", "last", "due"),
    [
        (Schedule(5), "Sun 23:50", "Sun 23:55"),
        (Schedule(5, weekdays_only=True), "Mon 23:58", "Tue 00:03"),
        (Schedule(5, weekdays_only=True), "Fri 23:54", "Fri 23:59"),
        (OFFICE, "Mon 10:00", "Mon 10:30"),
        (OFFICE, "Mon 16:29", "Mon 16:59"),
        (OFFICE, "Mon 16:30", "Tue 09:00"),
        (OFFICE, "Mon 08:00", "Mon 09:00"),
        (OFFICE, "Mon 08:45", "Mon 09:15"),
        (NIGHT, "Mon 22:30", "Mon 23:30"),
        (NIGHT, "Mon 23:30", "Tue 00:30"),
        (NIGHT, "Tue 01:00", "Tue 22:00"),
        (NIGHT, "Fri 23:30", "Sat 00:30"),
        (NIGHT, "Sat 00:30", "Sat 01:30"),
    ],
)
def test_the_next_sync_is_due(schedule: Schedule, last: str, due: str) -> None:
    assert schedule.due(local(last)) == local(due)


def test_over_the_weekend_it_waits_for_monday() -> None:
    friday, monday = local("Fri 16:45"), datetime.fromisoformat("2026-11-30 09:00").astimezone()
    assert OFFICE.due(friday) == monday
    assert OFFICE.due(local("Sun 12:00")) == monday
