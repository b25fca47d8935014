"""TWS's framing: a 4-byte length, then NUL-terminated fields. Knows no message."""

import re
import struct
from decimal import Decimal

from app.broker.simulator.server.codes import NEWEST_VERSION, OLDEST_VERSION
from app.domain.model.instruments import plain

Fields = tuple[str, ...]

UNSET = "1.7976931348623157E308"  # how TWS writes a double that has no value
GREETING = b"API\0"
MAX_FRAME = 1 << 20  # bytes; far above any request that is served

_VERSIONS = re.compile(r"v(\d{1,9})\.\.(\d{1,9})(?: .*)?", re.DOTALL)


class MalformedInput(Exception):
    """The client did not follow TWS's protocol."""


def text(value: str | int | Decimal | None) -> str:
    """A field's text: no exponent, no trailing zeros, a bool as 1 or 0, None as unset double."""
    if value is None:
        return UNSET
    if isinstance(value, bool):
        return str(int(value))
    return plain(value) if isinstance(value, Decimal) else str(value)


def fields(*values: str | int | Decimal | None) -> Fields:
    """The fields of one message."""
    return tuple(text(value) for value in values)


def frame(message: Fields) -> bytes:
    """One message as bytes, after its length."""
    body = "".join(f"{field}\0" for field in message).encode()
    return struct.pack(">I", len(body)) + body


def negotiated_version(greeting: Fields) -> int:
    """The version to use with a client that offers "v157..176", with options after a space.

    Raises:
        MalformedInput: not such an offer, or no common version.
    """
    match = _VERSIONS.fullmatch(greeting[0]) if len(greeting) == 1 else None
    if match is None:
        raise MalformedInput(f"no version range: {greeting!r}")
    lowest, highest = int(match[1]), int(match[2])
    version = min(highest, NEWEST_VERSION)
    if version < max(lowest, OLDEST_VERSION):
        raise MalformedInput(f"no common version in {lowest}..{highest}")
    return version


class FrameReader:
    """Splits received bytes into messages; the greeting "API" comes first."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._greeted = False

    def feed(self, received: bytes) -> tuple[Fields, ...]:
        """The messages that are now complete.

        Raises:
            MalformedInput: no greeting, an impossible length, or bytes that are not UTF-8.
        """
        self._buffer += received
        if not self._greeted:
            if not GREETING.startswith(self._buffer[: len(GREETING)]):
                raise MalformedInput("the greeting is missing")
            if len(self._buffer) < len(GREETING):
                return ()
            del self._buffer[: len(GREETING)]
            self._greeted = True
        return self._complete()

    def _complete(self) -> tuple[Fields, ...]:
        messages: list[Fields] = []
        start = 0
        while len(self._buffer) - start >= 4:
            size = int.from_bytes(self._buffer[start : start + 4], "big")
            if not 0 < size <= MAX_FRAME:
                raise MalformedInput(f"impossible length {size}")
            if len(self._buffer) - start - 4 < size:
                break
            messages.append(_split(bytes(self._buffer[start + 4 : start + 4 + size])))
            start += 4 + size
        del self._buffer[:start]
        return tuple(messages)


def _split(body: bytes) -> Fields:
    # The version offer is the one message whose last field has no NUL.
    try:
        return tuple(body.decode().removesuffix("\0").split("\0"))
    except UnicodeDecodeError as error:
        raise MalformedInput("a message that is no text") from error
