"""Why a step of a connection test failed, and what to do."""

from app.broker import errors
from app.broker.endpoint import CLIENT_IDS_TRIED
from app.broker.protocol.field_parsing import WireError
from app.domain.connection.test_result import Step, Target
from app.domain.model.errors import BrokerError

WHERE_TWS = "In TWS, open File › Global Configuration › API › Settings."
WHERE_GATEWAY = "In IB Gateway, open Configure › Settings › API › Settings."
ENABLE = "Tick “Enable ActiveX and Socket Clients”."
GATEWAY_PORTS = (4001, 4002)

ADVICE = {
    Step.HANDSHAKE: (
        "Look at TWS: answer its question about the incoming connection, and log in.",
        WHERE_TWS,
        ENABLE,
        "From another computer: untick “Allow connections from localhost only”, and add this "
        "computer's address to “Trusted IPs”.",
    ),
    Step.CLIENT_ID: (
        "Close another program that uses the API,",
        "or choose another client id in the settings.",
    ),
    Step.ACCOUNTS: (
        "Log in to TWS, and wait until its window shows your account.",
        "Then test again.",
    ),
    Step.READING: (
        "Log in with a user that may see the account's positions.",
        "“Read-Only API” may stay ticked: Position Sync never sends an order.",
        "If it keeps happening, restart TWS.",
    ),
}


def reason(step: Step, error: Exception, target: Target) -> str:
    """What failed, as a sentence."""
    where, within = f"{target.host}:{target.port}", f"within {target.timeout_s:g} s"
    match step, error:
        case _, BrokerError():
            return str(error)
        case _, WireError():
            return f"What listens at {where} is not TWS."
        case _, errors.ClientIdInUseError():
            first, last = target.client_id, target.client_id + CLIENT_IDS_TRIED - 1
            return f"The client ids {first} to {last} are all in use at TWS."
        case Step.PORT, TimeoutError():
            return str(errors.unreachable(target.host, target.port, target.timeout_s))
        case Step.HANDSHAKE, TimeoutError():
            return f"It did not answer as TWS {within}."
        case _, TimeoutError():
            return f"TWS named no account {within}."
        case Step.PORT, ConnectionRefusedError():
            return f"Nothing listens at {where}."
        case Step.PORT, OSError():
            return str(errors.no_route(target.host, target.port, error))
        case Step.HANDSHAKE, _:
            return str(errors.closed_in_handshake(target.host, target.port))
        case _:
            return "TWS closed the connection before it named its accounts."


def advice(step: Step, error: Exception, port: int) -> tuple[str, ...]:
    """What to do, one thing each."""
    if step is not Step.PORT:
        return ADVICE[step]
    return port_advice(port) if isinstance(error, (TimeoutError, ConnectionRefusedError)) else ()


def port_advice(port: int) -> tuple[str, ...]:
    """The advice if nothing listens on the port."""
    where: tuple[str, ...] = (WHERE_GATEWAY,) if port in GATEWAY_PORTS else (WHERE_TWS,)
    if port not in errors.KNOWN_PORTS:
        where = (WHERE_TWS, WHERE_GATEWAY)
    return (
        "Start TWS or IB Gateway, and log in.",
        *where,
        ENABLE,
        f"Compare “Socket port” there with {port}.",
    )
