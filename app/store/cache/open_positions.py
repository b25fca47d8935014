"""Caches the stored open positions and their instruments, for one connection.

Reading and building 10,000 of them again would take as long as the rest of an unchanged sync.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from app.domain.model.instruments import Instrument
from app.domain.model.notes import PositionNotes
from app.domain.model.positions import Identity, LastSync, Position, Source
from app.store.cache.figures import ReportedFigures
from app.store.database.codecs import decimal_of, utc_of
from app.store.database.readable import ReadConnection
from app.store.database.row_values import instrument_of

# id, account, con_id, the five `ReportedFigures`, realized P&L and its source, when it was opened
OpenRow = tuple[int, str, int, str, str | None, str | None, str | None, str | None, str | None,
            str | None, str]  # fmt: skip

OPEN = """SELECT id, account, con_id, quantity, average_cost, market_price, market_value,
    unrealized_pnl, realized_pnl, realized_source, opened_at FROM position
    WHERE closed_at IS NULL"""
INSTRUMENTS = """SELECT con_id, symbol, sec_type, currency, exchange, multiplier, expiry, strike,
    "right", local_symbol, trading_class, value_factor FROM instrument
    WHERE con_id IN (SELECT value FROM json_each(?))"""
# SQLite sorts without holding Python's lock, so the window stays responsive.
ORDER = """SELECT id FROM position JOIN instrument USING (con_id) WHERE closed_at IS NULL
    ORDER BY account, symbol, con_id, id"""


class OpenPositionCache:
    """Belongs to one connection.

    The file's state is known by two numbers of SQLite's: `data_version` changes with every commit
    of another connection, `total_changes` with every row that this one writes, also if that is
    rolled back.
    """

    def __init__(self) -> None:
        self._rows: dict[Identity, OpenRow] = {}
        self._state = -1, -1
        self._instruments: dict[int, Instrument] = {}  # con_id -> as a committed state holds it
        self._version = -1
        self._positions: dict[int, tuple[OpenRow, Position]] = {}  # by the position's id
        self._noted: dict[int, tuple[Position, Position]] = {}  # those with notes, without and with
        self._syncs: dict[str, LastSync] = {}  # by account
        self._order: list[int] = []

    def rows(self, database: ReadConnection) -> Mapping[Identity, OpenRow]:
        """Of the open positions. In a transaction that has written nothing yet."""
        state = int(database.pragma("data_version")), database.raw.total_changes
        if state != self._state:
            self._rows = {(row[1], row[2]): row for row in database.run_sql(OPEN).fetchall()}
            self._state = state
        return self._rows

    def instruments(self, database: ReadConnection) -> dict[int, Instrument]:
        """con_id -> instrument as stored; the caller adds what it has compared with the file."""
        version = int(database.pragma("data_version"))
        if version != self._version:
            self._instruments.clear()
            self._version = version
        return self._instruments

    def forget(self, instruments: Iterable[Instrument]) -> None:
        """Drops these before this connection writes them."""
        for instrument in instruments:
            self._instruments.pop(instrument.con_id, None)

    def forget_instruments(self) -> None:
        """Drops all before this connection writes instruments."""
        self._instruments.clear()

    def positions(
        self,
        database: ReadConnection,
        taken: Mapping[str, datetime],
        excluded: Collection[str],
        notes: Mapping[Identity, PositionNotes],
    ) -> tuple[Position, ...]:
        """By account, symbol and con_id. In a transaction that has written nothing yet.

        Only positions whose row or notes have changed are rebuilt.

        Args:
            taken: account -> when its last snapshot was taken.
            excluded: accounts to leave out.
            notes: what the user wrote about positions, open or not.
        """
        before, self._positions = self._positions, {}
        rows = self.rows(database)
        instruments = self._stored_instruments(database, {con_id for _, con_id in rows})
        for account, time in taken.items():
            self._syncs.setdefault(account, LastSync(time)).at = time
        is_in_order = len(rows) == len(self._order)
        for (account, con_id), row in rows.items():
            instrument = instruments[con_id]
            known = before.get(row[0])
            if known is None or known[1].instrument is not instrument:
                is_in_order = False
                known = row, position_of(row, instrument, self._syncs[account])
            elif known[0] != row:
                known = row, position_of(row, instrument, self._syncs[account])
            self._positions[row[0]] = known
        if not is_in_order:
            self._order = [position_id for (position_id,) in database.run_sql(ORDER)]
        ids = {identity: rows[identity][0] for identity in notes if identity in rows}
        self._noted = {
            position_id: self._with_notes(self._positions[position_id][1], notes[identity])
            for identity, position_id in ids.items()
        }
        positions = (self._positions[position_id][1] for position_id in self._order)
        if self._noted:
            shown = self._positions | self._noted
            positions = (shown[position_id][1] for position_id in self._order)
        if excluded:
            return tuple(one for one in positions if one.account not in excluded)
        return tuple(positions)

    def _with_notes(self, position: Position, notes: PositionNotes) -> tuple[Position, Position]:
        """The position without and with its notes; as before where neither has changed."""
        assert position.id is not None
        known = self._noted.get(position.id)
        if known is not None and known[0] is position and known[1].notes == notes:
            return known
        return position, replace(position, notes=notes)

    def _stored_instruments(
        self, database: ReadConnection, con_ids: set[int]
    ) -> Mapping[int, Instrument]:
        """All of these, and others."""
        known = self.instruments(database)
        missing = con_ids - known.keys()
        if missing:
            for row in database.run_sql(INSTRUMENTS, (json.dumps(sorted(missing)),)):
                known[row[0]] = instrument_of(row)
        return known


class CachedConnection(ReadConnection, Protocol):
    """A connection to the file, with the cache of what it holds."""

    cache: OpenPositionCache


def figures_in(row: OpenRow) -> ReportedFigures:
    return row[3:8]


def position_of(row: OpenRow, instrument: Instrument, last_sync: LastSync) -> Position:
    source, opened_at = row[9], utc_of(row[10])
    assert opened_at is not None
    return Position(  # positional arguments are faster: a first sync builds all
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
