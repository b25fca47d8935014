"""The first exchange with TWS, which settles the API version; imports next to nothing, for
`status`."""

import re
import socket

OLDEST_VERSION = 157
GREETING = b"API\0\0\0\0\x09v157..176"  # the versions that are spoken here
VERSION = re.compile(r"\d{2,4}", re.ASCII)


def chosen_version(reply: list[str]) -> int | None:
    """The version that TWS chose; None if this is not TWS's reply (version, time)."""
    return int(reply[0]) if len(reply) == 2 and VERSION.fullmatch(reply[0]) else None


def answers(host: str, port: int, timeout_s: float) -> bool:
    """Whether TWS answers the greeting; does not log in and uses no client id."""
    # A str is checked for an international name, which would take most of the time.
    name = host.encode() if host.isascii() else host
    try:
        with socket.create_connection((name, port), timeout_s) as connection:  # type: ignore[arg-type]
            connection.sendall(GREETING)
            reply = connection.recv(64)
    except OSError:
        return False
    return len(reply) > 4 and reply[4:].split(b"\0")[0].isdigit()
