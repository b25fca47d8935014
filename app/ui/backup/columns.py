"""The columns of the table of backups. Pure."""

from datetime import datetime
from operator import attrgetter
from typing import Any

from app.domain.desktop.backups import RestorableFile
from app.ui.backup.state import kind_text, size_text
from app.ui.style.formatting import DASH
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import TableLayout
from app.ui.table.core.plain_columns import MUTED, figure, time, word


def made_at(file: RestorableFile) -> datetime | None:
    return None if file.backup is None else file.backup.made_at


def last_sync(file: RestorableFile) -> datetime | None:
    return None if file.figures is None else file.figures.last_sync


def tone_of(file: RestorableFile, _: PlainContext) -> str:
    """Grey for what cannot be restored."""
    return MUTED if file.problem else ""


def note_text(file: RestorableFile) -> str:
    return file.problem or file.path.name


def count(key: str, title: str, description: str, width: int) -> Column[Any, PlainContext]:
    def of(file: RestorableFile) -> int | None:
        return None if file.figures is None else getattr(file.figures, key)

    return figure(
        *(key, title, of),
        lambda formats, number: DASH if number is None else formats.count(number),
        description=description,
        tone=tone_of,
        width=width,
    )


COLUMNS: tuple[Column[RestorableFile, PlainContext], ...] = (
    time(
        *("made", "Made", made_at),
        description="When the backup was made",
        tone=tone_of,
        is_hideable=False,
    ),
    word(
        *("kind", "Kind", kind_text),
        description="Why it was made",
        tone=tone_of,
        width=14,
    ),
    time(
        *("last_sync", "Last sync", last_sync),
        description="The newest snapshot in it",
        tone=tone_of,
    ),
    count("open_positions", "Positions", "Open positions in it", 7),
    count("closes", "Closes", "Partial and full closes in it", 6),
    count("runs", "Runs", "Runs in its history", 6),
    figure(
        *("size", "Size", lambda file: None if file.figures is None else file.figures.size),
        lambda formats, size: DASH if size is None else size_text(size, formats),
        description="Of the file",
        tone=tone_of,
        width=8,
    ),
    word(
        *("file", "File", note_text),
        description="Its name, or why it cannot be restored",
        tone=lambda file, _: "warning" if file.problem else MUTED,
        tooltip=lambda file, _: file.problem or str(file.path),
        width=16,
    ),
)

BACKUPS: TableSpec[RestorableFile, PlainContext] = TableSpec(
    name="backups",
    columns=COLUMNS,
    key=attrgetter("path"),
    tie_break=lambda file: -file.backup.made_at.timestamp() if file.backup else float("-inf"),
    search_text=note_text,
    stretched="file",
    default=TableLayout(default_columns(COLUMNS)),
)
