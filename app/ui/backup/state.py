"""What the window knows of the backups, as one frozen value, and its texts. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from app.domain.desktop.backups import Backup, BackupKind, DatabaseFigures, RestorableFile
from app.domain.desktop.synced_folders import SyncedFolder
from app.domain.text.messages import message, tr, tr_plural, translated
from app.ui.style.formatting import DASH, Formats

KINDS = {
    BackupKind.WEEKLY: message("Weekly"),
    BackupKind.AFTER_UPDATE: message("After an update"),
    BackupKind.MANUAL: message("By hand"),
    BackupKind.BEFORE_RESTORE: message("Before a restore"),
    BackupKind.BEFORE_UPDATE: message("Before an update"),
}
TITLE = message("Restore backup")
NO_KIND = message("Chosen file")
FIGURES = (
    message("Last sync"),
    message("Open positions"),
    message("Closes"),
    message("Runs"),
    message("Size"),
    message("Schema"),
)
UNITS = (message("bytes"), "KB", "MB", "GB", "TB")
UNIT = 1000


@dataclass(frozen=True, slots=True)
class BackupState:
    """Everything that the settings show of the backups.

    Attributes:
        newest: None if there is none, or before it has been looked for.
        is_known: it has been looked for.
        is_busy: one is being made.
        problem: why the last one could not be made; empty if it could.
    """

    newest: Backup | None = None
    is_known: bool = False
    is_busy: bool = False
    problem: str = ""


def newest_text(state: BackupState, formats: Formats) -> str:
    """ "Newest backup: 28 Nov 2026, 14:05"."""
    if state.is_busy:
        return tr("Making a backup…")
    if state.newest is not None:
        return tr("Newest backup: {time}", time=formats.time(state.newest.made_at))
    return tr("There is no backup yet.") if state.is_known else ""


def kind_text(file: RestorableFile) -> str:
    return NO_KIND if file.backup is None else KINDS[file.backup.kind]


def size_text(size: int, formats: Formats) -> str:
    """ "1.2 MB"."""
    amount, unit = Decimal(size), 0
    while amount >= UNIT and unit < len(UNITS) - 1:
        amount, unit = amount / UNIT, unit + 1
    return f"{formats.number(amount, 0, 1)} {translated(UNITS[unit])}"


def figure_rows(
    present: DatabaseFigures | None, chosen: DatabaseFigures | None, formats: Formats
) -> tuple[tuple[str, str, str], ...]:
    """(name, now, in the chosen file) of each figure."""
    names = tuple(map(translated, FIGURES))
    both = (figure_texts(present, formats), figure_texts(chosen, formats))
    return tuple(zip(names, *both, strict=True))


def figure_texts(figures: DatabaseFigures | None, formats: Formats) -> tuple[str, ...]:
    """In the order of `FIGURES`."""
    if figures is None:
        return (DASH,) * len(FIGURES)
    last = figures.last_sync
    return (
        tr("never") if last is None else formats.time(last),
        formats.count(figures.open_positions),
        formats.count(figures.closes),
        formats.count(figures.runs),
        size_text(figures.size, formats),
        formats.count(figures.schema),
    )


def consequence(
    present: DatabaseFigures | None, chosen: DatabaseFigures | None, formats: Formats
) -> str:
    """What restoring would do to the runs; empty before a file is chosen."""
    if chosen is None:
        return ""
    if present is None:
        return tr(
            "The present database cannot be read; it would be kept as it is, under another name."
        )
    gone = present.runs - chosen.runs
    count = formats.count(abs(gone))
    if gone > 0:
        return tr_plural(
            "The history would have {count} run fewer than now. The present file is backed up "
            "first.",
            "The history would have {count} runs fewer than now. The present file is backed up "
            "first.",
            gone,
            count=count,
        )
    if gone < 0:
        return tr_plural(
            "The history would have {count} run more than now. The present file is backed up "
            "first.",
            "The history would have {count} runs more than now. The present file is backed up "
            "first.",
            -gone,
            count=count,
        )
    return tr("The history would have as many runs as now. The present file is backed up first.")


def question_text(file: RestorableFile, formats: Formats) -> str:
    if file.backup is None:
        return tr("Restore {file}?", file=file.path.name)
    return tr("Restore the backup of {time}?", time=formats.time(file.backup.made_at))


def restored_text(file: RestorableFile, formats: Formats, *, is_kept: bool) -> str:
    """Args: is_kept: what was there before is a backup now."""
    if file.backup is None:
        told = tr("Restored {file}.", file=file.path.name)
    else:
        told = tr("Restored the backup of {time}.", time=formats.time(file.backup.made_at))
    more = tr("The database that it replaced is kept as a backup.") if is_kept else ""
    return " ".join(filter(None, (told, more)))


def synced_folder_text(synced: SyncedFolder) -> str:
    return tr(
        "The database is in {folder}, which {program} synchronises. It can copy the file while "
        "Position Sync writes to it, or put an older copy in its place: syncs could be lost, and "
        "the copy on another computer could be damaged.",
        folder=synced.folder,
        program=synced.program,
    )


SYNCED_FOLDER_ADVICE = message(
    "Move the database to a folder of this computer only (Settings > Database & log), and let the "
    "backups go to the synchronised folder instead: they are complete and do not change."
)
