"""A TWS that says what it has in store, in a process of its own.

Its answers are the simulated TWS's own messages, made before the clock runs: nothing that is
measured waits for a server's arithmetic. It prints its port once all is made.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.state import (
    InitialPosition,
    ListedInstrument,
    Scenario,
    SimulatedAccount,
)
from app.broker.simulator.server import messages
from app.broker.simulator.server.codes import Answer, RequestCode
from app.broker.simulator.server.protocol import Fields, FrameReader, fields, frame
from app.domain.model.snapshot import Holding
from tests.benchmarks.trading import ACCOUNT, holdings, moved

VERSION = 176


@dataclass(frozen=True, slots=True)
class Answers:
    """What it says of all positions: the whole answer, as bytes."""

    positions: bytes
    account: bytes


def held_in(variant: int, count: int) -> tuple[Holding, ...]:
    """What it holds: in the variant 1, one in a hundred has another price than in 0."""
    return moved(holdings(count), 100) if variant else holdings(count)


def answers(held: tuple[Holding, ...]) -> Answers:
    listings = tuple(
        ListedInstrument(one.instrument, one.market_price or one.quantity, one.quantity)
        for one in held
    )
    positions = tuple(
        InitialPosition(
            ACCOUNT, one.instrument.con_id, one.quantity, one.average_cost or one.quantity
        )
        for one in held
    )
    one = held[0].quantity / held[0].quantity
    market = Market(
        Scenario((SimulatedAccount(ACCOUNT, "USD"),), listings, (("USD", one),), positions)
    )
    rows = market.rows()
    asked = [messages.position(row.account, row.listing.instrument, row.lot) for row in rows]
    told = [messages.portfolio_value(row) for row in rows]
    return Answers(
        b"".join(map(frame, [*asked, fields(Answer.POSITION_END, 1)])),
        b"".join(map(frame, [*told, fields(Answer.ACCOUNT_DOWNLOAD_END, 1, ACCOUNT)])),
    )


class Session:
    """One client. Whether its id is odd says which of the two variants it is told first; with each
    read it is told the other one."""

    def __init__(self, variants: tuple[Answers, Answers], writer: asyncio.StreamWriter) -> None:
        self._variants_told = cycle(variants)
        self._told = variants[0]
        self._writer = writer
        self._is_greeted = False

    def answer(self, request: Fields) -> None:
        if not self._is_greeted:
            self._is_greeted = True
            self._say(fields(VERSION, "20261123 10:00:00 GMT"))
            return
        number = int(request[0])
        if number == RequestCode.START_API:
            if int(request[2]) % 2:
                next(self._variants_told)
            self._say(messages.managed_accounts([ACCOUNT]), fields(Answer.NEXT_VALID_ID, 1, 1))
        elif number == RequestCode.CURRENT_TIME:
            self._say(fields(Answer.CURRENT_TIME, 1, 1795428000))
        elif number == RequestCode.POSITIONS:
            self._told = next(self._variants_told)
            self._writer.write(self._told.positions)
        elif number == RequestCode.EXECUTIONS:
            self._say(fields(Answer.EXECUTION_END, 1, request[2]))
        elif number == RequestCode.ACCOUNT_UPDATES and request[2] == "1":
            self._writer.write(self._told.account)

    def _say(self, *said: Fields) -> None:
        self._writer.write(b"".join(map(frame, said)))


async def serve(count: int) -> None:
    variants = answers(held_in(0, count)), answers(held_in(1, count))

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session, unframer = Session(variants, writer), FrameReader()
        while received := await reader.read(65_536):
            for request in unframer.feed(received):
                session.answer(request)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@asynccontextmanager
async def canned_tws(count: int) -> AsyncIterator[int]:
    """Its port; the process ends on leaving."""
    command = sys.executable, "-m", "tests.benchmarks.canned_tws", str(count)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield int(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
