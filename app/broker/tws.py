"""The broker that the sync reads from: connects on demand, reads complete snapshots."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.broker import failures
from app.broker.ib import ClientIdInUseError, IbLink
from app.broker.reading import Reading
from app.domain.clock import utc_now
from app.domain.errors import SettingsError
from app.domain.snapshot import Snapshot
from app.domain.states import ConnectionState, Link, Mode

log = logging.getLogger(__name__)

CLIENT_IDS_TRIED = 5
PAPER_PREFIX = "D"  # IBKR's paper accounts: DU…, DF…, DI…


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where TWS listens, and how to ask it. `is_demo`: it is the embedded simulated one."""

    host: str
    port: int
    client_id: int
    timeout_s: float
    is_demo: bool = False

    def __post_init__(self) -> None:
        if self.client_id <= 0:
            raise SettingsError(
                "The client id must be 1 or more: with 0, TWS would hand the orders that were "
                "placed by hand to this program, which only reads."
            )


class TwsBroker:
    """Reads from one TWS or IB Gateway over one connection at a time; never sends an order."""

    def __init__(self, endpoint: Endpoint, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._link: IbLink | None = None
        self._listeners: list[Callable[[ConnectionState], None]] = []
        self._connection = ConnectionState(
            host=endpoint.host,
            port=endpoint.port,
            mode=Mode.DEMO if endpoint.is_demo else Mode.UNKNOWN,
        )

    @property
    def connection(self) -> ConnectionState:
        return self._connection

    @property
    def endpoint(self) -> Endpoint:
        return self._endpoint

    def watch(self, listener: Callable[[ConnectionState], None]) -> None:
        """Calls the listener with every new connection state."""
        self._listeners.append(listener)

    async def snapshot(self, account: str | None, *, reconnect: bool = False) -> Snapshot:
        """One complete read. Whatever interrupts it ends the connection too: the rest of a
        half-read answer would be taken for the next one's.

        Raises:
            BrokerError: nothing, or not all, could be read.
        """
        if reconnect:
            await self.close()
        link = await self._connected()
        if link.link_lost:
            raise failures.link_lost()
        try:
            return await self._read(link, account)
        except BaseException:
            await self.close()
            raise

    async def _read(self, link: IbLink, account: str | None) -> Snapshot:
        if account is not None and account not in link.accounts:
            raise failures.unknown_account(account, link.accounts)
        accounts = link.accounts if account is None else (account,)
        reading = Reading()
        await link.read_positions(reading)
        taken_at = self._clock()
        await link.read_fills(reading)
        for covered in accounts:
            await link.read_account(reading, covered)
        link.collect_fills(reading)
        return await reading.snapshot(accounts, taken_at)

    async def _connected(self) -> IbLink:
        """The present link if it is good, or a new one."""
        if self._link is not None and self._link.is_usable:
            return self._link
        await self.close()
        self._publish(Link.CONNECTING)
        try:
            self._link = await self._connect()
        finally:
            self._on_link_changed()
        return self._link

    async def _connect(self) -> IbLink:
        """Tries the client id of the settings, and the next ones while they are in use."""
        end = self._endpoint
        for client_id in range(end.client_id, end.client_id + CLIENT_IDS_TRIED):
            link = IbLink(timeout_s=end.timeout_s, changed=self._on_link_changed)
            try:
                await link.connect(end.host, end.port, client_id)
            except ClientIdInUseError:
                log.info("client id %s is in use", client_id)
                await link.close()
            except BaseException:
                await link.close()
                raise
            else:
                return link
        raise failures.ids_in_use(end.client_id, end.client_id + CLIENT_IDS_TRIED - 1)

    async def close(self) -> None:
        """Disconnects; harmless where there is no connection."""
        link, self._link = self._link, None
        if link is not None:
            await link.close()
        self._publish(Link.OFFLINE)

    async def use(self, endpoint: Endpoint) -> None:
        """Another TWS from the next read on; the present connection ends."""
        await self.close()
        self._endpoint = endpoint
        self._publish(Link.OFFLINE)

    def _on_link_changed(self) -> None:
        if self._link is None or not self._link.is_connected:
            self._publish(Link.OFFLINE)
        else:
            self._publish(Link.STALE if self._link.link_lost else Link.CONNECTED)

    def _publish(self, link: Link) -> None:
        """Tells the listeners, where it is news."""
        accounts = self._link.accounts if self._link else self._known_accounts()
        state = ConnectionState(
            link=link,
            host=self._endpoint.host,
            port=self._endpoint.port,
            mode=self._mode(accounts),
            accounts=accounts,
        )
        if state == self._connection:
            return
        self._connection = state
        for listener in self._listeners:
            listener(state)

    def _known_accounts(self) -> tuple[str, ...]:
        """Those of the last connection to where this one would go."""
        known, end = self._connection, self._endpoint
        return known.accounts if (known.host, known.port) == (end.host, end.port) else ()

    def _mode(self, accounts: tuple[str, ...]) -> Mode:
        if self._endpoint.is_demo:
            return Mode.DEMO
        if not accounts:
            return Mode.UNKNOWN
        is_paper = all(account.startswith(PAPER_PREFIX) for account in accounts)
        return Mode.PAPER if is_paper else Mode.LIVE
