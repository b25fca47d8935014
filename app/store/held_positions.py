"""The open positions, of which only those are made anew whose row has changed."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from app.domain.instruments import Instrument
from app.domain.positions import LastSync, Position, Source
from app.store.open_rows import Row
from app.store.readable import Readable
from app.store.row_values import instrument_of
from app.store.values import decimal_of, utc_of

INSTRUMENTS = """SELECT con_id, symbol, sec_type, currency, exchange, multiplier, expiry, strike,
    "right", local_symbol, trading_class, value_factor FROM instrument
    WHERE con_id IN (SELECT value FROM json_each(?))"""

# By SQLite, which lets the window have its turn meanwhile; Python's own sort does not.
ORDER = """SELECT id FROM position JOIN instrument USING (con_id) WHERE closed_at IS NULL
    ORDER BY account, symbol, con_id, id"""


class HeldPositions:
    """Belongs to one connection."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Row, Position]] = {}  # by the position's id
        self._syncs: dict[str, LastSync] = {}  # by account
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
        self._move_on(taken)
        is_in_order = len(rows) == len(self._order)
        for (account, con_id), row in rows.items():
            instrument = instruments[con_id]
            known = before.get(row[0])
            if known is None or known[1].instrument is not instrument:
                is_in_order = False
                known = row, position_of(row, instrument, self._syncs[account])
            elif known[0] != row:
                known = row, position_of(row, instrument, self._syncs[account])
            self._made[row[0]] = known
        if not is_in_order:
            self._order = [position_id for (position_id,) in database.run_sql(ORDER)]
        positions = (self._made[position_id][1] for position_id in self._order)
        if left_out:
            return tuple(one for one in positions if one.account not in left_out)
        return tuple(positions)

    def _move_on(self, taken: Mapping[str, datetime]) -> None:
        for account, time in taken.items():
            self._syncs.setdefault(account, LastSync(time)).at = time


def stored_instruments(database: Readable, con_ids: set[int]) -> Mapping[int, Instrument]:
    """All of these, and others."""
    familiar = database.familiar.at(int(database.pragma("data_version")))
    missing = con_ids - familiar.keys()
    if missing:
        for row in database.run_sql(INSTRUMENTS, (json.dumps(sorted(missing)),)):
            familiar[row[0]] = instrument_of(row)
    return familiar


def position_of(row: Row, instrument: Instrument, last_sync: LastSync) -> Position:
    source, opened_at = row[9], utc_of(row[10])
    assert opened_at is not None
    return Position(  # by place: of a first sync all are made
        row[1],
        instrument,
        Decimal(row[3]),
        decimal_of(row[4]),
        opened_at,
        last_sync,
        decimal_of(row[5]),
        decimal_of(row[6]),
        decimal_of(row[7]),
        decimal_of(row[8]),
        None if source is None else Source(source),
        id=row[0],
    )
