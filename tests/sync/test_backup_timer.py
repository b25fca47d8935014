"""Backups are made in the background, and a problem is told once."""

import asyncio
from pathlib import Path
from typing import cast

import pytest

from app.domain.desktop.backups import Backup, BackupKind
from app.domain.model.errors import StoreError
from app.ports import Backups
from app.sync.backup_timer import EVERY_S, FIRST_S, make_backups_when_due
from tests.store.trading import NINE

MADE = Backup(Path("b"), NINE, BackupKind.WEEKLY, 3)
FULL, BLOCKED = StoreError("The disk is full."), StoreError("The folder is blocked.")


class Ended(Exception):
    pass


async def told(*outcomes: Backup | StoreError | None) -> tuple[list[object], list[float]]:
    """What it tells, and how long it waits before each of these outcomes."""
    left, heard, waits = list(outcomes), list[object](), list[float]()

    class Scripted:
        async def make_due(self) -> Backup | None:
            outcome = left.pop(0)
            if isinstance(outcome, StoreError):
                raise outcome
            return outcome

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if not left:
            raise Ended
        await asyncio.sleep(0)

    with pytest.raises(Ended):
        await make_backups_when_due(
            cast(Backups, Scripted()), heard.append, heard.append, sleep=sleep
        )
    return heard, waits


async def test_it_looks_after_the_start_and_then_every_hour() -> None:
    heard, waits = await told(None, MADE, None)
    assert heard == [MADE]
    assert waits == [FIRST_S, EVERY_S, EVERY_S, EVERY_S]


async def test_a_problem_is_told_once_while_it_lasts() -> None:
    heard, waits = await told(FULL, FULL, None, FULL)
    assert heard == [str(FULL)]
    assert len(waits) == 5


async def test_another_problem_and_one_after_a_backup_are_told() -> None:
    heard, _ = await told(FULL, BLOCKED, MADE, BLOCKED)
    assert heard == [str(FULL), str(BLOCKED), MADE, str(BLOCKED)]
