"""Makes the report of a preview; pure."""

from dataclasses import replace

from app.domain.model.runs import Counts, Report, Run, RunStatus
from app.domain.model.snapshot import PreviewToken
from app.domain.model.sync_plan import Plan
from app.domain.reconciliation.mass_close_guard import held_text


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
