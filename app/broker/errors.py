"""Turns failures of the connection to TWS into sentences for the user, with the next step."""

import errno
import os
import re

from app.broker.known_ports import KNOWN_PORTS, listening_ports
from app.domain.model.errors import BrokerError
from app.domain.text.foreign_text import limited, visible
from app.domain.text.messages import joined, message, message_plural
from app.domain.text.redaction import without_quotes
from app.domain.text.system_errors import system_reason

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

ENABLE_API = message(
    "In TWS: File > Global Configuration > API > Settings, "
    'tick "Enable ActiveX and Socket Clients".'
)


def is_refusal(code: int) -> bool:
    """Whether an error that names no request invalidates the read in progress.

    An unknown code does: an aborted read can be repeated, an incomplete one cannot be recognized.
    """
    return code not in WARNINGS and not 2100 <= code < 2200


async def refused(host: str, port: int) -> BrokerError:
    """The connection was refused; the text names other ports of the host that answer."""
    others = await listening_ports(host, (known for known in KNOWN_PORTS if known != port))
    text = message(
        "Cannot reach TWS at {host}:{port}. Is it running, with the API enabled?",
        host=host,
        port=port,
    )
    if others:
        ports = [
            # Translators: such as "7497 (TWS, paper)"
            message("{port} ({product})", port=other, product=KNOWN_PORTS[other])
            for other in others
        ]
        # Translators: between two ports, such as "7497 (TWS, paper) and 4002 (IB Gateway, paper)"
        listed = joined(ports, message(" and "))
        choice = message_plural(
            "Port {ports} answers: choose it with --port.",
            "Ports {ports} answer: choose one with --port.",
            len(ports),
            ports=listed,
        )
        return BrokerError(joined((text, choice)))
    none = message("None of the usual ports 7496, 7497, 4001, 4002 answers.")
    return BrokerError(joined((text, ENABLE_API, none)))


def unreachable(host: str, port: int, timeout_s: float) -> BrokerError:
    return BrokerError(
        message(
            "{host}:{port} did not accept a connection within {seconds} s. "
            "Is the host on, and does its firewall let the port through?",
            host=host,
            port=port,
            seconds=f"{timeout_s:g}",
        )
    )


def no_route(host: str, port: int, error: OSError) -> BrokerError:
    codes = refusal_codes(error)
    return BrokerError(
        message(
            "Cannot reach {host}:{port} ({reason}). "
            "Check the host name and the port in the settings.",
            host=host,
            port=port,
            reason=os.strerror(codes[0]) if codes else system_reason(error),
        )
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
        message(
            "{host}:{port} accepts connections but did not answer as TWS within {seconds} s. "
            "Is that TWS's API port, and is TWS logged in? "
            "If TWS asks whether to accept the incoming connection, answer it there.",
            host=host,
            port=port,
            seconds=f"{timeout_s:g}",
        )
    )


def closed_in_handshake(host: str, port: int) -> BrokerError:
    return BrokerError(
        message(
            "{host}:{port} closed the connection before it was established. "
            "Is that TWS's API port? TWS also refuses hosts that are not among its Trusted IPs "
            "(API > Settings), and versions before 972 are too old.",
            host=host,
            port=port,
        )
    )


def not_tws(host: str, port: int) -> BrokerError:
    return BrokerError(
        message(
            "What listens at {host}:{port} is not TWS. Check the port: in TWS and IB Gateway it "
            "is the “Socket port” under API > Settings.",
            host=host,
            port=port,
        )
    )


def no_account() -> BrokerError:
    return BrokerError(
        message(
            "TWS answers, but names no account. Is it logged in? Try again once its window "
            "shows your account."
        )
    )


def ids_in_use(first: int, last: int) -> BrokerError:
    return BrokerError(
        message(
            "The client ids {first} to {last} are all in use at TWS. "
            "Close another API program, or choose another id with --client-id.",
            first=first,
            last=last,
        )
    )


def id_taken_over() -> BrokerError:
    return BrokerError(
        message(
            "TWS says that another program is connected with Position Sync's client id. Nothing "
            "was changed. Try again: Position Sync reconnects with the next free id. If it happens "
            "again, choose another id with --client-id."
        )
    )


def dropped(what: str) -> BrokerError:
    return BrokerError(
        message(
            "TWS closed the connection while sending {what}. Nothing was changed. "
            "Was TWS closed or restarted? Try again once it is back.",
            what=what,
        )
    )


def closed_meanwhile() -> BrokerError:
    return BrokerError(
        message(
            "The connection to TWS was closed before it was established. "
            "Nothing was changed. Sync again."
        )
    )


def fault() -> BrokerError:
    return BrokerError(
        message(
            "An error in Position Sync ended the connection; the log has the details. "
            "It reconnects automatically."
        )
    )


def lost() -> BrokerError:
    return BrokerError(
        message(
            "TWS closed the connection. Was TWS closed or restarted? "
            "Position Sync reconnects as soon as TWS is back."
        )
    )


def stalled(timeout_s: float) -> BrokerError:
    return BrokerError(
        message(
            "TWS did not answer for {seconds} s although it is connected. "
            "If it does not recover, restart TWS.",
            seconds=f"{timeout_s:g}",
        )
    )


def unfinished(what: str, timeout_s: float) -> BrokerError:
    return BrokerError(
        message(
            "TWS did not finish sending {what} within {seconds} s. Nothing was changed. "
            "Try again; if it keeps happening, restart TWS or raise --timeout.",
            what=what,
            seconds=f"{timeout_s:g}",
        )
    )


def undecodable(reason: str) -> BrokerError:
    text, kept = (
        message(
            "TWS sent something that cannot be read ({reason}). Nothing was changed. "
            "Try again; if it keeps happening, this version of TWS is not supported yet.",
            reason=detail,
        )
        for detail in (reason, without_quotes(reason))
    )
    return BrokerError(text, kept=kept)


def link_lost() -> BrokerError:
    return BrokerError(
        message(
            "TWS has lost its own connection to IBKR, so its positions may be out of date. "
            "Nothing was changed. Try again when TWS is connected (its status turns green)."
        )
    )


def api_error(code: int, text: str, what: str) -> BrokerError:
    """TWS answered a read with an error. So its API is enabled; the text need not advise that."""
    text = quoted(text)
    if code == PORT_RESET:
        return BrokerError(
            message(
                "TWS says that its API port was changed ({text}). Look up the port under "
                "API > Settings and choose it with --port.",
                text=text,
            )
        )
    if code in NO_PERMISSION or "permission" in text.lower():
        return BrokerError(
            message(
                "This login is not allowed to read {what} (TWS error {code}: {text}). "
                "Log in to TWS with a user that may see the account.",
                what=what,
                code=code,
                text=text,
            )
        )
    return BrokerError(
        message(
            "TWS refused to send {what} (error {code}: {text}). Nothing was changed. "
            "Try again; if it keeps happening, restart TWS.",
            what=what,
            code=code,
            text=text,
        )
    )


def quoted(text: str) -> str:
    """TWS's text as one line, short enough to leave room for the advice."""
    return visible(limited(text.strip().rstrip("."), TEXT_LENGTH))


def unknown_account(account: str, accounts: tuple[str, ...]) -> BrokerError:
    return BrokerError(
        message(
            "TWS does not manage the account {account}; it manages {accounts}. "
            "Choose one of these, or all.",
            account=account,
            accounts=joined(accounts, ", "),
        ),
        kept=message("TWS does not manage the chosen account. Choose another one, or all."),
    )


class ClientIdInUseError(Exception):
    """Another program is connected with this client id (TWS's error 326)."""


class RequestRefusedError(Exception):
    """TWS answered one request with an error; the connection can still be used."""
