"""An open window notices what the command line writes to the same file."""

import asyncio
from contextlib import suppress
from pathlib import Path

from app.sync.database_watcher import watch_file
from tests.store.trading import held, opened, snapshot, synced


async def test_writes_of_another_program_are_noticed_but_not_its_own(tmp_path: Path) -> None:
    noticed = asyncio.Event()
    async with opened(tmp_path / "p") as own, opened(tmp_path / "p") as other:
        await own.open()
        looks, look = 0, own.external_revision

        async def counted() -> int:
            nonlocal looks
            looks += 1
            return await look()

        own.external_revision = counted  # type: ignore[method-assign]
        task = asyncio.create_task(watch_file(own, noticed.set, interval_s=0.001))
        await synced(own, snapshot(1, held()))
        seen = looks
        while looks < seen + 3:  # noqa: ASYNC110 - some more looks after the own write
            await asyncio.sleep(0)
        assert not noticed.is_set()
        await synced(other, snapshot(2, held(quantity="50")))
        await noticed.wait()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
