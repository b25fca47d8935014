"""The columns of the table of runs. Pure."""

from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter

from app.domain.fetching.queries import is_fetched
from app.domain.model.runs import ALL_ACCOUNTS, Run, RunStatus, Trigger
from app.ui.style.formatting import DASH, Formats
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import TableLayout
from app.ui.table.core.plain_columns import MUTED, figure, note, time, word

TRIGGERS = {
    Trigger.MANUAL: "Manual",
    Trigger.CALLBACK: "Automatic",
    Trigger.SCHEDULE: "Schedule",
    Trigger.STARTUP: "Start-up",
    Trigger.CLI: "Command line",
    Trigger.API: "API",
    Trigger.FLEX: "Flex import",
}
FETCHED = "Statement (fetched)"
RESULTS = {
    RunStatus.SUCCESS: ("Successful", "gain"),
    RunStatus.ERROR: ("Failed", "loss"),
    RunStatus.HELD: ("Held", "warning"),
    RunStatus.CANCELLED: ("Cancelled", "muted"),
    RunStatus.UNDONE: ("Undone", "muted"),
}


def trigger_text(run: Run) -> str:
    """Tells a statement that was fetched from one that was imported from a file."""
    return (
        FETCHED if run.trigger is Trigger.FLEX and is_fetched(run.note) else TRIGGERS[run.trigger]
    )


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


def undone_text(run: Run, context: PlainContext) -> str:
    return "" if run.undone_at is None else f"Undone {context.formats.exact_time(run.undone_at)}"


def count(key: str, title: str, of: str, description: str) -> Column[Run, PlainContext]:
    """A run that stored nothing has a dash, not a zero. Args: of: the attribute of `Counts`."""
    counted: Callable[[Run], int] = attrgetter(f"counts.{of}")

    def stored(run: Run) -> int | None:
        return counted(run) if run.status in (RunStatus.SUCCESS, RunStatus.UNDONE) else None

    return figure(
        *(key, title, stored),
        lambda formats, number: DASH if number is None else formats.count(number),
        description=description,
        tone=lambda run, _: tone_of(run) if stored(run) else MUTED,
        width=5,
    )


COLUMNS: tuple[Column[Run, PlainContext], ...] = (
    time(
        *("time", "Time", attrgetter("started_at")),
        description="When the run began",
        tone=lambda run, _: tone_of(run),
        is_hideable=False,
    ),
    Column(
        *("result", "Result"),
        lambda run, context: result_text(run, context.formats),
        lambda run, context: result_text(run, context.formats),
        description="How the run ended, and whether it was undone",
        tone=lambda run, _: RESULTS[run.status][1],
        tooltip=undone_text,
        width=12,
    ),
    word(
        *("trigger", "Trigger", trigger_text),
        description="Who asked for the run",
        tone=lambda run, _: tone_of(run),
        width=12,
    ),
    word(
        *("account", "Account", account_text),
        description="What was synced",
        tone=lambda run, _: tone_of(run),
        width=12,
    ),
    figure(
        *("took", "Duration", lambda run: Decimal(repr(run.duration_s)), Formats.quantity),
        text=lambda run, context: context.formats.seconds(run.duration_s),
        description="From the start to the end of the run",
        tone=lambda run, _: tone_of(run),
        width=7,
    ),
    count("created", "Created", "positions_created", "Positions that were new"),
    count("updated", "Updated", "positions_updated", "Positions that were there before"),
    count("closed", "Closed", "positions_closed", "Positions that are held no more"),
    count("in_tws", "In TWS", "total_ibkr_positions", "All positions that TWS had"),
    note(reason),
)

RUNS: TableSpec[Run, PlainContext] = TableSpec(
    name="runs",
    columns=COLUMNS,
    key=attrgetter("id"),
    tie_break=attrgetter("id"),
    search_text=reason,
    stretched="note",
    default=TableLayout(default_columns(COLUMNS)),
)
