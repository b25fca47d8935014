"""Stock ib_insync's own two requests, in a process of its own: its garbage disturbs nobody else's.

The command: `python -m tests.benchmarks.wire_stock PORT COUNT`; it prints milliseconds.
"""

import asyncio
import logging
import sys
from time import perf_counter

TIMEOUT_S = 60.0


async def stock(port: int, count: int) -> float:
    """What they take, in ms; connecting is not counted."""
    from ib_insync import IB

    logging.getLogger("ib_insync").setLevel(logging.CRITICAL)
    ib = IB()  # type: ignore[no-untyped-call]
    await ib.client.connectAsync("127.0.0.1", port, 4, TIMEOUT_S)  # type: ignore[no-untyped-call]
    begun = perf_counter()
    await ib.reqPositionsAsync()
    await ib.reqAccountUpdatesAsync("DU1")
    took = (perf_counter() - begun) * 1000
    assert len(ib.portfolio()) == len(ib.positions()) == count
    ib.disconnect()  # type: ignore[no-untyped-call]
    return took


async def measured(port: int, count: int) -> float:
    """In a new process."""
    command = sys.executable, "-m", "tests.benchmarks.wire_stock", str(port), str(count)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    assert process.returncode == 0
    return float(said)


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)  # before ib_insync is imported
    print(loop.run_until_complete(stock(int(sys.argv[1]), int(sys.argv[2]))))
