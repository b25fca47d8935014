"""The events that `watch` and `serve` print, one a line, as JSON or as a sentence. Pure."""

import json
from datetime import datetime

from app.cli.text_output import sync_sentence
from app.contract.json_rows import Row
from app.domain.connection.profile import Mode
from app.domain.model.runs import TRIGGER_WORDS, Trigger
from app.domain.text.foreign_text import visible
from app.domain.text.messages import joined, message, message_in, tr, translated

# Translators: of a connection: "Connected to 127.0.0.1:7497 (paper)."
MODES = {
    Mode.LIVE.value: message_in("mode of a connection", "live"),
    Mode.PAPER.value: message_in("mode of a connection", "paper"),
    Mode.DEMO.value: message_in("mode of a connection", "demo"),
}


def as_line(row: Row) -> str:
    """ASCII only, so that the encoding of the output does not matter."""
    return json.dumps(row)


def as_text(row: Row) -> str:
    """ "2026-11-23 12:34:56  Connected to 127.0.0.1:7497 (paper)."."""
    at = datetime.fromisoformat(row["at"]).astimezone()
    return f"{at:%Y-%m-%d %H:%M:%S}  {visible(event_text(row))}"


def event_text(row: Row) -> str:
    """In the reader's language; the row has the English texts."""
    match row["event"]:
        case "connected":
            return tr(
                "Connected to {host}:{port} ({mode}).",
                host=row["host"],
                port=row["port"],
                mode=MODES.get(row["mode"], row["mode"]),
            )
        case "stale":
            return translated(joined((message("TWS has lost IBKR."), row["reason"])))
        case "disconnected":
            return translated(joined((message("Disconnected."), row["reason"])))
        case "reconnecting":
            at = datetime.fromisoformat(row["next_try_at"]).astimezone()
            again = message("Trying again at {time}.", time=f"{at:%H:%M:%S}")
            return translated(joined((message("Not connected."), row["reason"], again)))
        case "sync_started":
            return tr("Syncing ({trigger})…", trigger=TRIGGER_WORDS[Trigger(row["trigger"])])
        case "sync_finished":
            # Translators: a sentence about a sync that is over
            return tr("{sync}.", sync=sync_sentence(row))
        case "backup_made":
            return tr("Backup made: {file}", file=row["file"])
        case "fetch_started":
            return tr("Fetching Flex statements ({queries})…", queries=", ".join(row["queries"]))
        case "fetch_finished":
            return translated(row.get("note") or row["error"])
        case "fault_over":
            return tr("The part that stopped is running again.")
        case _:
            return translated(row["error"])
