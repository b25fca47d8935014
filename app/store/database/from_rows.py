"""Builds domain values from rows, as selected by `POSITION`, `FILL` and `RUN`."""

from datetime import datetime
from decimal import Decimal

import peewee

from app.domain.model.instruments import Instrument
from app.domain.model.positions import LastSync, Position, Source
from app.domain.model.snapshot import Booking, Fill
from app.store.database import tables
from app.store.database.codecs import Read, decimal_of, utc_of
from app.store.database.row_values import instrument_of

INSTRUMENT = tuple(
    getattr(tables.InstrumentTable, name) for name in tables.columns(tables.InstrumentTable)
)
POSITION = (
    tables.PositionTable.account,
    tables.PositionTable.quantity,
    tables.PositionTable.average_cost,
    tables.PositionTable.opened_at,
    peewee.fn.COALESCE(tables.RunTable.taken_at, tables.AccountTable.taken_at),
    tables.PositionTable.market_price,
    tables.PositionTable.market_value,
    tables.PositionTable.unrealized_pnl,
    tables.PositionTable.realized_pnl,
    tables.PositionTable.realized_source,
    tables.PositionTable.closed_at,
    tables.PositionTable.id,
    *INSTRUMENT,
)
FILL = (
    tables.FillTable.exec_id,
    tables.FillTable.account,
    tables.FillTable.quantity,
    tables.FillTable.price,
    tables.FillTable.time,
    tables.FillTable.commission,
    tables.FillTable.commission_currency,
    tables.FillTable.realized_pnl,
    tables.FillTable.commission_rate,
    tables.FillTable.commission_rate_at,
    tables.FillTable.trade_id,
    tables.FillTable.transaction_id,
    tables.FillTable.booking,
    tables.FillTable.is_cancelled,
    *INSTRUMENT,
)
RUN = tuple(getattr(tables.RunTable, name) for name in tables.columns(tables.RunTable))


class Instruments:
    """Builds each instrument once, however many rows refer to it."""

    def __init__(self) -> None:
        self._made: dict[int, Instrument] = {}  # con_id -> Instrument

    def __contains__(self, con_id: int) -> bool:
        return con_id in self._made

    def get(self, con_id: int) -> Instrument | None:
        return self._made.get(con_id)

    def of(self, row: Read) -> Instrument:
        """Args: row: the columns of `INSTRUMENT`."""
        made = self._made.get(row[0])
        if made is None:
            made = self._made[row[0]] = instrument_of(row)
        return made


def position_of(row: Read, instruments: Instruments) -> Position:
    source = row[9]
    return Position(
        account=row[0],
        instrument=instruments.of(row[12:]),
        quantity=Decimal(row[1]),
        average_cost=decimal_of(row[2]),
        opened_at=datetime.fromisoformat(row[3]),
        last_sync=LastSync(datetime.fromisoformat(row[4])),
        market_price=decimal_of(row[5]),
        market_value=decimal_of(row[6]),
        unrealized_pnl=decimal_of(row[7]),
        realized_pnl=decimal_of(row[8]),
        realized_source=None if source is None else Source(source),
        closed_at=utc_of(row[10]),
        id=row[11],
    )


def fill_of(row: Read, instruments: Instruments) -> Fill:
    return Fill(
        exec_id=row[0],
        account=row[1],
        instrument=instruments.of(row[14:]),
        quantity=Decimal(row[2]),
        price=Decimal(row[3]),
        time=datetime.fromisoformat(row[4]),
        commission=decimal_of(row[5]),
        commission_currency=row[6],
        realized_pnl=decimal_of(row[7]),
        commission_rate=decimal_of(row[8]),
        commission_rate_at=utc_of(row[9]),
        trade_id=row[10],
        transaction_id=row[11],
        booking=None if row[12] is None else Booking(row[12]),
        is_cancelled=bool(row[13]),
    )
