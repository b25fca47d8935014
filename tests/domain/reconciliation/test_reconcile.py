"""The contract's table of a sync, row by row, in both directions."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.model.positions import Change, ChangeKind, Position, Source
from app.domain.model.runs import Request
from app.domain.model.snapshot import Fill, Holding
from app.domain.model.sync_plan import Plan
from app.domain.reconciliation.reconcile import reconcile
from tests.domain.make import T0, fill, holding, minutes, option, position, snapshot, stock

KNOWN = {"DU1": T0}


def synced(
    stored: list[Position],
    holdings: list[Holding],
    fills: list[Fill] | None = None,
    *,
    request: Request | None = None,
    known: bool = True,
    new_fills: frozenset[str] = frozenset(),
    at: float = 10,
) -> Plan:
    return reconcile(
        stored,
        snapshot(*holdings, at=at),
        fills=fills or [],
        request=request or Request(),
        last_synced=KNOWN if known else {},
        new_fills=new_fills,
    )


def only(plan: Plan) -> Change:
    (change,) = plan.changes
    return change


def test_a_new_holding_is_created() -> None:
    plan = synced([], [holding("100", "150.25")])
    change = only(plan)
    assert change.kind is ChangeKind.CREATED
    assert change.before is None
    assert change.after.quantity == 100
    assert change.after.average_cost == Decimal("150.25")
    assert change.after.opened_at == minutes(10)
    assert plan.counts.positions_created == plan.counts.total_ibkr_positions == 1


def test_the_same_quantity_refreshes_cost_price_and_value_and_leaves_no_audit_row() -> None:
    plan = synced([position(100)], [replace(holding(100, price=120), market_value=Decimal(12000))])
    change = only(plan)
    assert change.kind is ChangeKind.UPDATED
    assert (change.after.market_price, change.after.market_value) == (120, 12000)
    assert not change.is_recorded
    assert (plan.counts.positions_updated, plan.counts.positions_created) == (1, 0)


def test_another_average_cost_alone_is_recorded() -> None:
    change = only(synced([position(100, 100)], [holding(100, "100.5")]))
    assert change.kind is ChangeKind.UPDATED
    assert change.is_recorded


@pytest.mark.parametrize("sign", [1, -1])
def test_a_larger_quantity_is_increased_and_takes_the_average_cost_of_ibkr(sign: int) -> None:
    plan = synced([position(100 * sign, 100)], [holding(150 * sign, 107)])
    change = only(plan)
    assert change.kind is ChangeKind.INCREASED
    assert change.after.average_cost == 107
    assert change.closes == ()
    assert plan.counts.increased == 1


@pytest.mark.parametrize(("sign", "pnl"), [(1, 300), (-1, -300)])
def test_a_smaller_quantity_is_reduced_with_an_estimated_partial_close(sign: int, pnl: int) -> None:
    plan = synced([position(100 * sign, 100)], [holding(70 * sign, 100, price=110)])
    change = only(plan)
    assert change.kind is ChangeKind.REDUCED
    (close,) = change.closes
    assert (close.quantity_closed, close.is_full_close) == (30, False)
    assert (close.realized_pnl, close.source) == (pnl, Source.ESTIMATE)
    assert change.after.realized_pnl == pnl
    assert plan.counts.reduced == 1


@pytest.mark.parametrize("sign", [1, -1])
def test_the_opposite_sign_closes_in_full_and_opens_the_rest(sign: int) -> None:
    plan = synced([position(100 * sign, 100)], [holding(-40 * sign, 111)])
    old, new = plan.changes
    assert old.kind is ChangeKind.REVERSED
    assert (old.after.quantity, old.after.closed_at) == (0, minutes(10))
    assert (old.closes[0].quantity_closed, old.closes[0].is_full_close) == (100, True)
    assert (new.kind, new.after.quantity) == (ChangeKind.CREATED, -40 * sign)
    counts = plan.counts
    assert (counts.reversed, counts.positions_closed, counts.positions_created) == (1, 1, 1)
    assert counts.positions_created + counts.positions_updated == counts.total_ibkr_positions


@pytest.mark.parametrize("sign", [1, -1])
def test_an_absent_one_without_fill_is_closed_by_estimate_and_asks_for_a_second_read(
    sign: int,
) -> None:
    plan = synced([position(100 * sign, 100, price="110.5")], [])
    change = only(plan)
    (close,) = change.closes
    assert change.kind is ChangeKind.CLOSED
    assert (close.realized_pnl, close.source) == (Decimal(1050) * sign, Source.ESTIMATE)
    assert (close.entry_price, close.exit_price) == (100, Decimal("110.5"))
    assert plan.unconfirmed == (("DU1", 1),)


def test_without_a_known_price_the_pnl_is_unknown_never_zero() -> None:
    (close,) = only(synced([position(100, price=None)], [])).closes
    assert (close.realized_pnl, close.exit_price, close.source) == (None, None, Source.UNKNOWN)


def test_without_a_known_cost_the_pnl_is_unknown() -> None:
    change = only(synced([position(100, None)], []))
    assert (change.closes[0].realized_pnl, change.closes[0].source) == (None, Source.UNKNOWN)
    assert (change.after.realized_pnl, change.after.realized_source) == (None, Source.UNKNOWN)


def test_switched_off_the_pnl_is_skipped() -> None:
    change = only(synced([position(100)], [], request=Request(calculate_pnl=False)))
    assert (change.closes[0].realized_pnl, change.closes[0].source) == (None, Source.SKIPPED)


def test_fills_that_explain_a_close_are_its_evidence() -> None:
    fills = [
        fill(-60, 120, at=5, realized="1199", commission="1"),
        fill(-40, 121, at=6, realized="839"),
    ]
    plan = synced([position(100)], [], fills)
    (close,) = only(plan).closes
    assert plan.unconfirmed == ()
    assert (close.realized_pnl, close.source) == (2038, Source.BROKER)
    assert close.exit_price == Decimal("120.4")
    assert close.exec_ids == tuple(f.exec_id for f in fills)
    assert close.closed_at == minutes(6)
    assert plan.allocated == {f.key for f in fills}


def test_a_fill_without_its_report_is_computed_from_the_fill() -> None:
    (close,) = only(synced([position(100)], [holding(40)], [fill(-60, 120)])).closes
    assert (close.realized_pnl, close.source, close.commission) == (1200, Source.FILLS, None)


def test_the_computed_pnl_has_the_multiplier_and_the_commission() -> None:
    call = option()
    stored = position(-2, 512, instrument=call, price="4")
    fills = [fill(2, "3.5", instrument=call, commission="1.3")]
    (close,) = only(synced([stored], [], fills)).closes
    assert close.realized_pnl == (Decimal(350) - 512) * 2 * -1 - Decimal("1.3")
    assert (close.entry_price, close.exit_price) == (Decimal("5.12"), Decimal("3.5"))


def test_a_sale_of_all_and_a_new_purchase_is_no_reduction() -> None:
    plan = synced([position(100)], [holding(50, 130)], [fill(-100, 120, at=4), fill(50, 130, at=5)])
    old, new = plan.changes
    assert (old.kind, old.after.is_open) == (ChangeKind.CLOSED, False)
    assert (new.kind, new.after.quantity, new.after.opened_at) == (
        ChangeKind.CREATED,
        50,
        minutes(5),
    )
    assert plan.counts.reduced == plan.counts.reversed == 0


def test_one_fill_that_reverses_closes_in_full_and_opens_the_rest() -> None:
    plan = synced(
        [position(100)], [holding(-50, 119)], [fill(-150, 120, commission="3", realized="1998")]
    )
    old, new = plan.changes
    assert old.kind is ChangeKind.REVERSED
    assert old.closes[0].commission == 2
    assert old.closes[0].realized_pnl == 1998
    assert new.after.quantity == -50


def test_a_day_trade_between_two_runs_is_created_and_closed() -> None:
    fills = [fill(10, 100, at=4, commission="1"), fill(-10, 105, at=5, commission="1")]
    plan = synced([], [], fills)
    change = only(plan)
    assert (change.before, change.after.is_open) == (None, False)
    assert change.closes[0].realized_pnl == 48  # 50, less a commission on each side
    assert (plan.counts.positions_created, plan.counts.positions_closed) == (1, 1)


def test_a_day_trade_beside_a_held_position_is_a_partial_close() -> None:
    fills = [fill(50, 120, at=4), fill(-50, 125, at=5)]
    change = only(synced([position(100, 100)], [holding(100, "106.7")], fills))
    assert change.kind is ChangeKind.REDUCED
    (close,) = change.closes
    assert close.quantity_closed == 50
    assert close.cost is not None
    assert round(close.cost, 4) == Decimal("5333.3333")


def test_fills_that_explain_a_part_make_two_closes() -> None:
    plan = synced([position(100)], [], [fill(-60, 120)])
    first, second = only(plan).closes
    assert (first.quantity_closed, first.source, first.is_full_close) == (60, Source.FILLS, False)
    assert (second.quantity_closed, second.source) == (40, Source.ESTIMATE)
    assert second.is_full_close
    assert only(plan).after.realized_source is Source.ESTIMATE


def test_a_fill_newer_than_the_positions_waits_for_the_next_run() -> None:
    fills = [fill(-30, 120, at=9), fill(-20, 121, at=11)]
    plan = synced([position(100)], [holding(70)], fills)
    assert only(plan).closes[0].quantity_closed == 30
    assert plan.allocated == {fills[0].key}


def test_a_fill_that_an_earlier_run_could_have_used_is_dismissed() -> None:
    old = fill(-30, 120, at=-5)
    plan = synced([position(100)], [holding(100)], [old])
    assert only(plan).kind is ChangeKind.UPDATED
    assert (plan.allocated, plan.dismissed) == (frozenset(), {old.key})


def test_a_fill_that_is_new_waits_one_run_even_if_its_time_is_old() -> None:
    """IBKR's times are whole seconds, and executions can run ahead of the positions."""
    ahead = fill(-30, 120, at=0)
    plan = synced([position(100)], [holding(100)], [ahead], new_fills=frozenset({ahead.key}))
    assert (plan.allocated, plan.dismissed) == (frozenset(), frozenset())


def test_fills_from_before_the_first_sync_explain_nothing() -> None:
    fills = [fill(-50, 120, at=1)]
    plan = synced([], [holding(50)], fills, known=False)
    change = only(plan)
    assert (change.kind, change.closes) == (ChangeKind.CREATED, ())
    assert (plan.allocated, plan.dismissed) == (frozenset(), {fills[0].key})


def test_a_day_trade_of_the_first_sync_is_not_lost() -> None:
    plan = synced([], [], [fill(10, 100, at=4), fill(-10, 105, at=5)], known=False)
    assert (plan.counts.positions_created, plan.counts.positions_closed) == (1, 1)


@pytest.mark.parametrize(
    ("quantity", "cost", "words"),
    [("400", "25", "4-for-1 split"), ("10", "1000", "1-for-10 reverse"), ("150", "66.7", "split")],
)
def test_another_quantity_at_the_same_cost_is_adjusted_without_pnl(
    quantity: str, cost: str, words: str
) -> None:
    plan = synced([position(100, 100)], [holding(quantity, cost)])
    change = only(plan)
    assert (change.kind, change.closes) == (ChangeKind.ADJUSTED, ())
    assert words in change.note
    assert plan.counts.adjusted == 1


def test_a_reduction_that_a_fill_explains_is_no_adjustment() -> None:
    plan = synced([position(100, 100)], [holding(50, 200)], [fill(-50, 90)])
    assert only(plan).kind is ChangeKind.REDUCED


def test_an_option_that_passed_its_expiry_is_expired_at_zero() -> None:
    call = option(expiry="20261124")
    days = 2 * 24 * 60
    plan = synced([position(1, 250, instrument=call, price="1.5")], [], at=days)
    change = only(plan)
    assert change.kind is ChangeKind.EXPIRED
    assert change.closes[0].exit_price == 0
    assert (change.closes[0].realized_pnl, change.closes[0].source) == (-250, Source.ESTIMATE)
    assert plan.counts.positions_closed == 1


def test_two_options_of_one_underlying_are_two_positions() -> None:
    low, high = option(100), option(101, strike="220")
    plan = synced(
        [position(1, instrument=low), position(1, instrument=high)],
        [holding(1, instrument=low), holding(3, instrument=high)],
    )
    assert [change.kind for change in plan.changes] == [ChangeKind.UPDATED, ChangeKind.INCREASED]


def test_one_instrument_in_two_accounts_is_two_positions() -> None:
    plan = reconcile(
        [position(5, account="DU1"), position(7, account="DU2")],
        snapshot(holding(5, account="DU1"), accounts=("DU1", "DU2")),
        fills=[],
        request=Request(),
        last_synced={"DU1": T0, "DU2": T0},
    )
    assert [c.kind for c in plan.changes] == [ChangeKind.UPDATED, ChangeKind.CLOSED]


def test_fractions_are_exact() -> None:
    change = only(
        synced([position("0.3", 60000, price=70000)], [holding("0.1", 60000, price=70000)])
    )
    assert change.closes[0].quantity_closed == Decimal("0.2")
    assert change.closes[0].realized_pnl == 2000


def many(count: int) -> list[Position]:
    return [position(1, instrument=stock(number)) for number in range(1, count + 1)]


def test_all_of_two_without_evidence_are_held() -> None:
    plan = synced(many(2), [])
    assert len(plan.held) == 2


def test_the_only_position_of_an_account_may_vanish() -> None:
    assert synced(many(1), []).held == ()


def test_more_than_half_of_ten_are_held_and_half_of_them_are_not() -> None:
    stocks = [holding(1, instrument=stock(number)) for number in range(1, 11)]
    assert synced(many(10), stocks[:5]).held == ()
    assert len(synced(many(10), stocks[:4]).held) == 6


def test_closes_that_fills_explain_are_never_held() -> None:
    fills = [fill(-1, 100, instrument=stock(number)) for number in (1, 2)]
    plan = synced(many(2), [], fills)
    assert plan.held == ()
    assert plan.counts.positions_closed == 2


def test_what_the_user_confirmed_is_not_held_again() -> None:
    confirmed = Request(confirmed=frozenset({("DU1", 1), ("DU1", 2)}))
    assert synced(many(2), [], request=confirmed).held == ()
    assert len(synced(many(3), [], request=confirmed).held) == 3


def test_a_mass_close_that_is_allowed_is_not_held() -> None:
    assert synced(many(3), [], request=Request(allow_mass_close=True)).held == ()


def test_the_same_snapshot_twice_changes_nothing_but_times() -> None:
    first = only(synced([position(100)], [holding(70)])).after
    again = only(synced([first], [holding(70)], at=20))
    assert replace(again.after, last_sync=first.last_sync) == first
    assert not again.is_recorded
