"""Reads over one connection, one thing after another, and the subscriptions that stand on it."""

import asyncio
import logging
from collections.abc import Callable, Collection
from functools import partial

from app.broker.connection.ib_transport import RequestError
from app.broker.connection.request_channel import RequestChannel
from app.broker.reading.change_detector import ChangeDetector, PnlKey
from app.broker.reading.message_router import ACCOUNT, EXECUTIONS, POSITIONS
from app.broker.reading.snapshot_builder import SnapshotBuilder

log = logging.getLogger(__name__)


class TwsSession(RequestChannel):
    """A connection to read positions, accounts and executions, and to be told of changes.

    Attributes:
        keeps: subscriptions outlive the read, so that TWS goes on to push changes.
        stands: the positions are subscribed to.
        followed: the account whose values and prices are pushed; empty for none.
    """

    def __init__(
        self, *, timeout_s: float, changed: Callable[[], None], pushes: ChangeDetector
    ) -> None:
        super().__init__(timeout_s=timeout_s, changed=changed, pushes=pushes)
        self.keeps = False
        self.stands = False
        self.followed = ""
        self._asked: asyncio.Future[object] | None = None

    def begin(self, reading: SnapshotBuilder, accounts: Collection[str]) -> None:
        """What is asked for from now on goes into this reading, until `finish`.

        Args:
            accounts: what the reading is for; of others, a changed quantity is still news.
        """
        self._inbox.reading = reading
        self.pushes.begin_read(accounts)

    def finish(self) -> None:
        self._inbox.reading = None

    async def read_positions(self) -> None:
        """All positions of the login, to their end.

        Raises:
            BrokerError: not all of it came.
        """
        await self._complete(POSITIONS, self._socket.request_positions)
        self.stands = self.keeps
        if not self.keeps:
            self._send(self._socket.cancel_positions)

    async def read_account(self, account: str) -> None:
        """One account's values and the prices of its positions, to their end.

        Raises:
            BrokerError: not all of it came.
        """
        self._unfollow()
        self._inbox.account = account
        await self._complete(ACCOUNT, lambda: self._socket.request_account(account))
        self.followed = account
        if not self.keeps:
            self._unfollow()

    async def read_fills(self, reading: SnapshotBuilder) -> None:
        """The executions that TWS still gives.

        A sync can be right about quantities without them, so a refusal or silence here only
        marks the reading.

        Raises:
            BrokerError: the connection broke.
        """
        try:
            await self._answer(EXECUTIONS, self._request_executions, self._timeout_s)
        except (RequestError, TimeoutError) as error:
            log.info("TWS gave no executions: %s", error)
            reading.without_fills()

    # -- subscriptions --

    async def stand(self) -> None:
        """Subscribes to the positions, and knows from then on what is held.

        Raises:
            BrokerError: TWS did not tell all of them.
        """
        self.keeps = True
        await self.quiet()
        self.begin(SnapshotBuilder(), self.accounts)
        try:
            await self.read_positions()
        finally:
            self.finish()

    async def quiet(self) -> None:
        """Ends what stands, and waits until none of its rows can be under way any more.

        Otherwise a row that was pushed before the next request would be taken for its answer.

        Raises:
            BrokerError: TWS is silent.
        """
        if self.stands:
            self.stands = False
            self._send(self._socket.cancel_positions)
            self._unfollow()
            await self.beat(self._timeout_s)

    def follow(self, account: str) -> None:
        """Subscribes to one account's values and prices, instead of the one before."""
        self._unfollow()
        self._send(lambda: self._socket.request_account(account))
        self.followed = account

    def follow_pnl(self, wanted: Collection[PnlKey], most: int) -> bool:
        """Subscribes to these P&L figures and to no others.

        Args:
            wanted: the same accounts each time; the holdings change.
            most: how many requests may be sent now.

        Returns:
            Whether that is all of them.
        """
        keys = self.pushes.pnl_keys
        ended = [request_id for request_id, key in keys.items() if key not in wanted]
        known = set(keys.values())
        fresh = [key for key in wanted if key not in known]
        for request_id in ended[:most]:
            del keys[request_id]
            self._send(partial(self._socket.cancel_pnl, request_id))
        room = max(most - len(ended), 0)
        for key in fresh[:room]:
            self._send(partial(self._request_pnl, key))
        return len(ended) + len(fresh) <= most

    def _request_pnl(self, key: PnlKey) -> None:
        self.pushes.pnl_keys[self._socket.request_pnl(*key)] = key

    def _unfollow(self) -> None:
        if self.followed:
            account, self.followed = self.followed, ""
            self._send(lambda: self._socket.cancel_account(account))

    def _request_executions(self) -> None:
        self._asked = self._socket.request_executions()
        self._asked.add_done_callback(self._on_executions)

    def _on_executions(self, request: "asyncio.Future[object]") -> None:
        error = None if request.cancelled() else request.exception()
        if request is not self._asked:
            return  # a read that is over asked for them
        if error is None:
            self._end(EXECUTIONS)
        elif self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
