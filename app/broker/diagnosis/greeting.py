"""Checks whether TWS answers at all, over a plain socket: `status` loads no event loop."""

import socket


def answers(host: str, port: int, timeout_s: float) -> bool:
    """Whether TWS answers the greeting; does not log in and uses no client id."""
    greeting = b"API\0\0\0\0\tv157..176"
    # A str is checked for an international name, which would take most of the time.
    name = host.encode() if host.isascii() else host
    try:
        with socket.create_connection((name, port), timeout_s) as connection:  # type: ignore[arg-type]
            connection.sendall(greeting)
            reply = connection.recv(64)
    except OSError:
        return False
    return len(reply) > 4 and reply[4:].split(b"\0")[0].isdigit()
