"""Splits what arrives into TWS's messages: a length of four bytes, then fields that end in NUL."""

from collections.abc import Callable, Mapping
from struct import Struct

from app.broker.protocol.field_parsing import WireError

LENGTH = 4  # bytes
length_at = Struct(">I").unpack_from
LARGEST = 1 << 24  # of a message, in bytes; TWS's own API takes no more

Handler = Callable[[bytes], None]


class FrameDecoder:
    """Gives each message, without its length, to the handler of its number.

    ib_insync's own way copies its whole buffer at every message.

    Args:
        handlers: by the number, as it is written.
        others: takes the fields of all other messages.
    """

    def __init__(
        self, handlers: Mapping[bytes, Handler], others: Callable[[list[str]], None]
    ) -> None:
        self._handlers = handlers
        self._others = others
        self._rest = b""  # of a message that has not arrived whole

    def feed(self, data: bytes) -> None:
        """Raises: WireError: this is not TWS's protocol. What a handler raises goes through too;
        in both cases nothing of the data is kept."""
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
    """The first one is the message's number."""
    fields = text_of(message).split("\0")
    fields.pop()  # nothing follows the last NUL
    return fields
