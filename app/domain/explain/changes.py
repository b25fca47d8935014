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
from app.domain.model.positions import StoredChange
from app.domain.model.runs import ALL_ACCOUNTS, Run

NO_COST = "Nothing to compute: IBKR gave no average cost."
COST = "IBKR's average cost includes the multiplier and the commissions."
NEW = "The run opened this position."
NO_CLOSES = "The run recorded no close of this position, or its closes were taken back since."
DAY_TRADE = "What was opened and closed between two syncs counts as created and as closed."
NOTHING_STORED = "The run stored nothing."
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
    rows = [exact("Before", before), exact("After", after)]
    if before is not None and after is not None:
        step = after - before
        numbers = (Number(before), " + ", *in_brackets(step), " = ", Number(after))
        rows.append(exact("Difference", step))
    notes = {
        ExplainedField.QUANTITY: "",
        ExplainedField.AVERAGE_COST: COST if after is not None else NO_COST,
    }
    note = (change.note, NEW if change.before is None else "", notes.get(field, NO_CLOSES))
    return Explanation(
        title=field.value,
        subject=f"{change.description or change.symbol} · {change.account} · run {run.id}",
        formula="before + difference = after" if numbers else "",
        numbers=numbers,
        rows=(ExplainedRow(("Change",), (change.kind.value,)), *rows),
        note=" ".join(part for part in note if part),
        read_at=run.taken_at,
    )


def explain_run(run: Run) -> Explanation:
    """How the counts of a run add up."""
    counts = run.counts
    created, updated = Decimal(counts.positions_created), Decimal(counts.positions_updated)
    total = Decimal(counts.total_ibkr_positions)
    stored = run.taken_at is not None
    is_equal = created + updated == total
    sign = " = " if is_equal else " is not "
    numbers: Text = (Number(created), " + ", Number(updated), sign, Number(total))
    rows = (
        ("Created", counts.positions_created),
        ("Updated", counts.positions_updated),
        ("of them increased", counts.increased),
        ("of them reduced", counts.reduced),
        ("of them reversed", counts.reversed),
        ("of them adjusted", counts.adjusted),
        ("Closed", counts.positions_closed),
        ("In TWS", counts.total_ibkr_positions),
    )
    accounts = "all accounts" if run.account_id == ALL_ACCOUNTS else run.account_id
    note = (
        *(run.error or "", run.note, "" if stored else NOTHING_STORED),
        DAY_TRADE if stored and not is_equal else "",
    )
    return Explanation(
        title=f"Run {run.id}",
        subject=f"{run.trigger.value} sync of {accounts}",
        formula="created + updated = positions in TWS" if stored else "",
        numbers=numbers if stored else (),
        rows=(
            ExplainedRow(("Started",), (run.started_at,)),
            *(exact(name, Decimal(number)) for name, number in rows if stored),
        ),
        note=" ".join(part for part in note if part),
        read_at=run.taken_at,
    )


def figure(figures: Mapping[str, str | None] | None, field: ExplainedField) -> Decimal | None:
    """The stored figure; None if unknown, and a quantity of 0 before the position existed."""
    if figures is None:
        return Decimal(0) if field is ExplainedField.QUANTITY else None
    text = figures.get(NAMES[field])
    return None if text is None else Decimal(text)
