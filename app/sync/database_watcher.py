"""Notices what other programs write to the database: the command line beside an open window."""

import asyncio
import logging
from collections.abc import Callable

from app.domain.model.errors import StoreError
from app.ports import Store

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 1.0


async def watch_file(
    store: Store, written: Callable[[], None], *, look_again_s: float = LOOK_AGAIN_S
) -> None:
    """Calls `written` after each write of another program, until it is cancelled."""
    seen: int | None = None
    while True:
        try:
            now = await store.external_revision()
        except StoreError as error:
            log.info("the file could not be looked at: %s", error.kept)
        else:
            if seen not in (None, now):
                written()
            seen = now
        await asyncio.sleep(look_again_s)
