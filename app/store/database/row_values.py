"""Builds instruments and runs from rows. Needs no peewee, which the window's first paint skips."""

from datetime import datetime
from decimal import Decimal

from app.domain.model.instruments import Instrument
from app.domain.model.runs import Counts, Run, RunStatus, Trigger
from app.store.database.codecs import Read, decimal_of, utc_of


def instrument_of(row: Read) -> Instrument:
    return Instrument(
        con_id=row[0],
        symbol=row[1],
        sec_type=row[2],
        currency=row[3],
        exchange=row[4],
        multiplier=Decimal(row[5]),
        expiry=row[6],
        strike=decimal_of(row[7]),
        right=row[8],
        local_symbol=row[9],
        trading_class=row[10],
        value_factor=decimal_of(row[11]),
    )


def run_of(row: Read) -> Run:
    return Run(
        id=row[0],
        trigger=Trigger(row[1]),
        account_id=row[2],
        started_at=datetime.fromisoformat(row[3]),
        duration_s=row[4],
        status=RunStatus(row[5]),
        error=row[6],
        counts=Counts(*row[8:16]),
        undone_at=utc_of(row[16]),
        note=row[17],
        taken_at=utc_of(row[7]),
        calculate_pnl=bool(row[18]),
    )
