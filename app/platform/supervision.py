"""Keeps a background task running: after a bug it is logged, reported and restarted."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine

from app.domain.text.messages import message

log = logging.getLogger(__name__)

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0


async def supervised(
    work: Callable[[], Coroutine[None, None, None]],
    what: str,
    notify: Callable[[str], object],
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Runs the work until it returns or is cancelled.

    Args:
        work: called at each start.
        what: as in "Automatic syncs", for the user.
        notify: called with a sentence when it has stopped, and with "" when it starts again.
        sleep: waits some seconds between stop and start, twice as long each time, up to a minute.
    """
    loop = asyncio.get_running_loop()
    wait_s = FIRST_WAIT_S
    while True:
        began = loop.time()
        try:
            await work()
        except Exception:
            log.exception("stopped by a bug: %s", what)
        else:
            return
        if loop.time() - began > LONGEST_WAIT_S:
            wait_s = FIRST_WAIT_S
        notify(
            # Translators: {what} is such as "Automatic syncs" or "The backups"
            message(
                "{what} stopped because of an error in Position Sync, and will start again. "
                "The log has the details.",
                what=what,
            )
        )
        await sleep(wait_s)
        wait_s = min(2 * wait_s, LONGEST_WAIT_S)
        notify("")
