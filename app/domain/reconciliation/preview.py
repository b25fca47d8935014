"""The report of a preview, and what has changed at TWS since; pure."""

from collections.abc import Iterator
from dataclasses import replace

from app.domain.model.instruments import plain
from app.domain.model.runs import Counts, Report, Run, RunStatus
from app.domain.model.snapshot import Fill, Holding, PreviewToken, Snapshot
from app.domain.model.sync_plan import Plan
from app.domain.reconciliation.mass_close_guard import held_text

FIRST_FEW = 3


def preview_differences(previewed: Snapshot, now: Snapshot) -> tuple[str, ...]:
    """The differences between two reads of TWS, in words; price changes do not count."""
    return tuple(differences(previewed, now))


def differences(previewed: Snapshot, now: Snapshot) -> Iterator[str]:
    if sorted(previewed.accounts) != sorted(now.accounts):
        yield "the accounts are others"
    before = {holding.identity: holding for holding in previewed.holdings}
    after = {holding.identity: holding for holding in now.holdings}
    for identity in sorted(before.keys() | after.keys()):
        yield from holding_differences(before.get(identity), after.get(identity))
    if {*map(comparable_parts, previewed.fills)} != {*map(comparable_parts, now.fills)}:
        yield "there are other executions"


def holding_differences(before: Holding | None, after: Holding | None) -> Iterator[str]:
    either = before or after
    if either is None:
        return
    name = f"{either.instrument.description} in {either.account}"
    quantities = [plain(holding.quantity) if holding else "0" for holding in (before, after)]
    if quantities[0] != quantities[1]:
        yield f"{name} went from {quantities[0]} to {quantities[1]}"
    elif before and after and before.average_cost != after.average_cost:
        yield f"the average cost of {name} is another"


def comparable_parts(fill: Fill) -> tuple[object, ...]:
    """The fields of an execution that a sync can use."""
    return fill.exec_id, fill.quantity, fill.price, fill.commission, fill.realized_pnl


OUTDATED_KEPT = "Positions in TWS changed since the preview. Nothing was changed. Preview again."


def outdated_text(found: tuple[str, ...]) -> str:
    """For the screen only: history and log keep `OUTDATED_KEPT`.

    Args:
        found: at least one difference.
    """
    more = len(found) - FIRST_FEW
    listed = ", ".join(found[:FIRST_FEW]) + (f", and {more} more" if more > 0 else "")
    return (
        f"Positions in TWS changed since the preview: {listed}. Nothing was changed. Preview again."
    )


def preview_report(plan: Plan, run: Run, basis: PreviewToken) -> Report:
    """The report of a dry run, with the counts that a sync would have; a held one has none."""
    if plan.held:
        counts = Counts(total_ibkr_positions=plan.counts.total_ibkr_positions)
        run = replace(run, status=RunStatus.HELD, error=held_text(plan.held), counts=counts)
    else:
        run = replace(run, counts=plan.counts)
    return Report(
        run,
        changes=plan.recorded,
        held=plan.held,
        unconfirmed=plan.unconfirmed,
        basis=basis,
    )
