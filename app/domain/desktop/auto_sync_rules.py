"""When the app syncs automatically; pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

MIDNIGHT = time(0)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Schedule:
    """An interval in minutes, optionally only on weekdays and within hours of the day.

    Attributes:
        every_minutes: 1 or more.
        begins, ends: local times, the end excluded. Equal times mean the whole day; an earlier
            end means that the hours cross midnight and belong to the day on which they begin.
    """

    every_minutes: int
    weekdays_only: bool = False
    begins: time = MIDNIGHT
    ends: time = MIDNIGHT

    def due(self, last: datetime) -> datetime:
        """When the next sync is due after one at `last`. Both aware; hours are this computer's."""
        earliest = last + timedelta(minutes=self.every_minutes)
        if self.covers(earliest):
            return earliest
        day = earliest.astimezone().date()
        while True:
            opening = datetime.combine(day, self.begins).astimezone()
            if opening >= earliest and self.covers(opening):
                return opening
            day += timedelta(days=1)

    def covers(self, moment: datetime) -> bool:
        local = moment.astimezone()
        clock = local.time()
        is_after_midnight = self.ends < self.begins and clock < self.ends
        day = local.date() - timedelta(days=1) if is_after_midnight else local.date()
        if self.weekdays_only and day.weekday() >= SATURDAY:
            return False
        if self.begins == self.ends:
            return True
        if self.begins < self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or is_after_midnight


@dataclass(frozen=True, slots=True)
class AutoSyncRules:
    """What makes the app sync automatically.

    Attributes:
        on_start: once at the start.
        on_trade: when IBKR reports a trade or a changed quantity.
        schedule: None for none.
    """

    on_start: bool = False
    on_trade: bool = False
    schedule: Schedule | None = None
