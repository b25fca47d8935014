"""Decides which requests reach the API: right host, no web page, right token, small body."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.answers import BUG, Turns, error_answer
from app.domain.model.errors import ApiError

log = logging.getLogger(__name__)

MOST_BODY = 64 * 1024  # bytes
BODY_S = 10.0
HTTP_PORT = 80  # the port that a client may leave out
# Nobody can bring a token to a page that a browser opens. It holds nothing of the user's: it is the
# same for everyone. The OpenAPI document needs the token, because only programs read it.
OPEN_PATHS = frozenset({"/api/docs"})
SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
NOTHING_ALLOWED = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
WRONG_HOST = "This API answers only to {hosts}. Use one of these in the address."
WEB_PAGE = "Web pages may not use this API. Call it from a program, without an Origin header."
NO_TOKEN = (
    "The token is missing or wrong. Send the header 'Authorization: Bearer TOKEN' with the token "
    "that Settings > Automation shows."
)
TOO_LARGE = "The body is larger than 64 KB. This API needs none."
CUT_OFF = "The request ended before its body did."
TOO_SLOW = "The body did not arrive within 10 seconds. This API needs none."


class Gate:
    """ASGI: lets a request through, or refuses it with a sentence.

    A page of another site could make the browser send requests to this computer (CSRF), even under
    a name of its own that leads to 127.0.0.1 (DNS rebinding). The first bring an Origin and no
    token, the second a foreign Host.

    Args:
        matches: whether a token is the right one; raises ApiError.
        port: the one it listens at.
    """

    def __init__(self, app: ASGIApp, matches: Callable[[bytes], bool], port: int) -> None:
        self._app = app
        self._matches = matches
        self._turns = Turns()
        self._hosts = allowed_hosts(port)
        self._wrong_host = WRONG_HOST.format(hosts=", ".join(sorted(self._hosts)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        send = SafeSend(send)
        await self._turns.wait()
        try:
            refusal = self._refusal(scope) or await refused_body(scope, receive)
            await (refusal or self._app)(scope, receive, send)
        except Exception:
            log.exception("a bug ended a request to the API: %s", scope["path"])
            if not send.is_started:
                await error_answer(BUG, 500)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        hosts = values(scope, b"host")
        if len(hosts) != 1 or hosts[0].decode("latin-1").lower() not in self._hosts:
            return error_answer(self._wrong_host, 421)
        if values(scope, b"origin"):
            return error_answer(WEB_PAGE, 403)
        if scope["path"] in OPEN_PATHS:
            return None
        try:
            is_known = self._matches(given_token(scope))
        except ApiError as error:
            return error_answer(str(error), 500)
        return None if is_known else error_answer(NO_TOKEN, 401, {"www-authenticate": "Bearer"})


def allowed_hosts(port: int) -> frozenset[str]:
    names = ("127.0.0.1", "localhost", "[::1]")
    hosts = {f"{name}:{port}" for name in names}
    return frozenset(hosts | set(names) if port == HTTP_PORT else hosts)


def values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


def given_token(scope: Scope) -> bytes:
    """Empty if there is none."""
    given = values(scope, b"authorization")
    scheme, _, token = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
    return token.strip() if scheme.lower() == b"bearer" else b""


async def refused_body(scope: Scope, receive: Receive) -> Response | None:
    """Reads the body of a POST to its end, and forgets it: no request needs one."""
    lengths = values(scope, b"content-length")
    if lengths and int(lengths[0]) > MOST_BODY:  # h11 accepts digits only
        return error_answer(TOO_LARGE, 413)
    if scope["method"] != "POST":
        return None
    size = 0
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":  # in the middle of the body, or before
                    return error_answer(CUT_OFF, 400)
                size += len(message.get("body", b""))
                if size > MOST_BODY:
                    return error_answer(TOO_LARGE, 413)
                if not message.get("more_body", False):
                    return None
    except TimeoutError:
        return error_answer(TOO_SLOW, 408, {"connection": "close"})


class SafeSend:
    """Adds the headers that keep browsers from doing anything with an answer.

    Attributes:
        is_started: the client has the status already.
    """

    def __init__(self, send: Callable[[Message], Awaitable[None]]) -> None:
        self._send = send
        self.is_started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.is_started = True
            headers = [*message["headers"], *SAFE_HEADERS]
            if not any(name == NOTHING_ALLOWED[0] for name, _ in headers):
                headers.append(NOTHING_ALLOWED)
            message = {**message, "headers": headers}
        await self._send(message)
