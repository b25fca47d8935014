"""The advice for each failed step of a connection test."""

from app.broker.errors import KNOWN_PORTS

WHERE_TWS = "In TWS, open File › Global Configuration › API › Settings."
WHERE_GATEWAY = "In IB Gateway, open Configure › Settings › API › Settings."
ENABLE = "Tick “Enable ActiveX and Socket Clients”."
GATEWAY_PORTS = (4001, 4002)

HANDSHAKE_ADVICE = (
    "Look at TWS: answer its question about the incoming connection, and log in.",
    WHERE_TWS,
    ENABLE,
    "From another computer: untick “Allow connections from localhost only”, and add this "
    "computer's address to “Trusted IPs”.",
)
CLIENT_ID_ADVICE = (
    "Close another program that uses the API,",
    "or choose another client id in the settings.",
)
ACCOUNTS_ADVICE = (
    "Log in to TWS, and wait until its window shows your account.",
    "Then test again.",
)
READING_ADVICE = (
    "Log in with a user that may see the account's positions.",
    "“Read-Only API” may stay ticked: Position Sync never sends an order.",
    "If it keeps happening, restart TWS.",
)


def port_advice(port: int) -> tuple[str, ...]:
    """The advice if nothing listens on the port."""
    where: tuple[str, ...] = (WHERE_GATEWAY,) if port in GATEWAY_PORTS else (WHERE_TWS,)
    if port not in KNOWN_PORTS:
        where = (WHERE_TWS, WHERE_GATEWAY)
    return (
        "Start TWS or IB Gateway, and log in.",
        *where,
        ENABLE,
        f"Compare “Socket port” there with {port}.",
    )
