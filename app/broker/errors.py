"""Turns failures of the connection to TWS into sentences for the user, with the next step."""

import asyncio
import errno
import os
import re
from collections.abc import Iterable

from app.domain.model.errors import BrokerError
from app.domain.text.foreign_text import limited, visible
from app.domain.text.redaction import without_quotes
from app.domain.text.system_errors import system_reason

# IBKR's default API ports.
KNOWN_PORTS = {
    7496: "TWS, live",
    7497: "TWS, paper",
    4001: "IB Gateway, live",
    4002: "IB Gateway, paper",
}
PROBE_S = 0.5

NO_REQUEST = -1  # the request id of errors that belong to no request
CLIENT_ID_IN_USE = 326
LINK_LOST = frozenset({1100, 2110})
DATA_LOST = 1101
LINK_RESTORED = frozenset({DATA_LOST, 1102})
PORT_RESET = 1300
# Answers to API reads that the login may not make.
NO_PERMISSION = frozenset({430, 460, 10275, 10276})
# Sent without a request of ours, or about prices only: they do not affect a read.
WARNINGS = frozenset({110, 165, 202, 399, 404, 434, 492, 10167, 10197})

OTHER_FORM = "a message of another form than TWS's"
ERROR_NUMBER = re.compile(r"\[(?:Errno|WinError) (\d+)\]")
REFUSED = frozenset({errno.ECONNREFUSED, 1225, 10061})  # the last two are from Windows
TEXT_LENGTH = 300  # characters of TWS's text in a sentence

ENABLE_API = (
    "In TWS: File > Global Configuration > API > Settings, "
    'tick "Enable ActiveX and Socket Clients".'
)


def is_refusal(code: int) -> bool:
    """Whether an error that names no request invalidates the read in progress.

    An unknown code does: an aborted read can be repeated, an incomplete one cannot be recognized.
    """
    return code not in WARNINGS and not 2100 <= code < 2200


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


async def refused(host: str, port: int) -> BrokerError:
    """The connection was refused; the text names other ports of the host that answer."""
    others = await listening_ports(host, (known for known in KNOWN_PORTS if known != port))
    text = f"Cannot reach TWS at {host}:{port}. Is it running, with the API enabled?"
    if others:
        names = " and ".join(f"{other} ({KNOWN_PORTS[other]})" for other in others)
        return BrokerError(f"{text} Port {names} does answer: choose it with --port.")
    return BrokerError(
        f"{text} {ENABLE_API} None of the usual ports 7496, 7497, 4001, 4002 answers."
    )


def unreachable(host: str, port: int, timeout_s: float) -> BrokerError:
    return BrokerError(
        f"{host}:{port} did not accept a connection within {timeout_s:g} s. "
        "Is the host on, and does its firewall let the port through?"
    )


def no_route(host: str, port: int, error: OSError) -> BrokerError:
    codes = refusal_codes(error)
    reason = os.strerror(codes[0]) if codes else system_reason(error)
    return BrokerError(
        f"Cannot reach {host}:{port} ({reason}). Check the host name and the port in the settings."
    )


def refusal_codes(error: OSError) -> list[int]:
    """The system's error numbers, one for each address of the host. With several addresses,
    asyncio gives them only in its text ("Multiple exceptions: [Errno 111] ...")."""
    if error.errno is not None:
        return []
    return [int(code) for code in ERROR_NUMBER.findall(str(error))]


def all_refused(error: OSError) -> bool:
    """Whether every address of the host refused the connection."""
    codes = refusal_codes(error)
    return bool(codes) and set(codes) <= REFUSED


def silent(host: str, port: int, timeout_s: float) -> BrokerError:
    return BrokerError(
        f"{host}:{port} accepts connections but did not answer as TWS within {timeout_s:g} s. "
        "Is that TWS's API port, and is TWS past its login? "
        "A question from TWS about the incoming connection must be answered there."
    )


def closed_in_handshake(host: str, port: int) -> BrokerError:
    return BrokerError(
        f"{host}:{port} closed the connection during the handshake. "
        "Is that TWS's API port? TWS also refuses hosts that are not among its Trusted IPs "
        "(API > Settings), and versions before 972 are too old."
    )


def not_tws(host: str, port: int) -> BrokerError:
    return BrokerError(
        f"What listens at {host}:{port} is not TWS. Check the port: TWS and IB Gateway name it "
        "under API > Settings, as their socket port."
    )


def no_account() -> BrokerError:
    return BrokerError(
        "TWS answers, but names no account. Is it past its login? Try again once its window "
        "shows your account."
    )


def ids_in_use(first: int, last: int) -> BrokerError:
    return BrokerError(
        f"The client ids {first} to {last} are all in use at TWS. "
        "Close another API program, or choose another id with --client-id."
    )


def id_taken_over() -> BrokerError:
    return BrokerError(
        "TWS says that another program is connected with Position Sync's client id. Nothing was "
        "changed. Try again: it reconnects with the next free id. If it happens again, choose "
        "another id with --client-id."
    )


def dropped(what: str) -> BrokerError:
    return BrokerError(
        f"TWS closed the connection while sending {what}. Nothing was changed. "
        "Was TWS closed or restarted? Try again once it is back."
    )


def closed_meanwhile() -> BrokerError:
    return BrokerError(
        "The connection to TWS was closed while it was being made. Nothing was changed. Sync again."
    )


def fault() -> BrokerError:
    return BrokerError(
        "A fault in Position Sync ended the connection; its log has the details. It connects again."
    )


def lost() -> BrokerError:
    return BrokerError(
        "TWS closed the connection. Was TWS closed or restarted? "
        "It is connected again as soon as TWS is back."
    )


def stalled(timeout_s: float) -> BrokerError:
    return BrokerError(
        f"TWS did not answer for {timeout_s:g} s although it is connected. "
        "If it does not come back by itself, restart TWS."
    )


def unfinished(what: str, timeout_s: float) -> BrokerError:
    return BrokerError(
        f"TWS did not finish sending {what} within {timeout_s:g} s. Nothing was changed. "
        "Try again; if it keeps happening, restart TWS or raise --timeout."
    )


def undecodable(reason: str) -> BrokerError:
    text = (
        "TWS sent something that cannot be read ({reason}). Nothing was changed. "
        "Try again; if it keeps happening, this version of TWS is not supported yet."
    )
    return BrokerError(text.format(reason=reason), kept=text.format(reason=without_quotes(reason)))


def link_lost() -> BrokerError:
    return BrokerError(
        "TWS has lost its own connection to IBKR, so its positions may be out of date. "
        "Nothing was changed. Try again when TWS is connected (its status turns green)."
    )


def api_error(code: int, text: str, what: str) -> BrokerError:
    """TWS answered a read with an error. So its API is enabled; the text need not advise that."""
    text = quoted(text)
    if code == PORT_RESET:
        return BrokerError(
            f"TWS says that its API port was changed ({text}). Look up the port under "
            "API > Settings and choose it with --port."
        )
    if code in NO_PERMISSION or "permission" in text.lower():
        return BrokerError(
            f"This login is not allowed to read {what} (TWS error {code}: {text}). "
            "Log in to TWS with a user that may see the account."
        )
    return BrokerError(
        f"TWS refused to send {what} (error {code}: {text}). Nothing was changed. "
        "Try again; if it keeps happening, restart TWS."
    )


def quoted(text: str) -> str:
    """TWS's text as one line, short enough to leave room for the advice."""
    return visible(limited(text.strip().rstrip("."), TEXT_LENGTH))


def unknown_account(account: str, accounts: tuple[str, ...]) -> BrokerError:
    return BrokerError(
        f"TWS does not manage the account {account}; it manages {', '.join(accounts)}. "
        "Choose one of them, or all.",
        kept="TWS does not manage the chosen account. Choose another one, or all.",
    )


class ClientIdInUseError(Exception):
    """Another program is connected with this client id (TWS's error 326)."""


class RequestRefusedError(Exception):
    """TWS answered one request with an error; the connection can still be used."""
