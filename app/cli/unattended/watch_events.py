"""The events that `watch` and `serve` print, one a line, as JSON or as a sentence. Pure."""

import json
from datetime import datetime

from app.cli.text_output import sync_sentence
from app.contract.json_rows import Row
from app.domain.text.foreign_text import visible


def as_line(row: Row) -> str:
    """ASCII only, so that the encoding of the output does not matter."""
    return json.dumps(row)


def as_text(row: Row) -> str:
    """ "2026-11-23 12:34:56  Connected to 127.0.0.1:7497 (paper)."."""
    at = datetime.fromisoformat(row["at"]).astimezone()
    return f"{at:%Y-%m-%d %H:%M:%S}  {visible(event_text(row))}"


def event_text(row: Row) -> str:
    match row["event"]:
        case "connected":
            return f"Connected to {row['host']}:{row['port']} ({row['mode']})."
        case "stale":
            return f"TWS has lost IBKR. {row['reason']}"
        case "disconnected":
            return f"Disconnected. {row['reason']}".strip()
        case "reconnecting":
            at = datetime.fromisoformat(row["next_try_at"]).astimezone()
            return f"Not connected. {row['reason']} Trying again at {at:%H:%M:%S}."
        case "sync_started":
            return f"Syncing ({row['trigger']})…"
        case "sync_finished":
            return f"{sync_sentence(row)}."
        case "backup_made":
            return f"Backup made: {row['file']}"
        case "fetch_started":
            return f"Fetching Flex statements ({', '.join(row['queries'])})…"
        case "fetch_finished":
            return str(row.get("note") or row["error"])
        case "fault_over":
            return "The part that stopped is running again."
        case _:
            return str(row["error"])
