"""Notices when another program writes to the database, such as the command line."""

import asyncio
import logging
from collections.abc import Callable

from app.domain.model.errors import StoreError
from app.ports import Store

log = logging.getLogger(__name__)

INTERVAL_S = 1.0


async def watch_file(
    store: Store, on_write: Callable[[], None], *, interval_s: float = INTERVAL_S
) -> None:
    """Calls `on_write` after each write by another program, until it is cancelled."""
    last: int | None = None
    while True:
        try:
            current = await store.external_revision()
        except StoreError as error:
            log.info("the file could not be checked: %s", error.kept)
        else:
            if last not in (None, current):
                on_write()
            last = current
        await asyncio.sleep(interval_s)
