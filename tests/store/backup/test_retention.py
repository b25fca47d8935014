"""Which backups stay, over two years of a clock that the test moves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.desktop.backups import Backup, BackupKind
from app.store.backup.naming import backup_name, parse_backup, prefix_of
from app.store.backup.retention import due_kind, kept_backups

BEGIN = datetime(2026, 11, 28, 14, 5, 22, tzinfo=UTC)


def backup(made_at: datetime, kind: BackupKind = BackupKind.WEEKLY, schema: int = 3) -> Backup:
    return Backup(Path(backup_name("p", made_at, kind, schema)), made_at, kind, schema)


def after_two_years(*extra: Backup, hours: int = 24) -> tuple[list[Backup], datetime]:
    """What is kept where the program looks every so many hours whether a backup is due."""
    there, now = list(extra), BEGIN
    while now < BEGIN + timedelta(days=731):
        now += timedelta(hours=hours)
        past = [b for b in there if b.made_at <= now]
        kind = due_kind(past, 3, now)
        if kind is not None:
            there.append(backup(now, kind))
            past.append(there[-1])
            kept = kept_backups(past, now)
            there = [b for b in there if b.made_at > now or b in kept]
    return sorted(there, key=lambda b: b.made_at), now


@pytest.mark.parametrize("hours", [1, 24, 100])
def test_after_two_years_there_are_four_weekly_and_twelve_monthly_ones(hours: int) -> None:
    kept, now = after_two_years(hours=hours)
    weeks = [b for b in kept if now - b.made_at < timedelta(days=35)]
    assert len({b.made_at.isocalendar()[:2] for b in weeks}) >= 4
    months = {(b.made_at.year, b.made_at.month) for b in kept}
    assert len(months) == 12
    assert len(kept) <= 16
    assert now - kept[-1].made_at < timedelta(days=7, hours=hours)
    assert now - kept[0].made_at > timedelta(days=330)


def test_those_of_a_new_schema_stay_for_a_year() -> None:
    early = backup(BEGIN, BackupKind.AFTER_UPDATE)
    late = backup(BEGIN + timedelta(days=450), BackupKind.AFTER_UPDATE)
    kept, _ = after_two_years(early, late)
    assert early not in kept
    assert late in kept


def test_the_newest_is_kept_however_old_it_is() -> None:
    old = backup(BEGIN - timedelta(days=4000))
    assert kept_backups([old], BEGIN) == {old}
    assert kept_backups([], BEGIN) == frozenset()


def test_one_made_by_hand_is_kept_for_a_month_beside_newer_ones_of_its_week() -> None:
    by_hand = backup(BEGIN, BackupKind.MANUAL)
    newer = backup(BEGIN + timedelta(hours=1), BackupKind.MANUAL)
    assert by_hand in kept_backups([by_hand, newer], BEGIN + timedelta(days=30))
    assert by_hand not in kept_backups([by_hand, newer], BEGIN + timedelta(days=32))


@pytest.mark.parametrize("kind", [BackupKind.MANUAL, BackupKind.BEFORE_RESTORE])
def test_one_made_on_demand_does_not_replace_a_weekly_one(kind: BackupKind) -> None:
    weekly, newer = backup(BEGIN), backup(BEGIN + timedelta(minutes=1), kind)
    assert kept_backups([weekly, newer], BEGIN + timedelta(days=1)) == {weekly, newer}


def test_daily_ones_on_demand_become_weekly_and_monthly_ones() -> None:
    days = [backup(BEGIN + timedelta(days=n), BackupKind.MANUAL) for n in range(500)]
    kept = kept_backups(days, BEGIN + timedelta(days=500))
    assert len({(b.made_at.year, b.made_at.month) for b in kept}) == 12
    assert 30 + 10 <= len(kept) <= 32 + 12


@pytest.mark.parametrize(
    ("backups", "expected"),
    [
        ([], BackupKind.WEEKLY),
        ([backup(BEGIN - timedelta(days=6, hours=23))], None),
        ([backup(BEGIN - timedelta(days=7))], BackupKind.WEEKLY),
        ([backup(BEGIN, BackupKind.MANUAL)], BackupKind.WEEKLY),
        ([backup(BEGIN), backup(BEGIN, BackupKind.MANUAL)], None),
        ([backup(BEGIN, schema=2)], BackupKind.AFTER_UPDATE),
        ([backup(BEGIN, schema=2), backup(BEGIN, BackupKind.AFTER_UPDATE)], None),
        ([backup(BEGIN + timedelta(days=900))], BackupKind.WEEKLY),
    ],
)
def test_the_next_one_is_due_after_a_week_or_with_a_new_schema(
    backups: list[Backup], expected: BackupKind | None
) -> None:
    assert due_kind(backups, 3, BEGIN) == expected


def test_a_name_says_when_why_and_of_which_schema() -> None:
    name = backup_name("positions", BEGIN, BackupKind.AFTER_UPDATE, 3)
    assert name == "positions 2026-11-28 140522Z after update v3.sqlite"
    found = parse_backup(Path(name), "positions")
    assert found == Backup(Path(name), BEGIN, BackupKind.AFTER_UPDATE, 3)


@pytest.mark.parametrize(
    "name",
    [
        "positions.sqlite",
        "positions 2026-11-28.sqlite",
        "positions 2026-11-28 140522Z weekly v3.sqlite.part",
        "positions 2026-13-28 140522Z weekly v3.sqlite",
        "positions 2026-11-28 140522Z yearly v3.sqlite",
        "other 2026-11-28 140522Z weekly v3.sqlite",
    ],
)
def test_another_name_is_no_backup_of_it(name: str) -> None:
    assert parse_backup(Path(name), "positions") is None


def test_two_databases_of_one_name_are_told_apart_in_a_chosen_folder(tmp_path: Path) -> None:
    one, other = tmp_path / "a" / "positions.sqlite", tmp_path / "b" / "positions.sqlite"
    assert prefix_of(one, tmp_path) != prefix_of(other, tmp_path)
    assert prefix_of(one, tmp_path).startswith("positions ")
    assert prefix_of(one, None) == "positions"
