"""Which backups are kept, and when the next one is due; pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from app.domain.desktop.backups import Backup, BackupKind

WEEKS, MONTHS = 4, 12
WEEK, YEAR = timedelta(days=7), timedelta(days=366)
ON_TIME = (BackupKind.WEEKLY, BackupKind.AFTER_UPDATE)
# What the user asked for, or may want to go back to, is not replaced by the next weekly backup.
KEPT_FOR = {
    BackupKind.AFTER_UPDATE: YEAR,
    BackupKind.MANUAL: timedelta(days=31),
    BackupKind.BEFORE_RESTORE: timedelta(days=31),
}

P = TypeVar("P")


def kept_backups(backups: Iterable[Backup], now: datetime) -> frozenset[Backup]:
    """Four weekly and twelve monthly ones, those of a new schema for a year, and the newest.

    What the program makes on time and what it makes on demand do not replace each other.
    """
    by_age = sorted(backups, key=lambda backup: backup.made_at, reverse=True)
    on_time = [backup for backup in by_age if backup.kind in ON_TIME]
    on_demand = [backup for backup in by_age if backup.kind not in ON_TIME]
    recent = [b for b in by_age if now - b.made_at < KEPT_FOR.get(b.kind, timedelta())]
    kept = {*recent, *by_age[:1]}
    for family in (on_time, on_demand):
        kept.update(newest_of_each(family, lambda day: day.isocalendar()[:2], WEEKS))
        kept.update(newest_of_each(family, lambda day: (day.year, day.month), MONTHS))
    return frozenset(kept)


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

    Neither one made on demand puts the weekly one off, nor one dated in the future, of a clock
    that was wrong.

    Args:
        schema: the schema of the database.
    """
    past = [backup for backup in backups if backup.made_at <= now]
    if past and max(backup.schema for backup in past) < schema:
        return BackupKind.AFTER_UPDATE
    on_time = [backup.made_at for backup in past if backup.kind in ON_TIME]
    return BackupKind.WEEKLY if not on_time or now - max(on_time) >= WEEK else None
