"""What the desks that answer requests see of the client's connection."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.state import SimulatedAccount
from app.broker.simulator.server.codes import NO_REQUEST, ErrorCode
from app.broker.simulator.server.faults import Faults
from app.broker.simulator.server.protocol import Fields
from app.broker.simulator.server.subscriptions import Subscriptions

ALL = "All"  # how a request names all accounts

Handler = Callable[[Fields], None]
Routes = dict[int, Handler]  # request number -> what answers it


class Channel(Protocol):
    """The way back to one client."""

    @property
    def version(self) -> int: ...

    def send(self, *messages: Fields) -> None: ...

    def refuse(self, code: ErrorCode | int, explanation: str, request_id: int = NO_REQUEST) -> None:
        """Answers with an error."""
        ...

    def drop(self) -> None:
        """Cuts the connection once what was sent is out."""
        ...


@dataclass(frozen=True, slots=True)
class SessionContext:
    """What a desk needs to serve one client."""

    market: Market
    faults: Faults
    channel: Channel
    subscriptions: Subscriptions


class RequestHandler:
    """Serves one client's requests of one kind."""

    def __init__(self, service: SessionContext) -> None:
        self._market = service.market
        self._faults = service.faults
        self._channel = service.channel
        self._subscriptions = service.subscriptions


def invalid(cause: str) -> str:
    """The text of error 321, as TWS words it."""
    return f"Error validating request.-'bW' : cause - {cause}"


def chosen(accounts: tuple[SimulatedAccount, ...], number: str) -> tuple[SimulatedAccount, ...]:
    """The accounts that a request names: all of them, one, none; the first for an empty name."""
    if number == ALL:
        return accounts
    return tuple(a for a in accounts if a.number == number) if number else accounts[:1]
