"""A past run is explained by its counts, and what it changed by the figures before and after."""

from dataclasses import replace
from decimal import Decimal

from app.domain.explain.changes import explain_change, explain_run
from app.domain.explain.model import ExplainedField
from app.domain.model.positions import ChangeKind, StoredChange
from app.domain.model.runs import Counts, Run, RunStatus, Trigger
from tests.domain.explain.test_explained import rows, said
from tests.domain.make import T0

COUNTS = Counts(1, 2, 0, 3, increased=1, adjusted=1)
RUN = Run(Trigger.CALLBACK, "All", T0, 0.4, RunStatus.SUCCESS, COUNTS, id=7, taken_at=T0)


def change(kind: ChangeKind, before: str | None, after: str) -> StoredChange:
    return StoredChange(
        account="DU1",
        con_id=1,
        symbol="AAPL",
        description="",
        kind=kind,
        before=None if before is None else {"quantity": before},
        after={"quantity": after},
    )


def test_a_run_says_who_started_it_and_how_its_counts_add_up() -> None:
    found = explain_run(RUN)
    assert (found.title, found.subject) == ("Run 7", "Automatic · All accounts")
    assert (found.formula, said(found.numbers)) == (
        "created + updated = positions in TWS",
        "1 + 2 = 3",
    )
    assert rows(found)["Updated: increased"] == "1"
    assert found.note == ""


def test_counts_that_do_not_add_up_say_why() -> None:
    found = explain_run(
        replace(RUN, counts=replace(COUNTS, positions_closed=1, total_ibkr_positions=2))
    )
    assert said(found.numbers) == "1 + 2 ≠ 2"
    assert "between two syncs" in found.note


def test_a_run_that_failed_has_its_error_and_no_counts() -> None:
    failed = replace(
        RUN, status=RunStatus.ERROR, error="TWS is away.", taken_at=None, account_id="DU1"
    )
    found = explain_run(failed)
    assert found.subject == "Automatic · DU1"
    assert list(rows(found)) == ["Started"]
    assert found.note == "TWS is away. The run stored nothing."


def test_a_change_is_the_figure_before_and_after() -> None:
    found = explain_change(change(ChangeKind.REDUCED, "100", "60"), RUN, ExplainedField.QUANTITY)
    assert found.subject == "AAPL · DU1 · run 7"
    assert said(found.numbers) == "100 + (-40) = 60"
    assert rows(found) == {"Change": "Reduced", "Before": "100", "After": "60", "Difference": "-40"}


def test_a_correction_of_earlier_figures_is_called_restated() -> None:
    found = explain_change(change(ChangeKind.HEALED, None, "60"), RUN, ExplainedField.QUANTITY)
    assert rows(found)["Change"] == "Restated"
    assert found.note == "The run opened this position."
    assert Decimal(rows(found)["Difference"]) == 60
