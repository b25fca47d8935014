"""The columns of the table of backups. Pure."""

from datetime import datetime
from operator import attrgetter
from typing import Any

from app.domain.desktop.backups import RestorableFile
from app.domain.text.messages import message, message_in, translated
from app.ui.backup.state import kind_text, size_text
from app.ui.style.formatting import DASH
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import TableLayout
from app.ui.table.core.plain_columns import MUTED, figure, time, word


def made_at(file: RestorableFile) -> datetime | None:
    return None if file.backup is None else file.backup.made_at


def last_sync(file: RestorableFile) -> datetime | None:
    return None if file.figures is None else file.figures.last_sync


def size(file: RestorableFile) -> int | None:
    return None if file.figures is None else file.figures.size


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
        *("made", message_in("column", "Made"), made_at),
        description=message("When the backup was made"),
        tone=tone_of,
        is_hideable=False,
    ),
    word(
        *("kind", message("Kind"), kind_text),
        text=lambda file, _: translated(kind_text(file)),
        description=message("Why it was made"),
        tone=tone_of,
        width=14,
    ),
    time(
        *("last_sync", message("Last sync"), last_sync),
        description=message("The newest sync in it"),
        tone=tone_of,
    ),
    count("open_positions", message("Positions"), message("Open positions in it"), 7),
    count("closes", message("Closes"), message("Partial and full closes in it"), 6),
    count("runs", message("Runs"), message("Runs in its history"), 6),
    figure(
        *("size", message("Size"), size),
        lambda formats, number: DASH if number is None else size_text(number, formats),
        description=message("The size of the file"),
        tone=tone_of,
        width=8,
    ),
    word(
        *("file", message_in("column", "File"), note_text),
        text=lambda file, _: translated(note_text(file)),
        description=message("Its name, or why it cannot be restored"),
        tone=lambda file, _: "warning" if file.problem else MUTED,
        tooltip=lambda file, _: translated(file.problem) or str(file.path),
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
