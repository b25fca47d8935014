"""The kinds of columns that peewee lacks: exact numbers, UTC times and days, all as text."""

from datetime import date, datetime
from decimal import Decimal

import peewee

from app.store.database.codecs import decimal_text, utc_text


class DecimalText(peewee.Field):
    """A Decimal as plain text; peewee's own DecimalField becomes REAL and loses digits."""

    field_type = "TEXT"

    def db_value(self, value: Decimal | None) -> str | None:
        return decimal_text(value)


class UtcText(peewee.Field):
    """An aware UTC time as text that sorts by time."""

    field_type = "TEXT"

    def db_value(self, value: datetime | None) -> str | None:
        return utc_text(value)


class DayText(peewee.Field):
    """A date as text: "2026-11-28"."""

    field_type = "TEXT"

    def db_value(self, value: date | None) -> str | None:
        return None if value is None else value.isoformat()
