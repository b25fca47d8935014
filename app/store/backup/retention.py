"""Which backups are kept, and when the next one is due; pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from app.domain.desktop.backups import Backup, BackupKind

WEEKS, MONTHS = 4, 12
WEEK, YEAR = timedelta(days=7), timedelta(days=366)
# What the user asked for, or may want to go back to, is not replaced by the next weekly backup.
KEPT_FOR = {
    BackupKind.AFTER_UPDATE: YEAR,
    BackupKind.MANUAL: timedelta(days=31),
    BackupKind.BEFORE_RESTORE: timedelta(days=31),
}

P = TypeVar("P")


def kept_backups(backups: Iterable[Backup], now: datetime) -> frozenset[Backup]:
    """Four weekly and twelve monthly ones, those of a new schema for a year, and the newest."""
    by_age = sorted(backups, key=lambda backup: backup.made_at, reverse=True)
    recent = [b for b in by_age if now - b.made_at < KEPT_FOR.get(b.kind, timedelta())]
    return frozenset(
        (
            *newest_of_each(by_age, lambda day: day.isocalendar()[:2], WEEKS),
            *newest_of_each(by_age, lambda day: (day.year, day.month), MONTHS),
            *recent,
            *by_age[:1],
        )
    )


def newest_of_each(
    by_age: Sequence[Backup], period: Callable[[datetime], P], most: int
) -> tuple[Backup, ...]:
    """The newest backup of each of the last periods that have one. Args: by_age: newest first."""
    found: dict[P, Backup] = {}
    for backup in by_age:
        found.setdefault(period(backup.made_at), backup)
    return tuple(found.values())[:most]


def due_kind(backups: Iterable[Backup], schema: int, now: datetime) -> BackupKind | None:
    """The backup to make now; None if there is no need.

    A backup dated in the future, of a clock that was wrong, does not put the next one off.

    Args:
        schema: the schema of the database.
    """
    past = [backup for backup in backups if backup.made_at <= now]
    if not past:
        return BackupKind.WEEKLY
    newest = max(past, key=lambda backup: backup.made_at)
    if max(backup.schema for backup in past) < schema:
        return BackupKind.AFTER_UPDATE
    return BackupKind.WEEKLY if now - newest.made_at >= WEEK else None
