"""One session with TWS: its reads, one after another, and its subscriptions."""

import logging
from collections.abc import Callable, Collection
from functools import partial

from app.broker.connection.request_channel import RequestChannel
from app.broker.errors import RequestRefusedError
from app.broker.reading.change_detector import ChangeDetector, PnlKey
from app.broker.reading.message_router import ACCOUNT, EXECUTIONS, POSITIONS
from app.broker.reading.snapshot_builder import SnapshotBuilder

log = logging.getLogger(__name__)


class TwsSession(RequestChannel):
    """Reads positions, accounts and executions, and subscribes to their changes.

    Attributes:
        keep_subscriptions: they outlast a read, so that TWS goes on pushing changes.
        is_subscribed: to the positions.
        subscribed_account: whose values and prices are pushed; empty for none.
    """

    def __init__(
        self, *, timeout_s: float, on_change: Callable[[], None], changes: ChangeDetector
    ) -> None:
        super().__init__(timeout_s=timeout_s, on_change=on_change, changes=changes)
        self.keep_subscriptions = False
        self.is_subscribed = False
        self.subscribed_account = ""

    def begin_read(self, builder: SnapshotBuilder, accounts: Collection[str]) -> None:
        """Collects all answers in this builder, until `end_read`.

        Args:
            accounts: those that are read; a changed quantity of another one is an event.
        """
        self._router.builder = builder
        self.changes.begin_read(accounts)

    def end_read(self) -> None:
        self._router.builder = None

    async def read_positions(self) -> None:
        """Reads all positions of the login, to their end.

        Raises:
            BrokerError: the answer failed or was incomplete.
        """
        await self._read_to_end(POSITIONS, self._transport.request_positions)
        self.is_subscribed = self.keep_subscriptions
        if not self.keep_subscriptions:
            self._send(self._transport.cancel_positions)

    async def read_account(self, account: str) -> None:
        """Reads one account's values and the prices of its positions, to their end.

        Raises:
            BrokerError: the answer failed or was incomplete.
        """
        self._unsubscribe_account()
        self._router.account = account
        await self._read_to_end(ACCOUNT, lambda: self._transport.request_account(account))
        self.subscribed_account = account
        if not self.keep_subscriptions:
            self._unsubscribe_account()

    async def read_fills(self, builder: SnapshotBuilder) -> None:
        """Reads the executions that TWS still has.

        Quantities are right without them, so an error or timeout here only marks the snapshot
        as incomplete.

        Raises:
            BrokerError: the connection was lost.
        """
        try:
            await self._wait_for_answer(EXECUTIONS, self._request_executions, self._timeout_s)
        except (RequestRefusedError, TimeoutError) as error:
            log.info("TWS gave no executions: %s", error)
            builder.drop_fills()

    # -- subscriptions --

    async def subscribe_positions(self) -> None:
        """Subscribes to the positions, and reads them once as the base for changes.

        Raises:
            BrokerError: TWS did not send all of them.
        """
        self.keep_subscriptions = True
        await self.drain_subscriptions()
        self.begin_read(SnapshotBuilder(), self.accounts)
        try:
            await self.read_positions()
        finally:
            self.end_read()

    async def drain_subscriptions(self) -> None:
        """Ends the subscriptions, and waits until none of their rows can still arrive.

        Otherwise a row that was pushed before the next request would be taken for its answer.

        Raises:
            BrokerError: TWS does not answer.
        """
        if self.is_subscribed:
            self.is_subscribed = False
            self._send(self._transport.cancel_positions)
            self._unsubscribe_account()
            await self.heartbeat(self._timeout_s)

    def subscribe_account(self, account: str) -> None:
        """Subscribes to one account's values and prices; replaces the one before."""
        self._unsubscribe_account()
        self._send(lambda: self._transport.request_account(account))
        self.subscribed_account = account

    def subscribe_pnl(self, wanted: Collection[PnlKey], most: int) -> bool:
        """Subscribes to these P&L figures and to no others.

        Args:
            wanted: the same accounts each time, and the present holdings.
            most: the number of requests that may be sent now.

        Returns:
            Whether all were sent.
        """
        keys = self.changes.pnl_keys
        unwanted = [request_id for request_id, key in keys.items() if key not in wanted]
        known = set(keys.values())
        new = [key for key in wanted if key not in known]
        for request_id in unwanted[:most]:
            del keys[request_id]
            self._send(partial(self._transport.cancel_pnl, request_id))
        room = max(most - len(unwanted), 0)
        for key in new[:room]:
            self._send(partial(self._request_pnl, key))
        return len(unwanted) + len(new) <= most

    def _request_pnl(self, key: PnlKey) -> None:
        self.changes.pnl_keys[self._transport.request_pnl(*key)] = key

    def _unsubscribe_account(self) -> None:
        if self.subscribed_account:
            account, self.subscribed_account = self.subscribed_account, ""
            self._send(lambda: self._transport.cancel_account(account))

    def _request_executions(self) -> None:
        self._router.executions_id = self._transport.request_executions()
