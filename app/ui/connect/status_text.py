"""Texts for the connection's status: for the status bar, the tray and the dock. Pure."""

from datetime import datetime

from app.domain.desktop.app_state import NOT_CONNECTED, ConnectionState, LinkStatus
from app.domain.text.messages import message, tr, translated
from app.ui.style.formatting import Formats
from app.ui.sync.texts import LINKS

TONES = {
    LinkStatus.CONNECTED: "gain",
    LinkStatus.STALE: "warning",
    LinkStatus.CONNECTING: "warning",
}
NEUTRAL = "off"
MINUTE_S = 60
FULL_STOPS = ".。"
LOST = message(
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
    """For the status bar: "IBKR's nightly reset; last successful sync 23:41; trying again at
    00:10"."""
    state = translated(LINKS[connection.link])
    if connection.link is LinkStatus.CONNECTED:
        return state
    parts = [state]
    if connection.reset is not None:
        parts = [translated(connection.reset.name)]
        if last_sync is not None:
            time = formats.as_of(last_sync, now)
            parts.append(tr("last successful sync {time}", time=time))
    elif connection.link is LinkStatus.STALE and connection.since is not None:
        parts.append(tr("nothing new since {time}", time=formats.as_of(connection.since, now)))
    if at := next_try(connection, now, formats):
        parts.append(tr("trying again at {time}", time=at))
    return "; ".join(parts)


def next_try(connection: ConnectionState, now: datetime, formats: Formats) -> str:
    """ "00:10", to the second if it is soon; empty if none is planned."""
    at = connection.next_try_at
    if at is None:
        return ""
    is_soon = (at - now).total_seconds() < MINUTE_S
    return formats.second(at) if is_soon else formats.as_of(at, now)


def short_text(connection: ConnectionState, now: datetime, formats: Formats) -> str:
    """What is wrong, for the tray: "IBKR's nightly reset; trying again at 00:10"."""
    if not connection.status_text:
        return ""
    reason = connection.reset.name if connection.reset else connection.failure or NOT_CONNECTED
    parts = [translated(reason).rstrip(FULL_STOPS)]
    if at := next_try(connection, now, formats):
        parts.append(tr("trying again at {time}", time=at))
    return "; ".join(parts)


def full_text(
    connection: ConnectionState, last_sync: datetime | None, now: datetime, formats: Formats
) -> str:
    """For the dock: what is wrong and what comes next; empty while nothing is wrong."""
    if connection.link is LinkStatus.CONNECTED or not connection.failure:
        return ""
    is_stale = connection.link is LinkStatus.STALE
    sentences = [translated(LOST if is_stale else connection.failure)]
    if (reset := connection.reset) is not None:
        ends_at = formats.as_of(reset.ends_at, now)
        sentences = [tr("{reset}, over by {time}.", reset=reset.name, time=ends_at)]
        if last_sync is not None:
            time = formats.as_of(last_sync, now)
            sentences.append(tr("Last successful sync {time}.", time=time))
    if at := next_try(connection, now, formats):
        sentences.append(tr("Trying again at {time}.", time=at))
    return " ".join(sentences)
