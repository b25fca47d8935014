"""A Flex Web Service on the loopback: a real HTTP server in a thread, which answers as scripted."""

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

PATH = "/AccountManagement/FlexWebService"
TOKEN = "771234567890123456789012"
REFERENCE = "5566778899"


@dataclass(frozen=True)
class Asked:
    """One request as it came: `verb` is SendRequest or GetStatement."""

    verb: str
    parameters: dict[str, str]
    user_agent: str


class Visitor(BaseHTTPRequestHandler):
    """Answers one request with what the script has next for it."""

    protocol_version = "HTTP/1.1"
    server: "FakeServer"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        verb = parts.path.removeprefix(f"{PATH}/")
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.server.service.asked.append(Asked(verb, given, self.headers.get("User-Agent", "")))
        self.close_connection = True
        self.server.service.next_answer(verb)(self)

    def log_message(self, *_arguments: object) -> None:
        """Nothing on stderr."""

    def send_body(
        self, body: bytes, status: int = 200, *, length: int | None = None, **headers: str
    ) -> None:
        """Args: length: what is announced, if not the truth."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class FakeServer(ThreadingHTTPServer):
    daemon_threads = True
    service: "FakeService"

    def handle_error(self, *_arguments: object) -> None:
        """Nothing: a client that has gone is what some tests are about."""


Answer = Callable[[Visitor], object]


class FakeService:
    """The service.

    Attributes:
        asked: all requests, in their order.
        released: lets answers go that hang; set at the end.
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.released = threading.Event()
        self.is_hanging = threading.Event()
        self._server = FakeServer(("127.0.0.1", 0), Visitor)
        self._server.service = self
        self._scripts: dict[str, list[Answer]] = {"SendRequest": [], "GetStatement": []}
        self._last: dict[str, Answer] = {
            "SendRequest": text(self.reference()),
            "GetStatement": error(1017),
        }
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: object, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def base(self) -> str:
        return f"http://{self.host}{PATH}"

    def reference(self, url: str | None = None) -> str:
        return response(
            Status="Success",
            ReferenceCode=REFERENCE,
            Url=f"{self.base}/GetStatement" if url is None else url,
        )

    def requests(self, *answers: Answer) -> None:
        """What SendRequest answers, in turn; then the reference to a statement."""
        self._scripts["SendRequest"] += answers

    def statements(self, *answers: Answer) -> None:
        """What GetStatement answers, in turn; the last one for ever."""
        self._scripts["GetStatement"] += answers

    def next_answer(self, verb: str) -> Answer:
        script = self._scripts.get(verb)
        if script is None:
            return text("<html>not here</html>", status=404)
        if script:
            answer = script.pop(0)
            if verb == "GetStatement":
                self._last[verb] = answer
            return answer
        return self._last[verb]

    def hang(self, _visitor: Visitor) -> None:
        """Says nothing until the test ends."""
        self.is_hanging.set()
        self.released.wait()

    def hang_in_body(self, visitor: Visitor) -> None:
        """Begins a statement, and says nothing more."""
        visitor.send_body(b"<FlexQueryResponse>", length=10_000)
        visitor.wfile.flush()
        self.hang(visitor)

    def counted(self, verb: str) -> int:
        return sum(asked.verb == verb for asked in self.asked)


def response(**fields: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    stamp = "timestamp='28 November, 2026 10:37 AM EST'"
    return f"<FlexStatementResponse {stamp}>{inner}</FlexStatementResponse>"


def text(body: str | bytes, status: int = 200, **headers: str) -> Answer:
    content = body.encode() if isinstance(body, str) else body
    return lambda visitor: visitor.send_body(content, status, **headers)


def error(code: int | str, message: str = "Said by IBKR.") -> Answer:
    return text(response(Status="Fail", ErrorCode=str(code), ErrorMessage=message))


def cut_off(body: str, missing: int = 10) -> Answer:
    """Announces more than it sends."""
    content = body.encode()
    return lambda visitor: visitor.send_body(content[:-missing], length=len(content))


def zipped(body: str) -> Answer:
    return text(gzip.compress(body.encode()), **{"Content-Encoding": "gzip"})


def endless(block: bytes = b"<Trade />" * 1_000) -> Answer:
    """A statement without an end, chunk by chunk."""

    def answer(visitor: Visitor) -> None:
        visitor.send_response(200)
        visitor.send_header("Transfer-Encoding", "chunked")
        visitor.end_headers()
        for part in parts():
            visitor.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

    def parts() -> Iterator[bytes]:
        yield b"<FlexQueryResponse><FlexStatements><FlexStatement><Trades>"
        while True:
            yield block

    return answer


@contextmanager
def fake_service() -> Iterator[FakeService]:
    with FakeService() as service:
        yield service
