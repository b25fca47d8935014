"""Explains a past run: its counts, and the figures that it changed. Pure."""

from collections.abc import Mapping
from decimal import Decimal

from app.domain.explain.model import (
    ExplainedField,
    ExplainedRow,
    Explanation,
    Number,
    Text,
    exact,
    in_brackets,
)
from app.domain.explain.titles import CHANGE_TITLES, TRIGGER_TITLES, account_text
from app.domain.model.positions import StoredChange
from app.domain.model.runs import Run
from app.domain.text.messages import joined, message, message_in

NO_COST = message("Nothing to compute: IBKR gave no average cost.")
COST = message("IBKR's average cost includes the multiplier and the commissions.")
NEW = message("The run opened this position.")
NO_CLOSES = message(
    "The run recorded no close of this position, or its closes have been undone since."
)
DAY_TRADE = message(
    "A position that was opened and closed between two syncs counts as created and as closed."
)
NOTHING_STORED = message("The run stored nothing.")
# field -> the name of its figure among those of a stored change
NAMES = {
    ExplainedField.QUANTITY: "quantity",
    ExplainedField.AVERAGE_COST: "average_cost",
    ExplainedField.REALIZED: "realized_pnl",
}


def explain_change(change: StoredChange, run: Run, field: ExplainedField) -> Explanation:
    """A figure before and after the run."""
    before, after = figure(change.before, field), figure(change.after, field)
    numbers: Text = ()
    rows = [exact(message("Before"), before), exact(message("After"), after)]
    if before is not None and after is not None:
        step = after - before
        numbers = (Number(before), " + ", *in_brackets(step), " = ", Number(after))
        rows.append(exact(message("Difference"), step))
    notes = {
        ExplainedField.QUANTITY: "",
        ExplainedField.AVERAGE_COST: COST if after is not None else NO_COST,
    }
    note = (change.note, NEW if change.before is None else "", notes.get(field, NO_CLOSES))
    return Explanation(
        title=field.value,
        subject=joined(
            (
                change.description or change.symbol,
                change.account,
                message("run {number}", number=run.id),
            ),
            " · ",
        ),
        formula=message("before + difference = after") if numbers else "",
        numbers=numbers,
        rows=(ExplainedRow((message("Change"),), (CHANGE_TITLES[change.kind],)), *rows),
        note=joined(note),
        read_at=run.taken_at,
    )


def explain_run(run: Run) -> Explanation:
    """How the counts of a run add up."""
    counts = run.counts
    created, updated = Decimal(counts.positions_created), Decimal(counts.positions_updated)
    total = Decimal(counts.total_ibkr_positions)
    stored = run.taken_at is not None
    is_equal = created + updated == total
    sign = " = " if is_equal else " ≠ "
    numbers: Text = (Number(created), " + ", Number(updated), sign, Number(total))
    rows = (
        (message_in("count", "Created"), counts.positions_created),
        (message_in("count", "Updated"), counts.positions_updated),
        (message("Updated: increased"), counts.increased),
        (message("Updated: reduced"), counts.reduced),
        (message("Updated: reversed"), counts.reversed),
        (message("Updated: adjusted"), counts.adjusted),
        (message_in("count", "Closed"), counts.positions_closed),
        (message("In TWS"), counts.total_ibkr_positions),
    )
    note = (
        *(run.error or "", run.note, "" if stored else NOTHING_STORED),
        DAY_TRADE if stored and not is_equal else "",
    )
    return Explanation(
        title=message("Run {number}", number=run.id),
        subject=joined((TRIGGER_TITLES[run.trigger], account_text(run)), " · "),
        formula=message("created + updated = positions in TWS") if stored else "",
        numbers=numbers if stored else (),
        rows=(
            ExplainedRow((message("Started"),), (run.started_at,)),
            *(exact(name, Decimal(number)) for name, number in rows if stored),
        ),
        note=joined(note),
        read_at=run.taken_at,
    )


def figure(figures: Mapping[str, str | None] | None, field: ExplainedField) -> Decimal | None:
    """The stored figure; None if unknown, and a quantity of 0 before the position existed."""
    if figures is None:
        return Decimal(0) if field is ExplainedField.QUANTITY else None
    text = figures.get(NAMES[field])
    return None if text is None else Decimal(text)
