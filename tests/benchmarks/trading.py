"""Snapshots of as many positions as a figure wants."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.domain.model.instruments import Instrument
from app.domain.model.snapshot import Holding, Snapshot

START = datetime(2026, 1, 5, 15, tzinfo=UTC)
ACCOUNT = "DU1"


def holdings(count: int) -> tuple[Holding, ...]:
    return tuple(holding(number) for number in range(1, count + 1))


def holding(number: int) -> Holding:
    """Every tenth is an option."""
    is_option = number % 10 == 0
    instrument = Instrument(
        number,
        f"S{number % 3000}",
        "OPT" if is_option else "STK",
        "USD",
        "SMART",
        Decimal(100) if is_option else Decimal(1),
        expiry="20271217" if is_option else "",
        strike=Decimal(number % 500) if is_option else None,
        right="C" if is_option else "",
        local_symbol=f"S{number}",
    )
    cost = Decimal(f"{10 + number % 400}.{number % 97:02d}31")
    made = Holding(ACCOUNT, instrument, Decimal(number % 900 + 1), cost)
    return priced(made, Decimal(f"{11 + number % 400}.{number % 89:02d}"))


def priced(held: Holding, price: Decimal) -> Holding:
    value = price * held.quantity * held.instrument.multiplier
    cost = (held.average_cost or Decimal(0)) * held.quantity
    return replace(held, market_price=price, market_value=value, unrealized_pnl=value - cost)


def moved(held: Iterable[Holding], every: int) -> tuple[Holding, ...]:
    """Each `every`-th has another price."""
    return tuple(
        priced(one, (one.market_price or Decimal(0)) + Decimal("0.01")) if n % every == 0 else one
        for n, one in enumerate(held)
    )


def without(held: Iterable[Holding], every: int) -> tuple[Holding, ...]:
    """Each `every`-th is gone."""
    return tuple(one for n, one in enumerate(held) if n % every)


def taken(held: tuple[Holding, ...], minute: float) -> Snapshot:
    return Snapshot(START + timedelta(minutes=minute), (ACCOUNT,), held)
