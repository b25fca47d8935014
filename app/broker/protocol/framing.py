"""Splits received bytes into TWS's messages: a 4-byte length, then fields that end with NUL."""

from collections.abc import Callable, Mapping
from struct import Struct

from app.broker.protocol.field_parsing import WireError

LENGTH = 4  # bytes
length_at = Struct(">I").unpack_from
LARGEST = 1 << 24  # bytes of a message; TWS's own API accepts no more

Handler = Callable[[bytes], None]


class FrameDecoder:
    """Passes each message, without its length, to the handler of its number.

    ib_insync would copy its whole buffer at every message.

    Args:
        handlers: message number, as in the message -> handler.
        others: takes the fields of all other messages.
    """

    def __init__(
        self, handlers: Mapping[bytes, Handler], others: Callable[[list[str]], None]
    ) -> None:
        self._handlers = handlers
        self._others = others
        self._rest = b""  # the start of an incomplete message

    def feed(self, data: bytes) -> None:
        """Raises: WireError: this is not TWS's protocol. Exceptions of handlers pass through; in
        both cases the data is dropped."""
        data, self._rest = self._rest + data, b""
        handlers = self._handlers
        start, size = 0, len(data)
        while size - start >= LENGTH:
            end = start + LENGTH + length_at(data, start)[0]
            if end - start > LARGEST:
                raise WireError(f"a message of {end - start} bytes")
            if end > size:
                break
            message = data[start + LENGTH : end]
            handler = handlers.get(message[: message.find(0)])
            if handler is not None:
                handler(message)
            else:
                self._others(fields_of(message))
            start = end
        self._rest = data[start:]


def text_of(message: bytes) -> str:
    return message.decode("utf-8", "backslashreplace")


def fields_of(message: bytes) -> list[str]:
    """The fields of a message, its number first."""
    fields = text_of(message).split("\0")
    fields.pop()  # nothing follows the last NUL
    return fields
