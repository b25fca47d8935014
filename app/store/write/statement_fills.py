"""Converts a statement's fills to the accounts, ids and units that the store uses."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.model.errors import StoreError
from app.domain.model.instruments import Instrument
from app.domain.model.snapshot import Fill, FillKey
from app.domain.model.value_factor import BONDS, in_position_units
from app.domain.text.messages import Message, message_plural
from app.store.database import tables
from app.store.database.bulk import BY_KEYS, listed_keys
from app.store.database.codecs import Read, decimal_of
from app.store.database.database import Database
from app.store.database.from_rows import INSTRUMENT, Instruments

FACTORED = tables.InstrumentTable.value_factor.is_null(False)
WITHOUT_EXECUTION = """SELECT account, exec_id, transaction_id FROM fill
    WHERE stem >= 'transaction:' AND stem < 'transaction;'
    OR stem >= 'trade:' AND stem < 'trade;'"""
LAST_COST = """SELECT average_cost FROM position WHERE con_id = ? AND average_cost IS NOT NULL
    ORDER BY id DESC LIMIT 1"""
# The times that TWS reported.
REPORTED_TIMES = f"""SELECT fill.account, fill.stem, fill.time {BY_KEYS}
    JOIN run ON run.id = fill.run_id AND run."trigger" != 'flex'"""
HOUR = timedelta(hours=1)


class StatementFills:
    """Reads the fills of one statement as the store knows them.

    Args:
        accounts: the known ones; fills of others are left out.

    Attributes:
        count: how many were used.
        without_unit: how many bonds' fills were left out, because their unit is not known.
    """

    def __init__(
        self, database: Database, accounts: Container[str], instruments: Instruments
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._factored = {row[0]: instruments.of(row) for row in instrument_rows(database)}
        self._known_ids = known_ids(database)
        self._prices: dict[int, Decimal | None] = {}  # con_id -> an entry price
        self.count = self.without_unit = 0

    def of(self, fills: Iterable[Fill]) -> list[Fill]:
        found = []
        for fill in fills:
            if fill.account not in self._accounts:
                continue
            converted = self._in_position_units(fill)
            if converted is None:
                self.without_unit += 1
                continue
            number = fill.account, fill.transaction_id
            alias = self._known_ids.get(number) if is_numbered(fill) else None
            found.append(converted if alias is None else replace(converted, exec_id=alias))
        self.count += len(found)
        return found

    def _in_position_units(self, fill: Fill) -> Fill | None:
        con_id = fill.instrument.con_id
        held = self._factored.get(con_id)
        if held is None and fill.instrument.sec_type not in BONDS:
            return fill
        if con_id not in self._prices:
            self._prices[con_id] = entry_price(self._database, held)
        return in_position_units(fill, held, self._prices[con_id])


def instrument_rows(database: Database) -> Iterator[Read]:
    return database.rows(tables.InstrumentTable.select(*INSTRUMENT).where(FACTORED))


def entry_price(database: Database, held: Instrument | None) -> Decimal | None:
    """What one unit cost by the newest average cost."""
    if held is None or not held.unit_value:
        return None
    row = database.run_sql(LAST_COST, (held.con_id,)).fetchone()
    cost = None if row is None else decimal_of(row[0])
    return None if cost is None else cost / held.unit_value


def is_numbered(fill: Fill) -> bool:
    """Whether it has a transaction id, but no execution id."""
    return bool(fill.transaction_id) and fill.exec_id.startswith(("trade:", "transaction:"))


def known_ids(database: Database) -> dict[tuple[str, str], str]:
    """(account, transaction id) -> the stored id of a row without an execution id.

    Queries with and without the trade id can contain the same booking.
    """
    return {
        (account, transaction_id): exec_id
        for account, exec_id, transaction_id in database.run_sql(WITHOUT_EXECUTION)
        if transaction_id
    }


def refuse_shifted(database: Database, fills: Sequence[Fill]) -> None:
    """Times without a zone are read as New York's; TWS's own times show whether they are.

    Raises:
        StoreError: a whole number of hours lies between the two.
    """
    times = {fill.key: fill.time for fill in fills}
    for key, reported in reported_times(database, times):
        shift = times[key] - reported
        hours = round(shift / HOUR)
        if hours and abs(shift - hours * HOUR) <= timedelta(seconds=2):
            raise StoreError(shifted_text(abs(hours)))


def shifted_text(hours: int) -> Message:
    return message_plural(
        "The statement's times are {count} hour off those that TWS reported for the same "
        "executions, and it does not say in which time zone they are. In the Flex Query, choose a "
        "date format with the time zone, or America/New_York as the time zone; then import again. "
        "Nothing was changed.",
        "The statement's times are {count} hours off those that TWS reported for the same "
        "executions, and it does not say in which time zone they are. In the Flex Query, choose a "
        "date format with the time zone, or America/New_York as the time zone; then import again. "
        "Nothing was changed.",
        hours,
    )


def reported_times(
    database: Database, keys: Iterable[FillKey]
) -> Iterator[tuple[FillKey, datetime]]:
    for account, stem, time in database.run_sql(REPORTED_TIMES, (listed_keys(keys),)):
        yield (account, stem), datetime.fromisoformat(time)
