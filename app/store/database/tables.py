"""The tables as peewee sees them: the names and conversions that queries are built from.

The schema itself (types, keys, indexes, view) is made by the migrations alone. No model is bound
to a database: every query is executed on the database that it is given.
"""

import re

import peewee

from app.store.database.fields import DayText, DecimalText, UtcText


def table_name(model: type[peewee.Model]) -> str:
    """ "account_value" for `AccountValueTable`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__.removesuffix("Table")).lower()


class Table(peewee.Model):
    class Meta:
        table_function = table_name


class InstrumentTable(Table):
    con_id = peewee.IntegerField(primary_key=True)
    symbol = peewee.TextField()
    sec_type = peewee.TextField()
    currency = peewee.TextField()
    exchange = peewee.TextField()
    multiplier = DecimalText()
    expiry = peewee.TextField()
    strike = DecimalText(null=True)
    right = peewee.TextField()
    local_symbol = peewee.TextField()
    trading_class = peewee.TextField()
    value_factor = DecimalText(null=True)


class RunTable(Table):
    id = peewee.AutoField()
    trigger = peewee.TextField()
    account_id = peewee.TextField()
    started_at = UtcText()
    duration_s = peewee.FloatField()
    status = peewee.TextField()
    error = peewee.TextField(null=True)
    taken_at = UtcText(null=True)
    positions_created = peewee.IntegerField()
    positions_updated = peewee.IntegerField()
    positions_closed = peewee.IntegerField()
    total_ibkr_positions = peewee.IntegerField()
    increased = peewee.IntegerField()
    reduced = peewee.IntegerField()
    reversed = peewee.IntegerField()
    adjusted = peewee.IntegerField()
    undone_at = UtcText(null=True)
    note = peewee.TextField(default="")
    calculate_pnl = peewee.BooleanField(default=True)


class AccountTable(Table):
    account = peewee.TextField(primary_key=True)
    taken_at = UtcText()
    run_id = peewee.IntegerField()


class AccountValueTable(Table):
    account = peewee.TextField()
    key = peewee.TextField()
    currency = peewee.TextField()
    value = DecimalText()

    class Meta:
        primary_key = peewee.CompositeKey("account", "key", "currency")


class PositionTable(Table):
    id = peewee.AutoField()
    account = peewee.TextField()
    con_id = peewee.IntegerField()
    quantity = DecimalText()
    average_cost = DecimalText(null=True)
    market_price = DecimalText(null=True)
    market_value = DecimalText(null=True)
    unrealized_pnl = DecimalText(null=True)
    realized_pnl = DecimalText(null=True)
    realized_source = peewee.TextField(null=True)
    opened_at = UtcText()
    closed_at = UtcText(null=True)
    closed_run_id = peewee.IntegerField(null=True)
    moved_from_id = peewee.IntegerField(null=True)


class CloseTable(Table):
    id = peewee.AutoField()
    position_id = peewee.IntegerField()
    run_id = peewee.IntegerField()
    quantity_closed = DecimalText()
    entry_price = DecimalText(null=True)
    exit_price = DecimalText(null=True)
    commission = DecimalText(null=True)
    cost = DecimalText(null=True)
    realized_pnl = DecimalText(null=True)
    source = peewee.TextField()
    closed_at = UtcText()
    is_full_close = peewee.BooleanField()
    basis = peewee.TextField()


class CloseRevisionTable(Table):
    """One row, which the file's own triggers count up; see migration 2."""

    revision = peewee.IntegerField()

    class Meta:
        primary_key = False


class CloseFillTable(Table):
    close_id = peewee.IntegerField()
    exec_id = peewee.TextField()
    quantity = DecimalText()

    class Meta:
        primary_key = peewee.CompositeKey("close_id", "exec_id")


class ChangeTable(Table):
    id = peewee.AutoField()
    run_id = peewee.IntegerField()
    position_id = peewee.IntegerField(null=True)
    account = peewee.TextField()
    con_id = peewee.IntegerField()
    kind = peewee.TextField()
    before = peewee.TextField(null=True)
    after = peewee.TextField()
    note = peewee.TextField()


class FillTable(Table):
    stem = peewee.TextField()
    exec_id = peewee.TextField()
    revision = peewee.IntegerField()
    account = peewee.TextField()
    con_id = peewee.IntegerField()
    quantity = DecimalText()
    price = DecimalText()
    time = UtcText()
    commission = DecimalText(null=True)
    commission_currency = peewee.TextField()
    realized_pnl = DecimalText(null=True)
    run_id = peewee.IntegerField()
    consumed_run_id = peewee.IntegerField(null=True)
    put_away_run_id = peewee.IntegerField(null=True)
    commission_rate = DecimalText(null=True)
    commission_rate_at = UtcText(null=True)
    trade_id = peewee.TextField()
    transaction_id = peewee.TextField()
    booking = peewee.TextField(null=True)
    is_cancelled = peewee.BooleanField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "stem")


class InferenceTable(Table):
    run_id = peewee.IntegerField()
    account = peewee.TextField()
    con_id = peewee.IntegerField()
    place = peewee.IntegerField()
    kind = peewee.TextField()
    quantity = DecimalText()
    price = DecimalText(null=True)
    proceeds = DecimalText(null=True)
    basis = peewee.TextField()
    average_cost = DecimalText(null=True)
    opened_at = UtcText(null=True)
    moved_from_id = peewee.IntegerField(null=True)
    note = peewee.TextField()
    verdict = peewee.TextField()

    class Meta:
        primary_key = peewee.CompositeKey("run_id", "account", "con_id", "place")


class CancellationTable(Table):
    account = peewee.TextField()
    con_id = peewee.IntegerField()
    quantity = DecimalText()
    price = DecimalText()
    time = UtcText()
    transaction_id = peewee.TextField()
    orig_trade_id = peewee.TextField()
    orig_transaction_id = peewee.TextField()
    run_id = peewee.IntegerField()

    class Meta:
        primary_key = False


class UndoTable(Table):
    id = peewee.AutoField()
    run_id = peewee.IntegerField()
    table_name = peewee.TextField()
    first_id = peewee.IntegerField(null=True)
    rows = peewee.TextField()


class RunPriceTable(Table):
    run_id = peewee.IntegerField(primary_key=True)
    prices = peewee.TextField()


class ReconciliationTable(Table):
    account = peewee.TextField()
    figure = peewee.TextField()
    currency = peewee.TextField()
    ours = DecimalText()
    ibkr = DecimalText()
    tolerance = DecimalText()
    cause = peewee.TextField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "figure", "currency")


class NoteTable(Table):
    account = peewee.TextField()
    con_id = peewee.IntegerField()
    text = peewee.TextField()
    created_at = UtcText()
    changed_at = UtcText()

    class Meta:
        primary_key = peewee.CompositeKey("account", "con_id")


class TagTable(Table):
    account = peewee.TextField()
    con_id = peewee.IntegerField()
    key = peewee.TextField()
    tag = peewee.TextField()
    created_at = UtcText()

    class Meta:
        primary_key = peewee.CompositeKey("account", "con_id", "key")


class PortfolioValueTable(Table):
    account = peewee.TextField()
    is_total = peewee.BooleanField()
    run_id = peewee.IntegerField()
    currency = peewee.TextField()
    taken_at = UtcText()
    net_liquidation = DecimalText(null=True)
    cash = DecimalText(null=True)
    market_value = DecimalText(null=True)
    gross_value = DecimalText(null=True)
    unrealized_pnl = DecimalText(null=True)
    realized_pnl = DecimalText(null=True)

    class Meta:
        primary_key = peewee.CompositeKey("account", "is_total", "run_id", "currency")


class DepositTable(Table):
    account = peewee.TextField()
    transaction_id = peewee.TextField()
    day = DayText()
    currency = peewee.TextField()
    amount = DecimalText()
    rate_to_base = DecimalText(null=True)
    run_id = peewee.IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "transaction_id")


class DepositPeriodTable(Table):
    account = peewee.TextField()
    from_day = DayText()
    to_day = DayText()
    run_id = peewee.IntegerField()

    class Meta:
        primary_key = peewee.CompositeKey("account", "from_day", "to_day")


TABLES: tuple[type[Table], ...] = (
    InstrumentTable,
    RunTable,
    AccountTable,
    AccountValueTable,
    PositionTable,
    CloseTable,
    CloseRevisionTable,
    CloseFillTable,
    ChangeTable,
    FillTable,
    InferenceTable,
    CancellationTable,
    UndoTable,
    RunPriceTable,
    ReconciliationTable,
    NoteTable,
    TagTable,
    PortfolioValueTable,
    DepositTable,
    DepositPeriodTable,
)


def columns(table: type[Table]) -> tuple[str, ...]:
    """The table's column names, in the order of the model."""
    return tuple(field.column_name for field in table._meta.sorted_fields)
