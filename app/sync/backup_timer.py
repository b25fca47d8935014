"""Makes the backups that are due, in the background."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.domain.desktop.backups import Backup
from app.domain.model.errors import StoreError
from app.ports import Backups

log = logging.getLogger(__name__)

FIRST_S = 30.0  # the start, and the sync after it, come first
EVERY_S = 3600.0


async def make_backups_when_due(
    backups: Backups,
    on_made: Callable[[Backup], object],
    on_problem: Callable[[str], object],
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Looks every hour whether a backup is due, until it is cancelled.

    Args:
        on_made: called with each one.
        on_problem: called with the sentence why one could not be made; once, however often it is
            tried again, unless one was made in between.
    """
    told = ""
    await sleep(FIRST_S)
    while True:
        try:
            made = await backups.make_due()
        except StoreError as error:
            log.info("no backup: %s", error.kept)
            if error.text != told:
                told = error.text
                on_problem(told)
        else:
            if made is not None:
                told = ""
                on_made(made)
        await sleep(EVERY_S)
