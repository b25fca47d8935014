"""The runs as a table, newest first; older ones are asked for when the end comes into view."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.domain.model.runs import ALL_ACCOUNTS, Run, RunStatus, Trigger
from app.ui.style.formatting import DASH, Formats
from app.ui.style.roles import Index
from app.ui.style.theme import Colours
from app.ui.table.text_model import Cell, TextColumn, TextModel

TRIGGERS = {
    Trigger.MANUAL: "Manual",
    Trigger.CALLBACK: "Callback",
    Trigger.SCHEDULE: "Schedule",
    Trigger.STARTUP: "Start-up",
    Trigger.CLI: "Command line",
    Trigger.API: "API",
    Trigger.FLEX: "Flex import",
}
RESULTS = {
    RunStatus.SUCCESS: ("Successful", "gain"),
    RunStatus.ERROR: ("Failed", "loss"),
    RunStatus.HELD: ("Held", "warning"),
    RunStatus.CANCELLED: ("Cancelled", "muted"),
    RunStatus.UNDONE: ("Undone", "muted"),
}


def tone_of(run: Run) -> str:
    """Grey for undone runs."""
    return "muted" if run.status is RunStatus.UNDONE else ""


def account_text(run: Run) -> str:
    return "All accounts" if run.account_id == ALL_ACCOUNTS else run.account_id


def result_text(run: Run, formats: Formats) -> str:
    """ "Successful", "Undone 14:05"; with the day if it differs from the run's."""
    text = RESULTS[run.status][0]
    if run.undone_at is None:
        return text
    return f"{text} {formats.as_of(run.undone_at, run.started_at)}"


def reason(run: Run) -> str:
    """Why the run failed, was held or cancelled, and its note."""
    return " ".join(text for text in (run.error, run.note) if text)


def time_cell(run: Run, formats: Formats) -> Cell:
    return Cell(formats.time(run.started_at), tone_of(run), formats.exact_time(run.started_at))


def result_cell(run: Run, formats: Formats) -> Cell:
    tip = "" if run.undone_at is None else f"Undone {formats.exact_time(run.undone_at)}"
    return Cell(result_text(run, formats), RESULTS[run.status][1], tip)


def count_column(title: str, width: int, count: Callable[[Run], int]) -> TextColumn[Run]:
    """A run that stored nothing has a dash, not a zero."""

    def cell(run: Run, formats: Formats) -> Cell:
        if run.status not in (RunStatus.SUCCESS, RunStatus.UNDONE):
            return Cell(DASH, "muted")
        number = count(run)
        return Cell(formats.count(number), tone_of(run) if number else "muted")

    return TextColumn(title, width, cell, is_number=True)


COLUMNS: tuple[TextColumn[Run], ...] = (
    TextColumn("Time", 148, time_cell),
    TextColumn("Result", 118, result_cell),
    TextColumn("Trigger", 104, lambda run, _: Cell(TRIGGERS[run.trigger], tone_of(run))),
    TextColumn("Account", 104, lambda run, _: Cell(account_text(run), tone_of(run))),
    TextColumn(
        "Took",
        72,
        lambda run, formats: Cell(formats.seconds(run.duration_s), tone_of(run)),
        is_number=True,
    ),
    count_column("Created", 78, lambda run: run.counts.positions_created),
    count_column("Updated", 78, lambda run: run.counts.positions_updated),
    count_column("Closed", 70, lambda run: run.counts.positions_closed),
    count_column("In TWS", 74, lambda run: run.counts.total_ibkr_positions),
    TextColumn("Note", 220, lambda run, _: Cell(reason(run), "muted", reason(run))),
)


class RunsModel(TextModel[Run]):
    """Inserts new runs above and older ones below, so that selection and scrolling stay.

    Signals:
        more_wanted(): the end of the list is in view, and there are older runs.
    """

    more_wanted = Signal()

    def __init__(self, formats: Formats, colours: Colours, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, formats, colours, parent)
        self._has_more = False

    def show_runs(self, runs: tuple[Run, ...], *, has_more: bool) -> None:
        self._has_more = has_more
        known = self.rows
        ids = [run.id for run in runs]
        above = ids.index(known[0].id) if known and known[0].id in ids else -1
        if above < 0 or ids[above : above + len(known)] != [run.id for run in known]:
            self.show(runs)
            return
        for number, run in enumerate(runs[above : above + len(known)]):
            if run != known[number]:
                self.replace(number, run)
        self.insert(len(known), runs[above + len(known) :])
        self.insert(0, runs[:above])

    def canFetchMore(self, parent: Index) -> bool:
        return self._has_more and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        """Asks for older runs, which the next `show_runs` adds."""
        if self.canFetchMore(parent):
            self._has_more = False
            self.more_wanted.emit()
