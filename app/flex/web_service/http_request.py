"""One GET of the service, on a thread of its own; it can be cancelled at any moment.

No error that leaves here has the address in it, because that contains the token.
"""

import asyncio
import contextlib
import http.client
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from app import __version__
from app.domain.fetching.failures import FailureKind, StatementServiceError
from app.domain.text.messages import message
from app.domain.text.system_errors import system_reason
from app.flex.web_service.answer import LATER, AnswerReader, Inflater, cut_off, refused
from app.platform.daemon_thread import in_daemon_thread

HEADERS = {
    "User-Agent": f"PositionSync/{__version__}",  # IBKR refuses requests without one
    "Accept": "application/xml, text/xml",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}
BLOCK = 1 << 16
CHECK_CONNECTION = message("Check the internet connection, and fetch it again.")
NOT_FOUND = message("The address of IBKR's Flex Web Service was not found.")
NO_ANSWER = message("IBKR's Flex Web Service did not answer in time.")
UNTRUSTED = message(
    "The certificate of IBKR's Flex Web Service cannot be verified, so the token was not sent. "
    "Check this computer's clock, and whether a proxy or a virus scanner changes connections."
)
NO_HTTP = message("IBKR's Flex Web Service answered in a form that is not HTTP.")
REDIRECTED = message(
    "IBKR's Flex Web Service referred to another address, where the token was not sent."
)
TOO_LARGE = message("IBKR's statement is larger than 500 MB. Choose a shorter period.")
ODD_STATUS = {429: FailureKind.TOO_MANY}


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """How much and how long.

    Attributes:
        silence_s: seconds without a byte.
        longest_s: seconds for one whole answer.
        largest: bytes of an answer, decompressed.
    """

    silence_s: float = 30.0
    longest_s: float = 900.0
    largest: int = 500_000_000


def ignore(_value: object) -> None:
    """For a short answer, which is neither kept nor counted."""


class HttpRequest:
    """A GET whose answer is read while it arrives.

    Args:
        url: without parameters.
        parameters: added to it; they contain the token.
        write: gets the plain bytes, on the request's thread.
        on_received: gets how many there are so far, on the request's thread.
    """

    def __init__(
        self,
        url: str,
        parameters: Mapping[str, str],
        limits: ServiceLimits,
        *,
        write: Callable[[bytes], object] = ignore,
        on_received: Callable[[int], object] = ignore,
    ) -> None:
        parts = urlsplit(url)
        self._target = f"{parts.path}?{urlencode(parameters)}"
        self._limits = limits
        self._write = write
        self._on_received = on_received
        self._is_cancelled = False
        self._answer = AnswerReader()
        self._inflater = Inflater()
        self._received = 0
        self._connection = connection_to(parts.scheme, parts.netloc, limits.silence_s)

    async def answer(self) -> AnswerReader:
        """The whole answer.

        Raises:
            StatementServiceError: there is none, or it is nothing that the service documents.
        """
        try:
            async with asyncio.timeout(self._limits.longest_s):
                return await in_daemon_thread(self._run, "flex web service")
        except TimeoutError:
            raise unreachable(NO_ANSWER) from None
        finally:
            self.cancel()

    def cancel(self) -> None:
        """Ends the request's thread, unless it has ended; soon, whatever it waits for."""
        self._is_cancelled = True
        open_socket = self._connection.sock
        if open_socket is not None:
            with contextlib.suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)

    def _run(self) -> AnswerReader:
        """Runs on the request's thread."""
        try:
            self._connection.connect()
            if self._is_cancelled:  # while it connected, there was no socket to end
                raise unreachable(NO_ANSWER)
            self._connection.request("GET", self._target, headers=HEADERS)
            with self._connection.getresponse() as response:
                check_status(response.status)
                self._read(response)
            return self._answer
        except (http.client.IncompleteRead, ConnectionResetError):
            raise cut_off() from None
        except http.client.HTTPException:
            raise refused(NO_HTTP) from None
        except OSError as error:
            raise network_error(error) from None
        finally:
            self._connection.close()

    def _read(self, response: http.client.HTTPResponse) -> None:
        announced = response.getheader("Content-Length", "")
        raw = 0
        while block := response.read1(BLOCK):
            raw += len(block)
            for plain in self._inflater.plain(block):
                self._take(plain)
        if announced.isdecimal() and raw < int(announced):
            raise cut_off()
        self._take(self._inflater.rest())
        self._answer.finish()

    def _take(self, plain: bytes) -> None:
        self._received += len(plain)
        if self._received > self._limits.largest:
            raise StatementServiceError(TOO_LARGE, FailureKind.QUERY)
        self._answer.feed(plain)
        if not self._is_cancelled:
            self._write(plain)
            self._on_received(self._received)


def connection_to(scheme: str, netloc: str, timeout_s: float) -> http.client.HTTPConnection:
    """Only https is used for IBKR; plain http is for a service on the own computer."""
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(netloc, timeout=timeout_s, context=context)
    return http.client.HTTPConnection(netloc, timeout=timeout_s)


def check_status(status: int) -> None:
    """Raises: StatementServiceError: it is not 200. A redirection is never followed."""
    if 300 <= status < 400:
        raise refused(REDIRECTED)
    if status >= 500:
        text = message(
            "IBKR's Flex Web Service cannot answer at this time (HTTP {status}).", status=status
        )
        raise StatementServiceError(text, FailureKind.AGAIN, step=LATER)
    if status != 200:
        kind = ODD_STATUS.get(status, FailureKind.ANSWER)
        text = message(
            "IBKR's Flex Web Service refused the request (HTTP {status}).", status=status
        )
        raise StatementServiceError(text, kind, step=LATER)


def network_error(error: OSError) -> StatementServiceError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return StatementServiceError(UNTRUSTED, FailureKind.UNREACHABLE)
    if isinstance(error, socket.gaierror):
        return unreachable(NOT_FOUND)
    if isinstance(error, TimeoutError):
        return unreachable(NO_ANSWER)
    reason = system_reason(error)
    return unreachable(
        message("IBKR's Flex Web Service could not be reached ({reason}).", reason=reason)
    )


def unreachable(cause: str) -> StatementServiceError:
    return StatementServiceError(cause, FailureKind.UNREACHABLE, step=CHECK_CONNECTION)
