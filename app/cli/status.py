"""The `status` command. Scripts call it often, so it avoids all heavy imports.

It needs no event loop, no peewee and no ib_insync.
"""

import argparse
import os
from datetime import UTC, datetime
from decimal import Decimal

from app.broker.protocol.greeting import answers
from app.cli.json_output import print_json
from app.contract.json_rows import Row, status_row
from app.domain.model.runs import Statistics
from app.domain.text.foreign_text import padded, shown_width, visible
from app.domain.text.messages import tr, tr_in
from app.platform.listener_lock import callbacks_registered
from app.platform.streams import DONE, print_text
from app.settings.model import Settings
from app.store.queries.statistics import read_statistics

PROBE_S = 1.0


def quick_status(arguments: argparse.Namespace, settings: Settings) -> int | None:
    """Prints the status; None if the file needs the full reader."""
    statistics = read_statistics(settings.database)
    return None if statistics is None else show_status(statistics, arguments, settings)


def show_status(statistics: Statistics, arguments: argparse.Namespace, settings: Settings) -> int:
    connected = answers(settings.host, settings.port, min(PROBE_S, settings.timeout))
    row = status_row(
        statistics,
        enabled=os.access(settings.database, os.W_OK),
        ibkr_connected=connected and not settings.demo,
        callbacks_registered=callbacks_registered(settings.database),
        now=datetime.now(UTC),
    )
    if arguments.json:
        print_json(row)
    else:
        print_text(status_lines(row))
    return DONE


def status_lines(row: Row) -> str:
    """The status as lines of label and value."""
    stats = row["stats"]
    ago = row["last_sync_minutes_ago"]
    last_sync = tr("never")
    if ago is not None:
        last_sync = tr(
            "{time} ({minutes} min ago)", time=row["last_sync_time"], minutes=Decimal(str(ago))
        )
    lines = {
        tr("IBKR answers"): yes_or_no(row["ibkr_connected"]),
        tr("Receives changes"): yes_or_no(row["callbacks_registered"]),
        tr("Last sync"): last_sync,
        tr("Syncs"): tr(
            "{count} ({failed} failed)", count=stats["total_syncs"], failed=stats["failed_syncs"]
        ),
        # Translators: of positions
        tr("Created / updated / closed"): " / ".join(
            str(stats[f"positions_{what}"]) for what in ("created", "updated", "closed")
        ),
        tr("Last error"): visible(stats["last_error"] or tr_in("error", "none")),
    }
    width = max(map(shown_width, lines))
    return "\n".join(f"{padded(label, width)}  {value}" for label, value in lines.items())


def yes_or_no(is_so: bool) -> str:
    return tr("yes") if is_so else tr("no")
