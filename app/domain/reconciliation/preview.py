"""The report of a preview, and what has changed at TWS since; pure."""

from collections.abc import Iterator
from dataclasses import replace

from app.domain.model.amounts import ZERO
from app.domain.model.instruments import plain_text
from app.domain.model.runs import Counts, Report, Run, RunStatus
from app.domain.model.snapshot import Fill, Holding, PreviewToken, Snapshot
from app.domain.model.sync_plan import Plan
from app.domain.reconciliation.mass_close_guard import held_text
from app.domain.text.messages import Message, joined, message, message_plural

FIRST_FEW = 3


def preview_differences(previewed: Snapshot, now: Snapshot) -> tuple[str, ...]:
    """The differences between two reads of TWS, in words; price changes do not count."""
    return tuple(differences(previewed, now))


def differences(previewed: Snapshot, now: Snapshot) -> Iterator[str]:
    if sorted(previewed.accounts) != sorted(now.accounts):
        yield message("the accounts are different")
    before = {holding.identity: holding for holding in previewed.holdings}
    after = {holding.identity: holding for holding in now.holdings}
    for identity in sorted(before.keys() | after.keys()):
        yield from holding_differences(before.get(identity), after.get(identity))
    if {*map(comparable_parts, previewed.fills)} != {*map(comparable_parts, now.fills)}:
        yield message("the executions are different")


def holding_differences(before: Holding | None, after: Holding | None) -> Iterator[str]:
    either = before or after
    if either is None:
        return
    instrument, account = either.instrument.description, either.account
    then, now = (holding.quantity if holding else ZERO for holding in (before, after))
    if then != now:
        yield message(
            "{instrument} in {account} went from {then} to {now}",
            instrument=instrument,
            account=account,
            then=plain_text(then),
            now=plain_text(now),
        )
    elif before and after and before.average_cost != after.average_cost:
        yield message(
            "the average cost of {instrument} in {account} is different",
            instrument=instrument,
            account=account,
        )


def comparable_parts(fill: Fill) -> tuple[object, ...]:
    """The fields of an execution that a sync can use."""
    return fill.exec_id, fill.quantity, fill.price, fill.commission, fill.realized_pnl


OUTDATED_KEPT = message(
    "Positions in TWS changed since the preview. Nothing was changed. Preview again."
)


def outdated_text(found: tuple[str, ...]) -> Message:
    """For the screen only: history and log keep `OUTDATED_KEPT`.

    Args:
        found: at least one difference.
    """
    more = len(found) - FIRST_FEW
    listed = joined(found[:FIRST_FEW], ", ")
    if more > 0:
        # Translators: of differences
        listed = message_plural(
            "{listed}, and {count} more", "{listed}, and {count} more", more, listed=listed
        )
    return message(
        "Positions in TWS changed since the preview: {differences}. Nothing was changed. "
        "Preview again.",
        differences=listed,
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
