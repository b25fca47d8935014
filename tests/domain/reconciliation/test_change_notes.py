"""What a change says of itself, in words a trader reads."""

from decimal import Decimal

from app.domain.model.positions import ChangeKind, Position, Source
from app.domain.model.runs import Request
from app.domain.model.snapshot import Fill, Holding
from app.domain.model.sync_plan import Plan
from app.domain.reconciliation.reconcile import reconcile
from tests.domain.make import T0, fill, holding, minutes, option, position, snapshot


def sync(
    stored: Position, *held: Holding, fills: tuple[Fill, ...] = (), at: float = 10, pnl: bool = True
) -> Plan:
    return reconcile(
        [stored],
        snapshot(*held, at=at),
        fills=fills,
        request=Request(allow_mass_close=True, calculate_pnl=pnl),
        last_synced={"DU1": T0},
    )


def notes(plan: Plan) -> list[str]:
    return [change.note for change in plan.changes]


def test_a_close_with_all_its_executions_says_nothing() -> None:
    assert notes(sync(position(100), fills=(fill(-100, 120),))) == [""]


def test_a_close_without_an_execution_says_that_it_is_an_estimate() -> None:
    assert notes(sync(position(100))) == [
        "No execution explains it; the P&L is estimated at the last known price."
    ]


def test_a_close_that_executions_explain_in_part_says_how_much() -> None:
    assert notes(sync(position(100), fills=(fill(-40, 120),))) == [
        "Only 40 of 100 are explained by executions; "
        "the P&L of the rest is estimated at the last known price."
    ]


def test_what_is_not_known_is_named() -> None:
    assert notes(sync(position(100, price=None))) == [
        "No execution explains it; the P&L is unknown, because no price is known."
    ]
    assert notes(sync(position(100, cost=None))) == [
        "No execution explains it; the P&L is unknown, because no average cost is known."
    ]


def test_a_figure_that_was_not_asked_for_is_no_estimate() -> None:
    assert notes(sync(position(100), pnl=False)) == [
        "No execution explains it; the P&L was not asked for."
    ]


def test_a_reversal_says_from_what_to_what() -> None:
    assert notes(sync(position(100), holding(-50))) == [
        "Turned from long 100 to short 50. "
        "No execution explains it; the P&L is estimated at the last known price.",
        "",
    ]


def test_an_expiry_says_what_it_assumes() -> None:
    stored = position(2, 250, instrument=option(expiry="20261124"), price="0.4")
    (change,) = sync(stored, at=3 * 24 * 60).changes
    assert change.kind is ChangeKind.EXPIRED
    assert change.note == (
        "Expired 24 Nov 2026; no execution reports an exercise or assignment, "
        "so the P&L is estimated at a price of 0."
    )


def test_a_split_among_trades_is_named_and_the_sale_is_measured_in_new_shares() -> None:
    """100 at 100; sold 20 at 120; split 2 for 1; sold 60 at 65."""
    sold = (fill(-20, 120, at=2), fill(-60, 65, at=6))
    (change,) = sync(position(100), holding(100, 50, price=64), fills=sold).changes
    assert change.note == (
        "The quantity went from 80 to 160 at the same total cost, with no trade: "
        "looks like a 2-for-1 split."
    )
    assert [(c.quantity_closed, c.realized_pnl) for c in change.closes] == [(20, 400), (60, 900)]


def test_a_split_before_a_full_sale_is_recognised_by_the_prices() -> None:
    (change,) = sync(position(100), fills=(fill(-200, 56),)).changes
    assert change.after.closed_at == minutes(5)
    assert [(c.quantity_closed, c.realized_pnl) for c in change.closes] == [(200, 1200)]


def test_more_sold_than_was_held_at_a_usual_price_is_no_split() -> None:
    """The purchase that is missing has no known cost, so neither has the profit."""
    (change,) = sync(position(100), fills=(fill(-200, 112),)).changes
    (close,) = change.closes
    assert (close.quantity_closed, close.realized_pnl) == (200, None)
    assert close.source is Source.UNKNOWN
    assert change.after.quantity == Decimal(0)
