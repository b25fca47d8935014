"""The text for a bug report: versions, settings, connection, the last errors.

It has no account numbers and no positions.
"""

import sqlite3
import sys
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from app import __version__
from app.domain.connection.profile import KEYS
from app.domain.desktop.app_state import SyncState
from app.domain.text.redaction import masked
from app.platform.logs import LogLine
from app.settings.model import FLEX_TABLES, Settings

PACKAGES = (
    *("PySide6_Essentials", "qasync", "ib_insync", "eventkit", "peewee", "platformdirs"),
    *("starlette", "uvicorn", "h11"),
)
LAST_LINES = 40


def diagnostics(settings: Settings, state: SyncState, lines: Iterable[LogLine]) -> str:
    """Args: lines: of the log, oldest first; only the newest are included."""
    parts = (
        ("Versions", version_lines()),
        ("Settings", setting_lines(settings)),
        ("Connection", connection_lines(state)),
        ("Syncs", sync_lines(state)),
        ("Log", [line.text for line in tuple(lines)[-LAST_LINES:]]),
    )
    text = "\n\n".join("\n".join([f"## {title}", *body]) for title, body in parts)
    return redacted(text, settings, state)


def redacted(text: str, settings: Settings, state: SyncState) -> str:
    """The text without account numbers, and with ~ for the user's home."""
    known = {*state.stored.accounts, *state.connection.accounts, *settings.account_numbers}
    text = masked(text, known)
    return text.replace(str(Path.home()), "~")


def version_lines() -> list[str]:
    import platform  # slow, so imported only on demand

    own = [
        f"Position Sync {__version__}",
        f"Python {platform.python_version()} on {platform.platform()} ({sys.executable})",
        f"SQLite {sqlite3.sqlite_version}",
    ]
    return own + [f"{name} {installed(name)}" for name in PACKAGES]


def installed(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def setting_lines(settings: Settings) -> list[str]:
    """Connections get numbers here, because the user chose their names; Flex Queries neither."""
    numbers = {made.name: number for number, made in enumerate(settings.connections, 1)}
    lines = [
        f"{field.name} = {getattr(settings, field.name)}"
        for field in fields(settings)
        if field.name not in ("connection", "connections", *FLEX_TABLES)
    ]
    kinds = ", ".join(query.kind.value for query in settings.flex_queries) or "none"
    lines.append(f"flex_queries: {kinds}")
    lines.append(f"connection = number {numbers.get(settings.connection, 0)}")
    for made in settings.connections:
        values = ", ".join(f"{key} = {getattr(made, key)}" for key in KEYS)
        lines.append(f"connection {numbers[made.name]}: {values}")
    return lines


def connection_lines(state: SyncState) -> list[str]:
    connection = state.connection
    return [f"{field.name}: {getattr(connection, field.name)}" for field in fields(connection)]


def sync_lines(state: SyncState) -> list[str]:
    statistics = state.stored.statistics
    run = statistics.last_run
    last = "never" if run is None else f"{run.started_at:%Y-%m-%d %H:%M:%S} UTC, {run.status.value}"
    return [
        f"{statistics.total_syncs} syncs, {statistics.failed_syncs} failed",
        f"The last: {last}" + (f", {run.duration_s:.1f} s" if run else ""),
        f"The last error: {statistics.last_error or 'none'}",
        f"{len(state.stored.positions)} open positions in {len(state.stored.accounts)} accounts",
        f"Now: {state.phase.value}" + (f", {state.error}" if state.error else ""),
    ]
