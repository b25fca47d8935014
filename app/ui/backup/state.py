"""What the window knows of the backups, as one frozen value, and its texts. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from app.domain.desktop.backups import Backup, BackupKind, DatabaseFigures, RestorableFile
from app.domain.desktop.synced_folders import SyncedFolder
from app.ui.style.formatting import DASH, Formats

KINDS = {
    BackupKind.WEEKLY: "Weekly",
    BackupKind.AFTER_UPDATE: "After an update",
    BackupKind.MANUAL: "By hand",
    BackupKind.BEFORE_RESTORE: "Before a restore",
    BackupKind.BEFORE_UPDATE: "Before an update",
}
TITLE = "Restore backup"
NO_KIND = "Chosen file"
UNITS = ("bytes", "KB", "MB", "GB", "TB")
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
        return "Making a backup…"
    if state.newest is not None:
        return f"Newest backup: {formats.time(state.newest.made_at)}"
    return "There is no backup yet." if state.is_known else ""


def kind_text(file: RestorableFile) -> str:
    return NO_KIND if file.backup is None else KINDS[file.backup.kind]


def size_text(size: int, formats: Formats) -> str:
    """ "1.2 MB"."""
    amount, unit = Decimal(size), 0
    while amount >= UNIT and unit < len(UNITS) - 1:
        amount, unit = amount / UNIT, unit + 1
    return f"{formats.number(amount, 0, 1)} {UNITS[unit]}"


def figure_rows(
    present: DatabaseFigures | None, chosen: DatabaseFigures | None, formats: Formats
) -> tuple[tuple[str, str, str], ...]:
    """(name, now, in the chosen file) of each figure."""
    texts = (figure_texts(present, formats), figure_texts(chosen, formats))
    return tuple((name, texts[0][name], texts[1][name]) for name in texts[0])


def figure_texts(figures: DatabaseFigures | None, formats: Formats) -> dict[str, str]:
    if figures is None:
        names = ("Last sync", "Open positions", "Closes", "Runs", "Size", "Schema")
        return dict.fromkeys(names, DASH)
    last = figures.last_sync
    return {
        "Last sync": "never" if last is None else formats.time(last),
        "Open positions": formats.count(figures.open_positions),
        "Closes": formats.count(figures.closes),
        "Runs": formats.count(figures.runs),
        "Size": size_text(figures.size, formats),
        "Schema": formats.count(figures.schema),
    }


def consequence(
    present: DatabaseFigures | None, chosen: DatabaseFigures | None, formats: Formats
) -> str:
    """What restoring would do to the runs; empty before a file is chosen."""
    if chosen is None:
        return ""
    if present is None:
        return "The present database cannot be read; it would be kept as it is, under another name."
    gone = present.runs - chosen.runs
    runs = f"{formats.count(abs(gone))} {'run' if abs(gone) == 1 else 'runs'}"
    if gone > 0:
        return f"The history would have {runs} fewer than now. The present file is backed up first."
    if gone < 0:
        return f"The history would have {runs} more than now. The present file is backed up first."
    return "The history would have as many runs as now. The present file is backed up first."


def name_of(file: RestorableFile, formats: Formats) -> str:
    """ "the backup of 28 Nov 2026, 14:05"."""
    if file.backup is None:
        return file.path.name
    return f"the backup of {formats.time(file.backup.made_at)}"


def synced_folder_text(synced: SyncedFolder) -> str:
    return (
        f"The database lies in {synced.folder}, which {synced.program} synchronises. It can copy "
        "the file while Position Sync writes to it, or put an older copy in its place: syncs could "
        "be lost, and the copy on another computer could be damaged."
    )


SYNCED_FOLDER_ADVICE = (
    "Move the database to a folder of this computer only (Settings > Database & log), and let the "
    "backups go to the synchronised folder instead: they are whole and do not change."
)
