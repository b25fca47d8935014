"""Why a step of a connection test failed, and what to do."""

from app.broker import errors
from app.broker.endpoint import CLIENT_IDS_TRIED
from app.broker.known_ports import KNOWN_PORTS
from app.broker.protocol.field_parsing import WireError
from app.domain.connection.test_result import Step, Target
from app.domain.model.errors import BrokerError
from app.domain.text.messages import message

WHERE_TWS = message("In TWS, open File › Global Configuration › API › Settings.")
WHERE_GATEWAY = message("In IB Gateway, open Configure › Settings › API › Settings.")
ENABLE = message("Tick “Enable ActiveX and Socket Clients”.")
GATEWAY_PORTS = (4001, 4002)

ADVICE = {
    Step.HANDSHAKE: (
        message("Look at TWS: answer its question about the incoming connection, and log in."),
        WHERE_TWS,
        ENABLE,
        message(
            "From another computer: untick “Allow connections from localhost only”, and add this "
            "computer's address to “Trusted IPs”."
        ),
    ),
    Step.CLIENT_ID: (
        message("Close another program that uses the API."),
        message("Or choose another client id in the settings."),
    ),
    Step.ACCOUNTS: (
        message("Log in to TWS, and wait until its window shows your account."),
        message("Then test again."),
    ),
    Step.READING: (
        message("Log in with a user that may see the account's positions."),
        message("“Read-Only API” may stay ticked: Position Sync never sends an order."),
        message("If it keeps happening, restart TWS."),
    ),
}


def reason(step: Step, error: Exception, target: Target) -> str:
    """What failed, as a sentence."""
    host, port, seconds = target.host, target.port, f"{target.timeout_s:g}"
    match step, error:
        case _, BrokerError():
            return error.text
        case _, WireError():
            return message("What listens at {host}:{port} is not TWS.", host=host, port=port)
        case _, errors.ClientIdInUseError():
            return message(
                "The client ids {first} to {last} are all in use at TWS.",
                first=target.client_id,
                last=target.client_id + CLIENT_IDS_TRIED - 1,
            )
        case Step.PORT, TimeoutError():
            return errors.unreachable(host, port, target.timeout_s).text
        case Step.HANDSHAKE, TimeoutError():
            return message("It did not answer as TWS within {seconds} s.", seconds=seconds)
        case _, TimeoutError():
            return message("TWS named no account within {seconds} s.", seconds=seconds)
        case Step.PORT, ConnectionRefusedError():
            return message("Nothing listens at {host}:{port}.", host=host, port=port)
        case Step.PORT, OSError():
            return errors.no_route(host, port, error).text
        case Step.HANDSHAKE, _:
            return errors.closed_in_handshake(host, port).text
        case _:
            return message("TWS closed the connection before it named its accounts.")


def advice(step: Step, error: Exception, port: int) -> tuple[str, ...]:
    """What to do, one thing each."""
    if step is not Step.PORT:
        return ADVICE[step]
    return port_advice(port) if isinstance(error, (TimeoutError, ConnectionRefusedError)) else ()


def port_advice(port: int) -> tuple[str, ...]:
    """The advice if nothing listens on the port."""
    where: tuple[str, ...] = (WHERE_GATEWAY,) if port in GATEWAY_PORTS else (WHERE_TWS,)
    if port not in KNOWN_PORTS:
        where = (WHERE_TWS, WHERE_GATEWAY)
    return (
        message("Start TWS or IB Gateway, and log in."),
        *where,
        ENABLE,
        message("Compare “Socket port” there with {port}.", port=port),
    )
