"""Short makers of domain values for the tests."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.domain.model.instruments import Instrument
from app.domain.model.positions import LastSync, Position
from app.domain.model.snapshot import Fill, Holding, Snapshot

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def minutes(number: float) -> datetime:
    """A time that many minutes after T0."""
    return T0 + timedelta(minutes=number)


def dec(value: str | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def stock(con_id: int = 1, symbol: str = "AAPL", currency: str = "USD") -> Instrument:
    return Instrument(con_id, symbol, "STK", currency, exchange="NASDAQ", local_symbol=symbol)


def option(con_id: int = 100, expiry: str = "20261218", strike: str = "200") -> Instrument:
    return Instrument(
        con_id, "AAPL", "OPT", "USD", multiplier=Decimal(100), expiry=expiry,
        strike=Decimal(strike), right="C",
    )  # fmt: skip


def position(
    quantity: str | int,
    cost: str | int | None = 100,
    *,
    instrument: Instrument | None = None,
    price: str | int | None = 110,
    account: str = "DU1",
) -> Position:
    return Position(
        account, instrument or stock(), Decimal(quantity), dec(cost), opened_at=T0,
        last_sync=LastSync(T0), market_price=dec(price), id=1,
    )  # fmt: skip


def holding(
    quantity: str | int,
    cost: str | int | None = 100,
    *,
    instrument: Instrument | None = None,
    price: str | int | None = 110,
    account: str = "DU1",
) -> Holding:
    return Holding(
        account, instrument or stock(), Decimal(quantity), dec(cost), market_price=dec(price)
    )


def fill(
    quantity: str | int,
    price: str | int,
    *,
    at: float = 5,
    exec_id: str = "",
    instrument: Instrument | None = None,
    commission: str | None = None,
    realized: str | None = None,
    account: str = "DU1",
) -> Fill:
    return Fill(
        exec_id or f"0001.{at}.{quantity}.01", account, instrument or stock(), Decimal(quantity),
        Decimal(price), minutes(at), commission=dec(commission), realized_pnl=dec(realized),
    )  # fmt: skip


def snapshot(*holdings: Holding, at: float = 10, accounts: tuple[str, ...] = ("DU1",)) -> Snapshot:
    return Snapshot(minutes(at), accounts, holdings)
