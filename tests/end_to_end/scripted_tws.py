"""A small TWS for tests: sends scripted answers, and records the requests.

It knows the wire only: a length prefix, then fields that end with NUL, server version 176. It was
written apart from `app.broker.simulator`, so that no misunderstanding is shared with it.
"""

import contextlib
import socket
import struct
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

UNSET = "1.7976931348623157E308"
VERSION = 176
WAIT_S = 20.0

# Requests (client -> TWS).
PLACE_ORDER, CANCEL_ORDER, GLOBAL_CANCEL = "3", "4", "58"
ACCOUNT_UPDATES, EXECUTIONS, CURRENT_TIME = "6", "7", "49"
POSITIONS, CANCEL_POSITIONS, START_API = "61", "64", "71"

Reply = Callable[["Session", Sequence[str]], None]


@dataclass(frozen=True)
class Contract:
    """A contract as TWS writes it: all texts."""

    con_id: int
    symbol: str
    sec_type: str = "STK"
    currency: str = "USD"
    exchange: str = "NASDAQ"
    multiplier: str = ""
    expiry: str = ""
    strike: str = "0.0"
    right: str = ""
    local_symbol: str = ""

    def fields(self, exchange: str) -> tuple[str, ...]:
        """The eleven fields that a position, a portfolio row and an execution share."""
        return (
            str(self.con_id),
            self.symbol,
            self.sec_type,
            self.expiry,
            self.strike,
            self.right,
            self.multiplier,
            exchange,
            self.currency,
            self.local_symbol or self.symbol,
            self.symbol,
        )


@dataclass(frozen=True)
class Held:
    """A position and its portfolio row; `price` None: TWS has no portfolio row of it."""

    contract: Contract
    quantity: str
    cost: str
    price: str | None = None
    value: str = "0.0"
    unrealized: str = "0.0"
    account: str = "DU1"

    def position(self) -> tuple[str, ...]:
        return (
            "61",
            "3",
            self.account,
            *self.contract.fields(""),
            self.quantity,
            self.cost,
        )

    def portfolio(self) -> tuple[str, ...]:
        return (
            "7",
            "8",
            *self.contract.fields(self.contract.exchange),
            self.quantity,
            self.price or "0.0",
            self.value,
            self.cost,
            self.unrealized,
            "0.0",
            self.account,
        )


@dataclass(frozen=True)
class Execution:
    """An execution, and its commission report unless `commission` is None.

    Attributes:
        side: "BOT" or "SLD".
        at: TWS gives it to the second; None until the trade is reported.
    """

    contract: Contract
    side: str
    shares: str
    price: str
    exec_id: str
    at: datetime | None = None
    commission: str | None = None
    realized: str = UNSET
    account: str = "DU1"

    def details(self, req_id: str) -> tuple[str, ...]:
        assert self.at is not None
        return (
            "11",
            req_id,
            "0",
            *self.contract.fields(self.contract.exchange),
            self.exec_id,
            self.at.strftime("%Y%m%d %H:%M:%S UTC"),
            self.account,
            self.contract.exchange,
            self.side,
            self.shares,
            self.price,
            "1234567",
            "0",
            "0",
            self.shares,
            self.price,
            "",
            "",
            "0.0",
            "",
            "1",
        )

    def report(self) -> tuple[str, ...]:
        return (
            "59",
            "1",
            self.exec_id,
            self.commission or "",
            self.contract.currency,
            self.realized,
            UNSET,
            "",
        )


class Session:
    """One client's connection."""

    def __init__(self, tws: "ScriptedTws", connection: socket.socket) -> None:
        self.tws = tws
        self.connection = connection
        self.client_id: str | None = None
        self._received = b""

    def send(self, *fields: str) -> None:
        """One message."""
        self.raw(framed(fields))

    def raw(self, data: bytes) -> None:
        """Sends bytes unchanged; does nothing if the client has gone."""
        with contextlib.suppress(OSError):
            if not self.tws.trickles:
                self.connection.sendall(data)
                return
            for byte in data:
                self.connection.sendall(bytes([byte]))

    def error(self, code: int, text: str, req_id: str = "-1") -> None:
        self.send("4", "2", req_id, str(code), text, "")

    def drop(self) -> None:
        """Closes the connection, after what was sent."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def receive(self, count: int) -> bytes:
        while len(self._received) < count:
            data = self.connection.recv(65_536)
            if not data:
                raise ConnectionResetError
            self._received += data
        taken, self._received = self._received[:count], self._received[count:]
        return taken

    def message(self) -> list[str]:
        (length,) = struct.unpack(">I", self.receive(4))
        return self.receive(length).decode().split("\0")[:-1]

    def serve(self) -> None:
        """Serves the client until it disconnects or is dropped."""
        with contextlib.suppress(OSError):
            self.tws.greet(self)
            while True:
                self.tws.answer(self, self.message())
        self.tws.forget(self)


def framed(fields: Sequence[str]) -> bytes:
    body = "".join(f"{text}\0" for text in fields).encode()
    return struct.pack(">I", len(body)) + body


class ScriptedTws:
    """Listens on a port of its own; a test changes the attributes between two syncs.

    Attributes:
        accounts: as in the list of managed accounts.
        held: positions with their portfolio rows, of all accounts, in the order sent.
        values: (account, key, value, currency).
        requests: every message received after the greeting, in order.
        client_ids: of every startApi, in order.
        connections: how many clients have connected.
        trickles: every byte is sent alone.
        reports_first: commission reports come with their executions, not after the last one.
        refused_ids: client ids that another program has taken.
    """

    def __init__(self) -> None:
        self.accounts: list[str] = ["DU1"]
        self.held: list[Held] = []
        self.executions: list[Execution] = []
        self.values: list[tuple[str, str, str, str]] = []
        self.requests: list[list[str]] = []
        self.client_ids: list[str] = []
        self.refused_ids: set[str] = set()
        self.connections = 0
        self.trickles = False
        self.reports_first = False
        self.version = VERSION
        self.greeting: Callable[[Session], None] | None = None
        self._scripts: defaultdict[str, deque[Reply]] = defaultdict(deque)
        self._always: dict[str, Reply] = {}
        self._news = threading.Condition()
        self._sessions: list[Session] = []
        self._threads: list[threading.Thread] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> "ScriptedTws":
        self._start(self._accept)
        return self

    def stop_listening(self) -> None:
        """Refuses connections from now on."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def __exit__(self, *_exception: object) -> None:
        self.stop_listening()
        for session in list(self._sessions):
            session.drop()
        for thread in self._threads:
            thread.join(WAIT_S)
            assert not thread.is_alive()

    def _start(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                session = Session(self, connection)
                with self._news:
                    self.connections += 1
                    self._sessions.append(session)
                    self._news.notify_all()
                self._start(session.serve)

    def forget(self, session: Session) -> None:
        session.connection.close()
        with self._news:
            self._sessions.remove(session)
            self._news.notify_all()

    # -- the script --

    def trade(self, *executions: Execution) -> None:
        """Adds executions, which happened now unless they have a time."""
        now = datetime.now(UTC)
        self.executions += [replace(done, at=done.at or now) for done in executions]

    def once(self, request: str, *replies: Reply) -> None:
        """Sets the next answers to a request; the usual one follows after them."""
        self._scripts[request].extend(replies)

    def always(self, request: str, reply: Reply) -> None:
        self._always[request] = reply

    def behave(self) -> None:
        """Forgets all scripts."""
        self._scripts.clear()
        self._always.clear()
        self.greeting = None
        self.trickles = False
        self.version = VERSION
        self.refused_ids.clear()

    # -- what it was asked --

    def asked(self, request: str) -> list[list[str]]:
        return [fields for fields in self.requests if fields[0] == request]

    def wait_until_asked(self, request: str, count: int = 1) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self.asked(request)) >= count, WAIT_S), request

    def wait_until_alone(self) -> None:
        """Waits until every client has gone."""
        with self._news:
            assert self._news.wait_for(lambda: not self._sessions, WAIT_S)

    # -- the usual answers --

    def greet(self, session: Session) -> None:
        if self.greeting is not None:
            self.greeting(session)
            return
        assert session.receive(4) == b"API\0"
        (length,) = struct.unpack(">I", session.receive(4))
        session.receive(length)
        session.send(str(self.version), datetime.now(UTC).strftime("%Y%m%d %H:%M:%S UTC"))

    def answer(self, session: Session, fields: list[str]) -> None:
        with self._news:
            self.requests.append(fields)
            scripted = self._scripts[fields[0]]
            reply = scripted.popleft() if scripted else self._always.get(fields[0])
            self._news.notify_all()
        usual: dict[str, Reply] = {
            START_API: start_api,
            POSITIONS: all_positions,
            EXECUTIONS: all_executions,
            ACCOUNT_UPDATES: account_download,
            CURRENT_TIME: current_time,
        }
        (reply or usual.get(fields[0], nothing))(session, fields)

    def log_in(self, session: Session, client_id: str) -> bool:
        """Whether the id is free."""
        with self._news:
            self.client_ids.append(client_id)
            taken = {other.client_id for other in self._sessions} | self.refused_ids
            if client_id in taken:
                return False
            session.client_id = client_id
            return True


def nothing(_session: Session, _fields: Sequence[str]) -> None:
    """TWS stays silent."""


def start_api(session: Session, fields: Sequence[str]) -> None:
    if not session.tws.log_in(session, fields[2]):
        session.error(326, "Unable to connect as the client id is already in use.")
        session.drop()
        return
    session.send("15", "1", ",".join(session.tws.accounts))
    session.send("9", "1", "1")
    session.error(2104, "Market data farm connection is OK:usfarm")


def all_positions(session: Session, _fields: Sequence[str]) -> None:
    session.raw(b"".join(framed(held.position()) for held in session.tws.held))
    session.send("62", "1")


def all_executions(session: Session, fields: Sequence[str]) -> None:
    tws = session.tws
    for execution in tws.executions:
        session.send(*execution.details(fields[2]))
        if tws.reports_first and execution.commission is not None:
            session.send(*execution.report())
    session.send("55", "1", fields[2])
    for execution in tws.executions:
        if not tws.reports_first and execution.commission is not None:
            session.send(*execution.report())


def account_download(session: Session, fields: Sequence[str]) -> None:
    _, _, subscribe, account = fields
    if subscribe != "1":
        return
    account_rows(session, account)
    session.send("54", "1", account)


def account_rows(session: Session, account: str) -> None:
    """The values and prices of one account, without the end."""
    tws = session.tws
    for owner, key, value, currency in tws.values:
        if owner == account:
            session.send("6", "2", key, value, currency, owner)
    rows = [held for held in tws.held if held.account == account and held.price is not None]
    session.raw(b"".join(framed(held.portfolio()) for held in rows))
    session.send("8", "1", "10:00")


def current_time(session: Session, _fields: Sequence[str]) -> None:
    session.send("49", "1", str(int(datetime.now(UTC).timestamp())))
