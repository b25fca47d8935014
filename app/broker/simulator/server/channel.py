"""What the request handlers know of a client's connection, and what they share."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Protocol

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.state import SimulatedAccount
from app.broker.simulator.server.codes import NO_REQUEST, ErrorCode, RequestCode
from app.broker.simulator.server.faults import Faults
from app.broker.simulator.server.protocol import Fields

ALL = "All"  # stands for all accounts in a request

Handler = Callable[[Fields], None]
Routes = dict[int, Handler]  # request number -> handler
Rows = dict[Hashable, Fields]  # the subject of a row -> its message


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


class Subscriptions:
    """The subscriptions of one client, each with a function that returns its current rows."""

    def __init__(self) -> None:
        self._rows: dict[Hashable, Callable[[], Rows]] = {}
        self._sent: dict[Hashable, Rows] = {}

    def start(self, key: Hashable, rows: Callable[[], Rows]) -> tuple[Fields, ...]:
        """Subscribes, replacing one with the same key; returns the current rows."""
        self._rows[key] = rows
        self._sent[key] = rows()
        return tuple(self._sent[key].values())

    def stop(self, key: Hashable) -> None:
        self._rows.pop(key, None)
        self._sent.pop(key, None)

    def count(self, kind: int) -> int:
        """The number of subscriptions with a key (kind, request id) of this kind."""
        return sum(isinstance(key, tuple) and key[0] == kind for key in self._rows)

    def changes(self) -> tuple[Fields, ...]:
        """The rows that have changed since they were last sent; they count as sent now."""
        changed: list[Fields] = []
        for key, rows in self._rows.items():
            sent, now = self._sent[key], rows()
            changed += [row for about, row in now.items() if sent.get(about) != row]
            self._sent[key] = now
        return tuple(changed)


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

    def _subscribe(self, key: Hashable, rows: Callable[[], Rows], *end: Fields) -> None:
        """Sends the present rows and the end of the answer, and from now on what changes."""
        self._channel.send(*self._subscriptions.start(key, rows), *end)

    def _canceller(self, kind: RequestCode, place: int) -> Handler:
        """Ends the subscription whose request id is in that field of the request."""
        return lambda request: self._subscriptions.stop((kind, int(request[place])))

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
