"""A broker that stays connected to a simulated TWS, with short intervals, and a diary of it."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.broker.simulator.market.market import Market
from app.broker.simulator.server.faults import Faults
from app.broker.simulator.server.protocol import Fields
from app.broker.simulator.server.server import SimulatedTws
from app.broker.timing import Timing
from app.broker.tws_broker import Endpoint, TwsBroker
from app.domain.connection.maintenance_windows import Region
from app.domain.desktop.app_state import ConnectionState, LinkStatus
from app.domain.model.clock import utc_now
from app.domain.portfolio.broker_updates import BrokerEvent, EventKind, LiveUpdates
from tests.broker.simulated import demo_market

CLIENT_ID = 17
FAST = Timing(
    first_retry_s=0.01,
    longest_retry_s=0.04,
    heartbeat_s=0.05,
    heartbeat_timeout_s=5.0,
    pnl_interval_s=0.01,
    update_interval_s=0.01,
)


@dataclass
class Diary:
    """Everything that a broker has published; `until` waits for more."""

    states: list[ConnectionState] = field(default_factory=list)
    events: list[BrokerEvent] = field(default_factory=list)
    figures: list[LiveUpdates] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, broker: TwsBroker) -> "Diary":
        diary = cls()
        broker.watch_connection(lambda state: diary._write(diary.states, state))
        broker.watch_events(lambda event: diary._write(diary.events, event))
        broker.watch_updates(lambda figures: diary._write(diary.figures, figures))
        return diary

    def _write(self, page: list, entry: object) -> None:
        page.append(entry)
        self._news.set()

    async def until(self, happened: Callable[[], object]) -> None:
        while not happened():
            self._news.clear()
            await self._news.wait()

    @property
    def links(self) -> list[LinkStatus]:
        """The link states, without repetitions."""
        links: list[LinkStatus] = []
        for state in self.states:
            if not links or links[-1] is not state.link:
                links.append(state.link)
        return links

    def kinds(self) -> list[EventKind]:
        return [event.kind for event in self.events]

    def count(self, kind: EventKind) -> int:
        return self.kinds().count(kind)

    async def reads_anew(self, times: int = 1) -> None:
        """Until the broker has asked this often for a new read of everything."""
        await self.until(lambda: self.count(EventKind.READ_ANEW) >= times)


class AskedTws(SimulatedTws):
    """A simulated TWS that reports each request to the test before it answers."""

    def __init__(self, market: Market) -> None:
        super().__init__(market, master_id=CLIENT_ID)
        self.news = asyncio.Event()
        self.before_answer: Callable[[Fields], None] = lambda _: None

    def record_request(self, client_id: int, request: Fields, *, is_order: bool) -> None:
        super().record_request(client_id, request, is_order=is_order)
        self.news.set()
        self.before_answer(request)

    async def asked(self, number: int, times: int = 1) -> None:
        """Until a request has arrived this often."""
        while self.requests[number] < times:
            self.news.clear()
            await self.news.wait()

    def send(self, *rows: Fields) -> None:
        """Pushes rows as they are to every client."""
        for session in self._sessions:
            session.send(*rows)


@dataclass(frozen=True)
class Kept:
    tws: AskedTws
    broker: TwsBroker
    diary: Diary


@asynccontextmanager
async def kept(
    *,
    market: Market | None = None,
    timing: Timing = FAST,
    timeout_s: float = 20.0,
    clock: Callable[[], datetime] = utc_now,
    region: Region = Region.NORTH_AMERICA,
    ready: bool = True,
    **faults: object,
) -> AsyncIterator[Kept]:
    """A server with these faults and a broker that keeps its connection.

    Args:
        ready: wait until it is connected and TWS pushes changes.
    """
    tws = AskedTws(market or demo_market())
    tws.faults = replace(Faults(), **faults)
    await tws.start()
    endpoint = Endpoint(tws.host, tws.port, CLIENT_ID, timeout_s, region=region)
    broker = TwsBroker(endpoint, clock=clock, timing=timing, rng=random.Random(1))
    diary = Diary.of(broker)
    broker.keep_connected()
    try:
        if ready:
            await diary.reads_anew()
        yield Kept(tws, broker, diary)
    finally:
        await broker.close()
        await tws.stop()
