"""Whether a TWS is there at all: asked with a bare socket, since `status` loads no event loop."""

import socket


def answers(host: str, port: int, timeout_s: float) -> bool:
    """Whether a TWS is there: it greets back. Logs in to nothing and uses no client id."""
    greeting = b"API\0\0\0\0\tv157..176"
    # As a text it might be an international name, and to find that out takes the longest of it all.
    name = host.encode() if host.isascii() else host
    try:
        with socket.create_connection((name, port), timeout_s) as connection:  # type: ignore[arg-type]
            connection.sendall(greeting)
            reply = connection.recv(64)
    except OSError:
        return False
    return len(reply) > 4 and reply[4:].split(b"\0")[0].isdigit()
