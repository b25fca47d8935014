"""Texts for the connection's status: for the status bar, the tray and the dock. Pure."""

from datetime import datetime

from app.domain.desktop.app_state import NOT_CONNECTED, ConnectionState, LinkStatus
from app.ui.style.formatting import Formats
from app.ui.sync.texts import LINKS

TONES = {
    LinkStatus.CONNECTED: "gain",
    LinkStatus.STALE: "warning",
    LinkStatus.CONNECTING: "warning",
}
NEUTRAL = "off"
MINUTE_S = 60
LOST = (
    "TWS has lost its own connection to IBKR. Positions and prices may be out of date until it is "
    "back."
)


def tone(connection: ConnectionState) -> str:
    """The colour of the status; neutral during a maintenance reset."""
    if connection.reset is not None and connection.link is not LinkStatus.CONNECTED:
        return NEUTRAL
    return TONES.get(connection.link, NEUTRAL)


def status_line(
    connection: ConnectionState, last_sync: datetime | None, now: datetime, formats: Formats
) -> str:
    """For the status bar: "IBKR's nightly reset; last good sync 23:41; trying again at 00:10"."""
    if connection.link is LinkStatus.CONNECTED:
        return LINKS[connection.link]
    parts = [LINKS[connection.link]]
    if connection.reset is not None:
        parts = [connection.reset.name]
        if last_sync is not None:
            parts.append(f"last good sync {formats.as_of(last_sync, now)}")
    elif connection.link is LinkStatus.STALE and connection.since is not None:
        parts.append(f"nothing new since {formats.as_of(connection.since, now)}")
    if again := next_try(connection, now, formats):
        parts.append(again)
    return "; ".join(parts)


def next_try(connection: ConnectionState, now: datetime, formats: Formats) -> str:
    """ "trying again at 00:10", to the second if it is soon; empty if none is planned."""
    at = connection.next_try_at
    if at is None:
        return ""
    is_soon = (at - now).total_seconds() < MINUTE_S
    return f"trying again at {formats.second(at) if is_soon else formats.as_of(at, now)}"


def short_text(connection: ConnectionState, now: datetime, formats: Formats) -> str:
    """What is wrong, for the tray: "IBKR's nightly reset; trying again at 00:10"."""
    if not connection.status_text:
        return ""
    reason = connection.reset.name if connection.reset else connection.failure or NOT_CONNECTED
    parts = (reason.removesuffix("."), next_try(connection, now, formats))
    return "; ".join(part for part in parts if part)


def full_text(
    connection: ConnectionState, last_sync: datetime | None, now: datetime, formats: Formats
) -> str:
    """For the dock: what is wrong and what comes next; empty while nothing is wrong."""
    if connection.link is LinkStatus.CONNECTED or not connection.failure:
        return ""
    sentences = [connection.failure]
    if connection.link is LinkStatus.STALE:
        sentences = [LOST]
    if connection.reset is not None:
        ends_at = formats.as_of(connection.reset.ends_at, now)
        sentences = [f"{connection.reset.name}, over by {ends_at}."]
        if last_sync is not None:
            sentences.append(f"Last good sync {formats.as_of(last_sync, now)}.")
    if again := next_try(connection, now, formats):
        sentences.append(f"{again[0].upper()}{again[1:]}.")
    return " ".join(sentences)
