"""Tests a connection to TWS step by step, over one connection that it closes; sends no order.

It sends the few messages that it needs without ib_insync, so that it knows which step fails.
Nothing is stored.
"""

from collections.abc import Callable
from dataclasses import replace

from app.broker import errors
from app.broker.diagnosis.handshake_client import (
    BROKEN,
    HandshakeClient,
    ResponseTimeout,
)
from app.broker.diagnosis.texts import (
    ACCOUNTS_ADVICE,
    CLIENT_ID_ADVICE,
    HANDSHAKE_ADVICE,
    READING_ADVICE,
    port_advice,
)
from app.broker.endpoint import CLIENT_IDS_TRIED
from app.domain.connection.test_result import (
    ConnectionTest,
    ConnectionTestStep,
    DiscoveredEndpoint,
    Outcome,
    Step,
    Target,
)
from app.domain.model.errors import BrokerError

Publish = Callable[[ConnectionTest], None]


async def search(host: str, ports: tuple[int, ...]) -> tuple[DiscoveredEndpoint, ...]:
    """The ports on which something listens, of these and of IBKR's usual ones."""
    wanted = tuple(dict.fromkeys((*ports, *errors.KNOWN_PORTS)))
    listening = await errors.listening_ports(host, wanted)
    return tuple(
        DiscoveredEndpoint(host, port, errors.KNOWN_PORTS.get(port, "")) for port in listening
    )


async def probe(target: Target, publish: Publish) -> ConnectionTest:
    """Runs the steps up to the first that fails, and publishes each.

    It skips client ids that are in use, as a sync does. Every wait ends after the target's
    time-out; cancelling closes the connection too.
    """
    return await ConnectionTester(target, publish).run()


class StepFailed(Exception):
    """A step failed; its text is the reason, for the user."""

    def __init__(self, step: Step, text: str, advice: tuple[str, ...]) -> None:
        super().__init__(text)
        self.check = ConnectionTestStep(step, Outcome.FAILED, text, advice)


class ConnectionTester:
    """Runs one test."""

    def __init__(self, target: Target, publish: Publish) -> None:
        if target.client_id <= 0:
            raise ValueError("with client id 0, TWS would hand over the orders placed by hand")
        self._target = target
        self._publish = publish
        self._now = ConnectionTest(target)

    async def run(self) -> ConnectionTest:
        try:
            for client_id in self._client_ids():
                if await self._attempt(client_id):
                    break
        except StepFailed as failed:
            self._show(failed.check)
        return self._now

    def _client_ids(self) -> range:
        first = self._target.client_id
        return range(first, first + CLIENT_IDS_TRIED)

    async def _attempt(self, client_id: int) -> bool:
        """Runs the test with this client id; returns False if the id is in use."""
        client = await self._open()
        try:
            await self._shake_hands(client)
            try:
                accounts = await self._start_api(client, client_id)
            except errors.ClientIdInUseError:
                return False
            self._check_accounts(accounts)
            await self._read_positions(client)
            return True
        finally:
            await client.close()

    async def _open(self) -> HandshakeClient:
        host, port, timeout_s = self._target.host, self._target.port, self._target.timeout_s
        self._begin(Step.PORT)
        try:
            client = await HandshakeClient.open(host, port, timeout_s)
        except TimeoutError:
            text = str(errors.unreachable(host, port, timeout_s))
            raise StepFailed(Step.PORT, text, port_advice(port)) from None
        except OSError as error:
            if isinstance(error, ConnectionRefusedError) or errors.all_refused(error):
                text = f"Nothing listens at {host}:{port}."
                raise StepFailed(Step.PORT, text, port_advice(port)) from None
            text = str(errors.no_route(host, port, error))
            raise StepFailed(Step.PORT, text, ()) from None
        self._pass(Step.PORT, f"Something listens at {host}:{port}.")
        return client

    async def _shake_hands(self, client: HandshakeClient) -> None:
        self._begin(Step.HANDSHAKE)
        host, port = self._target.host, self._target.port
        try:
            version = await client.greet()
        except ResponseTimeout:
            text = f"It did not answer as TWS within {self._target.timeout_s:g} s."
        except (OSError, EOFError):
            text = str(errors.closed_in_handshake(host, port))
        except ValueError:
            text = f"What listens at {host}:{port} is not TWS."
        else:
            self._pass(Step.HANDSHAKE, f"TWS answers (API version {version}).")
            return
        raise StepFailed(Step.HANDSHAKE, text, HANDSHAKE_ADVICE)

    async def _start_api(self, client: HandshakeClient, client_id: int) -> tuple[str, ...]:
        """The accounts. Raises: ClientIdInUseError: if another client id is left to try."""
        self._begin(Step.CLIENT_ID)
        first, last = self._client_ids()[0], self._client_ids()[-1]
        step = Step.ACCOUNTS
        try:
            accounts = await client.start(client_id)
        except errors.ClientIdInUseError:
            if client_id < last:
                raise
            step, text = Step.CLIENT_ID, f"The client ids {first} to {last} are all in use at TWS."
        except ResponseTimeout:
            text = f"TWS named no account within {self._target.timeout_s:g} s."
        except BrokerError as error:
            text = str(error)
        except BROKEN:
            text = "TWS closed the connection before it named its accounts."
        else:
            free = f"Client id {client_id} is free."
            in_use = f"Client id {first} is in use, so {client_id} is taken instead."
            self._pass(Step.CLIENT_ID, free if client_id == first else in_use)
            return accounts
        if step is Step.CLIENT_ID:
            raise StepFailed(step, text, CLIENT_ID_ADVICE)
        self._pass(Step.CLIENT_ID, f"TWS did not refuse client id {client_id}.")
        raise StepFailed(step, text, ACCOUNTS_ADVICE)

    def _check_accounts(self, accounts: tuple[str, ...]) -> None:
        self._begin(Step.ACCOUNTS)
        if not accounts:
            text = "TWS answers, but names no account."
            raise StepFailed(Step.ACCOUNTS, text, ACCOUNTS_ADVICE)
        self._now = replace(self._now, accounts=accounts)
        self._pass(Step.ACCOUNTS, ", ".join(accounts))

    async def _read_positions(self, client: HandshakeClient) -> None:
        self._begin(Step.READING)
        try:
            count = await client.count_positions()
        except ResponseTimeout:
            text = f"TWS did not send the positions to their end in {self._target.timeout_s:g} s."
            raise StepFailed(Step.READING, text, READING_ADVICE) from None
        except BrokerError as error:
            raise StepFailed(Step.READING, str(error), READING_ADVICE) from None
        except BROKEN:
            text = "TWS closed the connection while sending the positions."
            raise StepFailed(Step.READING, text, READING_ADVICE) from None
        self._now = replace(self._now, positions=count)
        what = "1 position" if count == 1 else f"{count} positions"
        self._pass(Step.READING, f"TWS sent {what}, to the end.")

    def _begin(self, step: Step) -> None:
        self._show(ConnectionTestStep(step, Outcome.RUNNING))

    def _pass(self, step: Step, text: str) -> None:
        self._show(ConnectionTestStep(step, Outcome.PASSED, text))

    def _show(self, check: ConnectionTestStep) -> None:
        self._now = self._now.with_step(check)
        self._publish(self._now)
