"""Title and text of a notification, without account numbers. Pure."""

from app.domain.desktop.notifications import Notification, Topic
from app.domain.text.messages import joined, message, tr, tr_plural, translated
from app.ui.activity.bar import realized_texts
from app.ui.style.formatting import Formats

MOST_NAMES = 3


def notice_title(notice: Notification, formats: Formats) -> str:
    match notice.topic:
        case Topic.CHANGES:
            return tr("Positions changed")
        case Topic.HELD:
            return tr_plural(
                "{count} close is waiting for your decision",
                "{count} closes are waiting for your decision",
                notice.count,
                count=formats.count(notice.count),
            )
        case Topic.FAILED:
            if notice.count == 1:
                return tr("The sync failed")
            count = formats.count(notice.count)
            return tr_plural(
                "{count} sync failed", "{count} syncs in a row failed", notice.count, count=count
            )
        case Topic.LOST:
            return tr("No connection to TWS")


def notice_text(notice: Notification, formats: Formats) -> str:
    match notice.topic:
        case Topic.CHANGES:
            return "\n".join(change_lines(notice, formats))
        case Topic.HELD:
            return tr_plural(
                "TWS no longer reports the position, and no trade explains it. "
                "Nothing was changed.",
                "TWS no longer reports the positions, and no trade explains it. "
                "Nothing was changed.",
                notice.count,
            )
        case Topic.FAILED:
            return translated(notice.reason)
        case Topic.LOST:
            time = "" if notice.since is None else formats.time(notice.since)
            since = message("Since {time}.", time=time) if time else ""
            return translated(joined((since, notice.reason)))


def change_lines(notice: Notification, formats: Formats) -> list[str]:
    """ "Opened: AAPL, MSFT", "Closed: SAP", "realized +12.50 USD"."""
    lines = []
    if notice.opened:
        # Translators: positions, by name
        lines.append(tr("Opened: {names}", names=listed(notice.opened, formats)))
    if notice.closed:
        # Translators: positions, by name
        lines.append(tr("Closed: {names}", names=listed(notice.closed, formats)))
    realized = translated(joined(realized_texts(notice.realized, formats), ", "))
    return [*lines, realized] if realized else lines


def listed(names: tuple[str, ...], formats: Formats) -> str:
    shown = translated(joined(names[:MOST_NAMES], ", "))
    rest = len(names) - MOST_NAMES
    if rest <= 0:
        return shown
    # Translators: "AAPL, MSFT, SAP and 4 more"
    return tr("{names} and {count} more", names=shown, count=formats.count(rest))
