"""The columns of the table of runs. Pure."""

from collections.abc import Callable
from decimal import Decimal
from operator import attrgetter

from app.domain.explain.titles import TRIGGER_TITLES, account_text
from app.domain.fetching.queries import is_fetched
from app.domain.model.runs import Run, RunStatus, Trigger
from app.domain.text.messages import joined, message, message_in
from app.ui.style.formatting import DASH, Formats
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import TableLayout
from app.ui.table.core.plain_columns import MUTED, figure, note, time, word

# Translators: who or what started a run: the statement was fetched from IBKR, not read from a file.
FETCHED = message_in("run", "Statement (fetched)")
RESULTS = {
    # Translators: how a run ended.
    RunStatus.SUCCESS: (message_in("result of a sync", "Successful"), "gain"),
    RunStatus.ERROR: (message_in("result of a sync", "Failed"), "loss"),
    RunStatus.HELD: (message_in("result of a sync", "Held"), "warning"),
    RunStatus.CANCELLED: (message_in("result of a sync", "Cancelled"), "muted"),
    RunStatus.UNDONE: (message_in("result of a sync", "Undone"), "muted"),
}


def trigger_text(run: Run) -> str:
    """Tells a statement that was fetched from one that was imported from a file."""
    is_from_ibkr = run.trigger is Trigger.FLEX and is_fetched(run.note)
    return FETCHED if is_from_ibkr else TRIGGER_TITLES[run.trigger]


def tone_of(run: Run) -> str:
    """Grey for undone runs."""
    return "muted" if run.status is RunStatus.UNDONE else ""


def result_text(run: Run, formats: Formats) -> str:
    """ "Successful", "Undone 14:05"; with the day if it differs from the run's."""
    if run.undone_at is None:
        return RESULTS[run.status][0]
    return message("Undone {time}", time=formats.as_of(run.undone_at, run.started_at))


def reason(run: Run) -> str:
    """Why the run failed, was held or cancelled, and its note."""
    return joined((run.error or "", run.note))


def undone_text(run: Run, context: PlainContext) -> str:
    if run.undone_at is None:
        return ""
    return message("Undone {time}", time=context.formats.exact_time(run.undone_at))


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
        *("time", message("Time"), attrgetter("started_at")),
        description=message("When the run began"),
        tone=lambda run, _: tone_of(run),
        is_hideable=False,
    ),
    Column(
        *("result", message("Result")),
        lambda run, context: result_text(run, context.formats),
        lambda run, context: result_text(run, context.formats),
        description=message("How the run ended, and whether it was undone"),
        tone=lambda run, _: RESULTS[run.status][1],
        tooltip=undone_text,
        width=12,
    ),
    word(
        *("trigger", message("Started by"), trigger_text),
        description=message("Who or what started the run"),
        tone=lambda run, _: tone_of(run),
        width=12,
    ),
    word(
        *("account", message("Account"), account_text),
        description=message("What was synced"),
        tone=lambda run, _: tone_of(run),
        width=12,
    ),
    figure(
        *("took", message("Duration"), lambda run: Decimal(repr(run.duration_s)), Formats.quantity),
        text=lambda run, context: context.formats.seconds(run.duration_s),
        description=message("From the start to the end of the run"),
        tone=lambda run, _: tone_of(run),
        width=7,
    ),
    count(
        *("created", message_in("count", "Created"), "positions_created"),
        message("New positions"),
    ),
    count(
        *("updated", message_in("count", "Updated"), "positions_updated"),
        message("Positions that were open before, and still are"),
    ),
    count(
        *("closed", message_in("count", "Closed"), "positions_closed"),
        message("Positions that are no longer held"),
    ),
    count(
        *("in_tws", message("In TWS"), "total_ibkr_positions"),
        message("All positions in TWS"),
    ),
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
