"""Calls that may block for ever: the program goes on, and ends, without waiting for them."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_daemon_thread(call: Callable[[], T], name: str) -> T:
    """The result of the call. If the awaiting task is cancelled, the thread is left to itself.

    Not `asyncio.to_thread`, whose threads the loop awaits when it ends. Neither the arguments nor
    the result stand in the log, where qasync writes them at its most talkative.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: Callable[[], None]) -> None:
        if not future.done():
            result()

    def work() -> None:
        try:
            made = call()
        except Exception as error:
            failure = error
            post(lambda: future.set_exception(failure))
        else:
            post(lambda: future.set_result(made))

    def post(result: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, result)

    threading.Thread(target=work, name=name, daemon=True).start()
    return await future
