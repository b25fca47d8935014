"""IBKR's usual API ports, and on which ports of a host something listens."""

import asyncio
from collections.abc import Iterable

from app.domain.text.messages import message

# IBKR's default API ports.
KNOWN_PORTS = {
    7496: message("TWS, live"),
    7497: message("TWS, paper"),
    4001: message("IB Gateway, live"),
    4002: message("IB Gateway, paper"),
}
PROBE_S = 0.5


async def listening_ports(host: str, ports: Iterable[int]) -> tuple[int, ...]:
    """The ports of these on which something accepts a connection."""
    ports = tuple(ports)
    answers = await asyncio.gather(*(accepts(host, port) for port in ports))
    return tuple(port for port, answer in zip(ports, answers, strict=True) if answer)


async def accepts(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(PROBE_S):
            _, writer = await asyncio.open_connection(host, port)
    except OSError:  # TimeoutError is one
        return False
    writer.close()
    return True
