"""The reconciler against a plain ledger: quantities are conserved, money adds up."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.model.instruments import Instrument
from app.domain.model.positions import LastSync, Position
from app.domain.model.runs import Request
from app.domain.model.snapshot import Fill, Holding
from app.domain.model.sync_plan import Plan
from app.domain.reconciliation.reconcile import reconcile
from tests.domain.make import T0, fill, holding, snapshot, stock

ACCOUNT = "DU1"


@dataclass
class Ledger:
    """One instrument, booked trade by trade at average cost; no commissions."""

    quantity: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    realized: Decimal = Decimal(0)
    closed: Decimal = Decimal(0)
    openings: int = 0
    endings: int = 0
    fills: list[Fill] = field(default_factory=list)

    def trade(self, made: Fill) -> None:
        self.fills.append(made)
        rest, price = made.quantity, made.price
        if self.quantity * rest < 0:
            size = min(abs(rest), abs(self.quantity))
            average = self.cost / self.quantity
            sign = 1 if self.quantity > 0 else -1
            self.realized += (price - average) * size * sign
            self.closed += size
            self.cost -= average * size * sign
            self.quantity -= size * sign
            rest += size * sign
            if not self.quantity:
                self.cost = Decimal(0)
                self.endings += 1
        if rest:
            self.openings += not self.quantity
            self.quantity += rest
            self.cost += rest * price

    @property
    def holdings(self) -> list[Holding]:
        if not self.quantity:
            return []
        return [replace(holding(0), quantity=self.quantity, average_cost=self.cost / self.quantity)]


quantities = st.integers(-5, 5).filter(bool)
prices = st.integers(90, 110)
batches = st.lists(st.lists(st.tuples(quantities, prices), max_size=6), min_size=1, max_size=6)


def sync(stored: list[Position], holdings: list[Holding], fills: list[Fill], at: float) -> Plan:
    return reconcile(
        stored,
        snapshot(*holdings, at=at),
        fills=fills,
        request=Request(allow_mass_close=True),
        last_synced={ACCOUNT: T0},
    )


def still_open(plan: Plan) -> list[Position]:
    return [change.after for change in plan.changes if change.after.is_open]


@given(batches)
def test_with_all_fills_every_figure_is_that_of_the_ledger(
    trades: list[list[tuple[int, int]]],
) -> None:
    ledger, stored, clock = Ledger(), [], 1.0
    realized = closed = Decimal(0)
    created = ended = 0
    for batch in trades:
        fills = []
        for quantity, price in batch:
            clock += 1
            fills.append(fill(quantity, price, at=clock))
            ledger.trade(fills[-1])
        clock += 1
        plan = sync(stored, ledger.holdings, fills, clock)
        closes = [close for change in plan.changes for close in change.closes]
        realized += sum((close.realized_pnl or 0 for close in closes), Decimal(0))
        closed += sum((close.quantity_closed for close in closes), Decimal(0))
        created += plan.counts.positions_created
        ended += plan.counts.positions_closed
        stored = still_open(plan)
        assert [p.quantity for p in stored] == [h.quantity for h in ledger.holdings]
        assert plan.allocated == {made.key for made in fills}
        assert plan.unconfirmed == ()
    assert (closed, created, ended) == (ledger.closed, ledger.openings, ledger.endings)
    assert abs(realized - ledger.realized) < Decimal("1e-15")


@given(batches, st.randoms(use_true_random=False))
def test_with_fills_missing_the_quantities_are_still_conserved(
    trades: list[list[tuple[int, int]]], random: object
) -> None:
    """For each position: what was opened less what was closed is what is held."""
    ledger, stored, clock = Ledger(), [], 1.0
    for batch in trades:
        fills = []
        for quantity, price in batch:
            clock += 1
            made = fill(quantity, price, at=clock)
            ledger.trade(made)
            if random.random() < 0.6:  # type: ignore[attr-defined]
                fills.append(made)
        clock += 1
        plan = sync(stored, ledger.holdings, fills, clock)
        for change in plan.changes:
            gone = sum((close.quantity_closed for close in change.closes), Decimal(0))
            before = abs(change.before.quantity) if change.before else Decimal(0)
            opened = abs(change.after.quantity) + gone - before
            assert opened >= 0
            if change.before is not None and not change.after.is_open:
                assert gone >= before
            assert sum(close.is_full_close for close in change.closes) == (not change.after.is_open)
        stored = still_open(plan)
        assert [p.quantity for p in stored] == [h.quantity for h in ledger.holdings]


held = st.dictionaries(st.integers(1, 8), st.integers(-9, 9).filter(bool), max_size=8)


@given(held, held)
def test_the_counts_add_up_to_what_ibkr_holds(before: dict[int, int], now: dict[int, int]) -> None:
    first = sync([], [holding(q, instrument=other(n)) for n, q in before.items()], [], 1)
    plan = sync(still_open(first), [holding(q, instrument=other(n)) for n, q in now.items()], [], 2)
    counts = plan.counts
    assert counts.positions_created + counts.positions_updated == counts.total_ibkr_positions
    assert counts.total_ibkr_positions == len(now)
    reversals = sum(n in now and before[n] * now[n] < 0 for n in before)
    assert counts.positions_closed == sum(n not in now for n in before) + reversals
    assert counts.reversed == reversals


@given(held, held)
def test_the_same_snapshot_twice_changes_nothing_but_times(
    before: dict[int, int], now: dict[int, int]
) -> None:
    holdings = [holding(q, instrument=stock(n)) for n, q in now.items()]
    first = sync([], [holding(q, instrument=stock(n)) for n, q in before.items()], [], 1)
    second = sync(still_open(first), holdings, [], 2)
    third = sync(still_open(second), holdings, [], 3)
    assert not [change for change in third.changes if change.is_recorded]
    unmoved = [replace(p, last_sync=LastSync(T0)) for p in still_open(second)]
    assert [replace(p, last_sync=LastSync(T0)) for p in still_open(third)] == unmoved


def other(number: int) -> Instrument:
    """A symbol of its own: the same symbol under another con id would be a move."""
    return stock(number, f"S{number}")
