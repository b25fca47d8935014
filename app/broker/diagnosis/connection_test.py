"""Tests a connection to TWS step by step, over a session like a sync's, which it closes again.

Nothing is stored.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.broker import errors
from app.broker.connection.manager import import_session
from app.broker.diagnosis.texts import advice, reason
from app.broker.endpoint import CLIENT_IDS_TRIED
from app.broker.known_ports import KNOWN_PORTS, listening_ports
from app.broker.protocol.field_parsing import WireError
from app.broker.reading.change_detector import ChangeDetector
from app.broker.reading.snapshot_builder import SnapshotBuilder
from app.broker.reading.update_batcher import UpdateBatcher
from app.domain.connection.test_result import (
    ConnectionTest,
    ConnectionTestStep,
    DiscoveredEndpoint,
    Outcome,
    Step,
    Target,
)
from app.domain.model.clock import utc_now
from app.domain.model.errors import BrokerError
from app.domain.text.messages import message, message_plural

if TYPE_CHECKING:
    from app.broker.connection.session import TwsSession

Publish = Callable[[ConnectionTest], None]
# What a step of a session can raise.
FAILURES = (OSError, WireError, BrokerError, errors.ClientIdInUseError)


async def search(host: str, ports: tuple[int, ...]) -> tuple[DiscoveredEndpoint, ...]:
    """The ports on which something listens, of these and of IBKR's usual ones."""
    wanted = tuple(dict.fromkeys((*ports, *KNOWN_PORTS)))
    listening = await listening_ports(host, wanted)
    return tuple(DiscoveredEndpoint(host, port, KNOWN_PORTS.get(port, "")) for port in listening)


async def probe(target: Target, publish: Publish) -> ConnectionTest:
    """Runs the steps up to the first that fails, and publishes each.

    It skips client ids that are in use, as a sync does. Every wait ends after the target's
    timeout; cancelling closes the connection too.
    """
    if target.client_id <= 0:
        raise ValueError("with client id 0, TWS would hand over the orders placed by hand")
    return await ConnectionTester(target, publish).run()


async def new_session(timeout_s: float) -> "TwsSession":
    """A session whose changes nobody observes."""
    await import_session()
    from app.broker.connection.session import TwsSession

    changes = ChangeDetector(
        on_event=lambda _event: None,
        updates=UpdateBatcher(interval_s=0.0),
        on_holdings_changed=lambda: None,
        clock=utc_now,
    )
    return TwsSession(timeout_s=timeout_s, on_change=lambda: None, changes=changes)


class ConnectionTester:
    """Runs one test."""

    def __init__(self, target: Target, publish: Publish) -> None:
        self._target = target
        self._publish = publish
        self._now = ConnectionTest(target)
        self._step = Step.PORT

    async def run(self) -> ConnectionTest:
        first = self._target.client_id
        for client_id in range(first, first + CLIENT_IDS_TRIED):
            self._begin(Step.PORT)
            session = await new_session(self._target.timeout_s)
            try:
                await self._run_steps(session, client_id)
            except errors.ClientIdInUseError as error:
                if client_id < first + CLIENT_IDS_TRIED - 1:
                    continue
                self._fail(error)
            except FAILURES as error:
                self._fail(error)
            finally:
                await session.close()
            break
        return self._now

    async def _run_steps(self, session: "TwsSession", client_id: int) -> None:
        host, port, first = self._target.host, self._target.port, self._target.client_id
        await session.open(host, port)
        self._pass(message("Something listens at {host}:{port}.", host=host, port=port))
        self._begin(Step.HANDSHAKE)
        await session.greet()
        self._pass(message("TWS answers (API version {version}).", version=session.api_version))
        self._begin(Step.CLIENT_ID)
        await self._log_in(session, client_id)
        free = message("Client id {id} is free.", id=client_id)
        other = message(
            "Client id {first} is in use, so {id} is used instead.", first=first, id=client_id
        )
        self._pass(free if client_id == first else other)
        self._begin(Step.ACCOUNTS)
        self._now = replace(self._now, accounts=session.accounts)
        self._pass(", ".join(session.accounts))
        self._begin(Step.READING)
        await self._read_positions(session)

    async def _log_in(self, session: "TwsSession", client_id: int) -> None:
        """TWS answers the client id and names the accounts in one."""
        try:
            await session.start(client_id)
        except errors.ClientIdInUseError:
            raise
        except FAILURES:
            self._pass(message("TWS did not refuse client id {id}.", id=client_id))
            self._begin(Step.ACCOUNTS)
            raise

    async def _read_positions(self, session: "TwsSession") -> None:
        session.begin_read(SnapshotBuilder(), session.accounts)
        await session.read_positions()
        if session.link_lost:
            raise errors.link_lost()
        count = sum(map(bool, session.changes.quantities.values()))
        self._now = replace(self._now, positions=count)
        self._pass(
            message_plural("TWS sent {count} position.", "TWS sent {count} positions.", count)
        )

    def _begin(self, step: Step) -> None:
        self._step = step
        self._show(Outcome.RUNNING)

    def _pass(self, text: str) -> None:
        self._show(Outcome.PASSED, text)

    def _fail(self, error: Exception) -> None:
        text = reason(self._step, error, self._target)
        self._show(Outcome.FAILED, text, advice(self._step, error, self._target.port))

    def _show(self, outcome: Outcome, text: str = "", advice: tuple[str, ...] = ()) -> None:
        self._now = self._now.with_step(ConnectionTestStep(self._step, outcome, text, advice))
        self._publish(self._now)
