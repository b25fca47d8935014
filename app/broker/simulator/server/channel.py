"""What the request handlers know of a client's connection."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.state import SimulatedAccount
from app.broker.simulator.server.codes import NO_REQUEST, ErrorCode
from app.broker.simulator.server.faults import Faults
from app.broker.simulator.server.protocol import Fields
from app.broker.simulator.server.subscriptions import Subscriptions

ALL = "All"  # stands for all accounts in a request

Handler = Callable[[Fields], None]
Routes = dict[int, Handler]  # request number -> handler


class Channel(Protocol):
    """Sends messages to one client."""

    @property
    def version(self) -> int: ...

    def send(self, *messages: Fields) -> None: ...

    def refuse(self, code: ErrorCode | int, explanation: str, request_id: int = NO_REQUEST) -> None:
        """Answers with an error."""
        ...

    def drop(self) -> None:
        """Closes the connection after everything was sent."""
        ...


@dataclass(frozen=True, slots=True)
class SessionContext:
    """What a handler needs to serve one client."""

    market: Market
    faults: Faults
    channel: Channel
    subscriptions: Subscriptions


class RequestHandler:
    """Serves one client's requests of one kind."""

    def __init__(self, context: SessionContext) -> None:
        self._market = context.market
        self._faults = context.faults
        self._channel = context.channel
        self._subscriptions = context.subscriptions

    def _refuse_account(self, number: str, request_id: int = NO_REQUEST) -> None:
        explanation = invalid(f"Invalid account code '{number}'.")
        self._channel.refuse(ErrorCode.INVALID_REQUEST, explanation, request_id)


def invalid(cause: str) -> str:
    """The text of error 321, as TWS words it."""
    return f"Error validating request.-'bW' : cause - {cause}"


def chosen(accounts: tuple[SimulatedAccount, ...], number: str) -> tuple[SimulatedAccount, ...]:
    """The accounts that a request means: all, one or none; the first one for an empty number."""
    if number == ALL:
        return accounts
    return tuple(a for a in accounts if a.number == number) if number else accounts[:1]
