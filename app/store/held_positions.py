"""The open positions, of which only those are made anew whose row has changed."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from app.domain.instruments import Instrument
from app.domain.positions import Position, Source
from app.store.open_rows import Row
from app.store.readable import Readable
from app.store.row_values import instrument_of
from app.store.values import decimal_of, utc_of

INSTRUMENTS = """SELECT con_id, symbol, sec_type, currency, exchange, multiplier, expiry, strike,
    "right", local_symbol, trading_class FROM instrument
    WHERE con_id IN (SELECT value FROM json_each(?))"""


class HeldPositions:
    """Belongs to one connection."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Row, Position]] = {}  # by the position's id
        self._order: list[int] = []

    def read(
        self, database: Readable, taken: Mapping[str, datetime], left_out: Collection[str]
    ) -> tuple[Position, ...]:
        """By account, symbol and con_id. In a transaction that has written nothing yet.

        Args:
            taken: account -> when its last snapshot was taken.
            left_out: accounts of which nothing is wanted.
        """
        before, self._made = self._made, {}
        rows = database.open_rows.read(database)
        instruments = stored_instruments(database, {con_id for _, con_id in rows})
        is_in_order = len(rows) == len(self._order)
        for (account, con_id), row in rows.items():
            instrument, time = instruments[con_id], taken[account]
            known = before.get(row[0])
            if known is None or known[1].instrument is not instrument:
                is_in_order = False
                position = position_of(row, instrument, time)
            elif known[0] != row:
                position = position_of(row, instrument, time)
            else:
                position = synced_at(known[1], time)
            self._made[row[0]] = row, position
        if not is_in_order:
            self._order = sorted(self._made, key=self._place)
        positions = (self._made[position_id][1] for position_id in self._order)
        if left_out:
            return tuple(one for one in positions if one.account not in left_out)
        return tuple(positions)

    def _place(self, position_id: int) -> tuple[str, str, int, int]:
        row, position = self._made[position_id]
        return row[1], position.instrument.symbol, row[2], position_id


def stored_instruments(database: Readable, con_ids: set[int]) -> Mapping[int, Instrument]:
    """All of these, and others."""
    familiar = database.familiar.at(int(database.pragma("data_version")))
    missing = con_ids - familiar.keys()
    if missing:
        for row in database.run_sql(INSTRUMENTS, (json.dumps(sorted(missing)),)):
            familiar[row[0]] = instrument_of(row)
    return familiar


def position_of(row: Row, instrument: Instrument, taken: datetime) -> Position:
    source, opened_at = row[9], utc_of(row[10])
    assert opened_at is not None
    return Position(
        account=row[1],
        instrument=instrument,
        quantity=Decimal(row[3]),
        average_cost=decimal_of(row[4]),
        opened_at=opened_at,
        last_synced_at=taken,
        market_price=decimal_of(row[5]),
        market_value=decimal_of(row[6]),
        unrealized_pnl=decimal_of(row[7]),
        realized_pnl=decimal_of(row[8]),
        realized_source=None if source is None else Source(source),
        id=row[0],
    )


def synced_at(position: Position, time: datetime) -> Position:
    """The same at a later sync; `replace` takes twice as long."""
    if position.last_synced_at == time:
        return position
    return Position(
        position.account,
        position.instrument,
        position.quantity,
        position.average_cost,
        position.opened_at,
        time,
        position.market_price,
        position.market_value,
        position.unrealized_pnl,
        position.realized_pnl,
        position.realized_source,
        None,
        position.id,
    )
