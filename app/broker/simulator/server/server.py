"""The simulated TWS as a local server: its clients, a log of requests, and the live market."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.files import load_scenario
from app.broker.simulator.server.codes import ErrorCode, RequestCode
from app.broker.simulator.server.faults import Faults
from app.broker.simulator.server.protocol import Fields
from app.broker.simulator.server.session import Session
from app.domain.model.errors import BrokerError
from app.domain.text.system_errors import system_reason

HOST = "127.0.0.1"  # never reachable from another machine


class SimulatedTws:
    """Serves a market to any number of API clients.

    Args:
        master_id: TWS's setting "Master API client ID". Executions are pushed only to that client
            and to client 0, which gets those of orders placed in TWS itself (IBKR's TWS API
            guide, "Executions and Commissions").

    Attributes:
        faults: a test may change them at any time.
        requests: message number -> number of requests.
        log: (client id, fields) of every request, in the order of arrival.
        refused_orders: requests that would have traded.
        bound_orders: number of requests to bind the orders placed in TWS itself.
    """

    def __init__(
        self, market: Market, faults: Faults | None = None, *, master_id: int | None = None
    ) -> None:
        self.market = market
        self.master_id = master_id
        self.faults = faults if faults is not None else Faults()
        self.host = HOST
        self.port = 0
        self.requests: Counter[int] = Counter()
        self.log: list[tuple[int, Fields]] = []
        self.refused_orders = 0
        self.bound_orders = 0
        self._server: asyncio.Server | None = None
        self._sessions: set[Session] = set()
        self._no_sessions = asyncio.Event()
        self._live_task: asyncio.Task[None] | None = None

    @property
    def sessions(self) -> tuple[int, ...]:
        """The client ids that are connected, in order."""
        return tuple(sorted(s.client_id for s in self._sessions if s.client_id is not None))

    async def start(self, port: int = 0) -> None:
        """Listens on a local port; 0 chooses a free one.

        Raises:
            BrokerError: the port is taken.
        """
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: Session(self), HOST, port)
        except OSError as error:
            raise BrokerError(
                f"The simulated TWS cannot listen on port {port}: {system_reason(error)}. "
                "Choose another port."
            ) from error
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stops the live market, closes all connections, and waits for both."""
        if self._live_task is not None:
            self._live_task.cancel()
            await asyncio.wait([self._live_task])
            self._live_task = None
        await self.go_down()

    def run_live(self, price_interval_s: float = 1.0, trade_interval_s: float = 4.0) -> None:
        """Moves prices and trades automatically, until `stop`."""
        if self._live_task is None:
            self._live_task = asyncio.get_running_loop().create_task(
                self._run_live(price_interval_s, trade_interval_s)
            )

    def tick(self, prices: int = 1, trades: int = 0) -> None:
        """Moves all prices and makes random trades, this often each, and pushes the changes."""
        for _ in range(prices):
            self.market.move_prices()
        for _ in range(trades):
            self.market.random_trade()
        self.push()

    def push(self) -> None:
        """Sends each client the changes since the last push."""
        for session in tuple(self._sessions):
            session.push()

    def drop_clients(self) -> None:
        """Closes every connection at once, without sending what is still buffered."""
        for session in tuple(self._sessions):
            session.abort()

    def send_notice(self, code: ErrorCode) -> None:
        """Sends all clients a notice about TWS's connection to IBKR: 1100, 1101, 1102 or 2110."""
        for session in tuple(self._sessions):
            session.send_notice(code)

    async def go_down(self) -> None:
        """Refuses new connections and closes the open ones, like a TWS that restarts."""
        if self._server is not None:
            self._server.close()
            self.drop_clients()
            if self._sessions:
                await self._no_sessions.wait()
            await self._server.wait_closed()
            self._server = None

    async def come_back(self) -> None:
        """Listens again on the same port."""
        await self.start(self.port)

    def add_session(self, session: Session) -> None:
        self._sessions.add(session)
        self._no_sessions.clear()

    def remove_session(self, session: Session) -> None:
        self._sessions.discard(session)
        if not self._sessions:
            self._no_sessions.set()

    def is_free(self, client_id: int) -> bool:
        return client_id not in self.sessions

    def gets_executions(self, client_id: int) -> bool:
        return client_id in (0, self.master_id)

    def record_request(self, client_id: int, request: Fields, *, is_order: bool) -> None:
        number = int(request[0])
        self.requests[number] += 1
        self.log.append((client_id, request))
        self.refused_orders += is_order
        self.bound_orders += number == RequestCode.AUTO_OPEN_ORDERS and request[2] == "1"

    async def _run_live(self, price_interval_s: float, trade_interval_s: float) -> None:
        loop = asyncio.get_running_loop()
        next_trade = loop.time() + trade_interval_s
        while True:
            await asyncio.sleep(price_interval_s)
            is_due = loop.time() >= next_trade
            if is_due:
                next_trade += trade_interval_s
            self.tick(trades=int(is_due))


async def serve(
    port: int, scenario_path: Path, seed: int | None, on_ready: Callable[[SimulatedTws], None]
) -> None:
    """Runs a simulated TWS with a live market until it is cancelled.

    Args:
        on_ready: called once with the listening server.

    Raises:
        SettingsError: the scenario cannot be used.
        BrokerError: the port is taken.
    """
    tws = SimulatedTws(Market(load_scenario(scenario_path), seed=seed))
    await tws.start(port)
    try:
        tws.run_live()
        on_ready(tws)
        await asyncio.get_running_loop().create_future()
    finally:
        await tws.stop()
