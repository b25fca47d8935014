"""Title and text of a notification, without account numbers. Pure."""

from app.domain.desktop.notifications import Notification, Topic
from app.ui.activity.bar import realized_texts
from app.ui.style.formatting import Formats

MOST_NAMES = 3


def notice_title(notice: Notification, formats: Formats) -> str:
    match notice.topic:
        case Topic.CHANGES:
            return "Positions changed"
        case Topic.HELD:
            if notice.count == 1:
                return "1 close waits for your decision"
            return f"{formats.count(notice.count)} closes wait for your decision"
        case Topic.FAILED:
            if notice.count == 1:
                return "The sync failed"
            return f"{formats.count(notice.count)} syncs in a row failed"
        case Topic.LOST:
            return "No connection to TWS"


def notice_text(notice: Notification, formats: Formats) -> str:
    match notice.topic:
        case Topic.CHANGES:
            return "\n".join(change_lines(notice, formats))
        case Topic.HELD:
            return "TWS no longer reports them, and no trade explains it. Nothing was changed."
        case Topic.FAILED:
            return notice.reason
        case Topic.LOST:
            since = "" if notice.since is None else f"Since {formats.time(notice.since)}. "
            return f"{since}{notice.reason}".strip()


def change_lines(notice: Notification, formats: Formats) -> list[str]:
    """ "Opened: AAPL, MSFT", "Closed: SAP", "realized +12.50 USD"."""
    lines = [
        f"{what}: {listed(names, formats)}"
        for what, names in (("Opened", notice.opened), ("Closed", notice.closed))
        if names
    ]
    realized = ", ".join(realized_texts(notice.realized, formats))
    return [*lines, realized] if realized else lines


def listed(names: tuple[str, ...], formats: Formats) -> str:
    shown = ", ".join(names[:MOST_NAMES])
    rest = len(names) - MOST_NAMES
    return f"{shown} and {formats.count(rest)} more" if rest > 0 else shown
