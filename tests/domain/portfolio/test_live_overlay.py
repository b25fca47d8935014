"""What IBKR pushes is laid over what is stored: newer figures only, and sums move along."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.domain.model.notes import PositionNotes
from app.domain.model.positions import LastSync, Position, Source
from app.domain.portfolio.account_values import NET_LIQUIDATION, RATE
from app.domain.portfolio.broker_updates import PnlUpdate, PriceUpdate
from app.domain.portfolio.fx_rates import ConversionBasis, ConvertedAmount, Rate
from app.domain.portfolio.live_overlay import LiveOverlay, overlay_position, overlay_rows
from app.domain.portfolio.summary import AccountSummary
from tests.domain.make import stock

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=5)
D = Decimal
HELD = Position(
    "DU1", stock(), D(10), D(90), NOW, LastSync(NOW),
    market_price=D(100), market_value=D(1000), unrealized_pnl=D(100), id=1,
)  # fmt: skip
EUROS = replace(HELD, instrument=replace(stock(2), currency="EUR"), id=2)


def price(held: Position = HELD, value: str | None = "1100", at: datetime = LATER) -> PriceUpdate:
    amount = None if value is None else D(value)
    gain = None if amount is None else amount - 900
    return PriceUpdate(*held.identity, held.quantity, amount and amount / 10, amount, gain, at)


def live(*prices: PriceUpdate, **more: object) -> LiveOverlay:
    return LiveOverlay({(p.account, p.con_id): p for p in prices}, **more)  # type: ignore[arg-type]


def row(account: str, currency: str, value: str, *, is_base: bool = False) -> AccountSummary:
    return AccountSummary(account, currency, is_base, D(5000), None, D(value), D(100), 1)


def test_newer_figures_stand_over_those_of_the_sync() -> None:
    now = overlay_position(HELD, live(price()))
    assert (now.market_price, now.market_value, now.unrealized_pnl) == (110, 1100, 200)
    assert (now.figures_at, now.quantity, now.last_synced_at) == (LATER, 10, NOW)


def test_newer_figures_leave_all_else_of_a_position_as_it_was() -> None:
    known = replace(
        HELD,
        realized_pnl=D(3),
        realized_source=Source.FILLS,
        closed_at=NOW,
        daily_pnl=D(4),
        daily_at=NOW,
        notes=PositionNotes("Hedge", (), NOW, NOW),
    )
    before, after = (
        asdict(replace(known, figures_at=NOW)),
        asdict(overlay_position(known, live(price()))),
    )
    assert None not in before.values()
    moved = {name for name, value in before.items() if after[name] != value}
    assert moved == {"market_price", "market_value", "unrealized_pnl", "figures_at"}


def test_older_figures_and_missing_ones_change_nothing() -> None:
    assert overlay_position(HELD, live(price(at=NOW))) == HELD
    kept = overlay_position(HELD, live(price(value=None)))
    assert (kept.market_price, kept.market_value, kept.unrealized_pnl) == (100, 1000, 100)


def test_the_value_of_another_quantity_waits_for_the_next_sync() -> None:
    assert overlay_position(replace(HELD, quantity=D(20)), live(price())).market_value == 1000


def test_the_days_pnl_is_the_positions_own() -> None:
    pnl = PnlUpdate(*HELD.identity, D(7), None, None, None, LATER)
    assert overlay_position(HELD, LiveOverlay(pnl={HELD.identity: pnl})).daily_pnl == 7


def test_sums_move_by_what_their_positions_moved() -> None:
    rows = (row("DU1", "USD", "1000"), row("All", "USD", "3000"), row("DU1", "EUR", "1000"))
    found = overlay_rows(rows, (HELD, EUROS), live(price()))
    assert [(r.market_value, r.unrealized_pnl) for r in found] == [
        (1100, 200), (3100, 200), (1000, 100),
    ]  # fmt: skip


def test_a_base_row_moves_by_ibkrs_rate_and_stays_where_there_is_none() -> None:
    base = row("DU1", "USD", "2200", is_base=True)
    moved = live(price(EUROS))
    assert overlay_rows((base,), (HELD, EUROS), moved) == (base,)
    rated = replace(moved, values={("DU1", RATE, "EUR"): D("1.2")})
    (found,) = overlay_rows((base,), (HELD, EUROS), rated)
    assert (found.market_value, found.unrealized_pnl) == (2320, 220)
    basis = ConversionBasis((Rate("EUR", "USD", D("1.1"), NOW),))
    converted = replace(base, converted_value=ConvertedAmount(D(2200), basis))
    (found,) = overlay_rows((converted,), (HELD, EUROS), moved)
    assert found.market_value == 2310
    assert found.converted_value == ConvertedAmount(D(2310), basis)


def test_an_account_has_its_own_net_liquidation_and_days_pnl() -> None:
    base = row("DU1", "USD", "1000", is_base=True)
    pnl = PnlUpdate("DU1", None, D(-3), None, None, None, LATER)
    pushed = LiveOverlay(
        pnl={("DU1", None): pnl}, values={("DU1", NET_LIQUIDATION, "USD"): D(5100)}
    )
    both = replace(base, account="All")
    found, all_ = overlay_rows((base, both), (HELD,), pushed)
    assert (found.net_liquidation, found.daily_pnl) == (5100, -3)
    assert all_.daily_pnl == -3
    other = replace(base, account="DU2")
    assert overlay_rows((both, base, other), (HELD,), pushed)[0].daily_pnl is None
