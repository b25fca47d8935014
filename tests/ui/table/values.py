"""A small table for tests of the core: amounts of accounts in currencies."""

from dataclasses import dataclass, field
from decimal import Decimal

from PySide6.QtCore import QLocale

from app.ui.style.formatting import Formats
from app.ui.style.theme import GAIN_TONES
from app.ui.table.core.column import (
    Column,
    FilterKind,
    MoneyKey,
    Subtotal,
    TableSpec,
    default_columns,
)
from app.ui.table.core.layout import SortKey, TableLayout

FORMATS = Formats(QLocale("en_US"))


@dataclass(frozen=True, slots=True)
class Amount:
    """One row. Attributes: pnl: None where unknown."""

    number: int
    account: str = "DU1"
    symbol: str = "AAPL"
    currency: str = "USD"
    quantity: Decimal = Decimal(1)
    value: Decimal | None = Decimal(100)
    pnl: Decimal | None = Decimal(10)


@dataclass(frozen=True, slots=True)
class Rated:
    """A context with rates. Attributes: rates: currency -> base units for one."""

    formats: Formats = FORMATS
    base_currency: str = "USD"
    is_in_base: bool = False
    rates: dict[str, Decimal] = field(default_factory=lambda: {"EUR": Decimal("1.25")})

    def convert(self, key: MoneyKey, amount: Decimal) -> Decimal | None:
        if key[1] == self.base_currency:
            return amount
        rate = self.rates.get(key[1])
        return None if rate is None else amount * rate


AmountColumn = Column[Amount, Rated]
COLUMNS: tuple[AmountColumn, ...] = (
    Column(
        "symbol",
        "Symbol",
        lambda row, _: row.symbol,
        lambda row, _: row.symbol,
        is_tie_break=True,
        depends_on=("symbol",),
        is_groupable=True,
        is_hideable=False,
    ),
    Column(
        "account",
        "Account",
        lambda row, _: row.account,
        lambda row, _: row.account,
        depends_on=("account",),
        is_groupable=True,
    ),
    Column(
        "currency",
        "Currency",
        lambda row, _: row.currency,
        lambda row, _: row.currency,
        depends_on=("currency",),
        is_groupable=True,
    ),
    Column(
        "quantity",
        "Quantity",
        lambda row, _: row.quantity,
        lambda row, context: context.formats.quantity(row.quantity),
        depends_on=("quantity",),
        is_number=True,
        subtotal=Subtotal.QUANTITY,
    ),
    Column(
        "value",
        "Value",
        lambda row, _: row.value,
        lambda row, context: context.formats.money(row.value),
        depends_on=("value",),
        is_number=True,
        is_money=True,
        subtotal=Subtotal.MONEY,
        amount=lambda row: row.value,
    ),
    Column(
        "pnl",
        "P&L",
        lambda row, _: row.pnl,
        lambda row, context: context.formats.gain(row.pnl),
        tone=lambda row, context: GAIN_TONES[context.formats.tone(row.pnl)],
        depends_on=("pnl",),
        is_number=True,
        is_money=True,
        subtotal=Subtotal.MONEY,
        amount=lambda row: row.pnl,
    ),
    Column(
        "pct",
        "%",
        lambda row, _: row.pnl,
        lambda row, context: context.formats.percent(row.pnl),
        depends_on=("pnl", "value"),
        is_number=True,
        subtotal=Subtotal.RATIO,
        ratio=(lambda row: row.pnl, lambda row: row.value),
    ),
)
SIDE: FilterKind[Amount, Rated] = FilterKind(
    "side",
    "Side",
    lambda row, side, _: row.quantity > 0 if side == "long" else row.quantity < 0,
    lambda _, __: (("long", "Long"), ("short", "Short")),
    lambda value, _: value,
)
OF_ACCOUNT: FilterKind[Amount, Rated] = FilterKind(
    "account",
    "Account",
    lambda row, account, _: row.account == account,
    lambda rows, _: tuple((name, name) for name in sorted({row.account for row in rows})),
    lambda value, _: value,
)
SPEC: TableSpec[Amount, Rated] = TableSpec(
    name="amounts",
    columns=COLUMNS,
    key=lambda row: row.number,
    tie_break=lambda row: (row.symbol, row.account, row.number),
    search_text=lambda row: f"{row.symbol} {row.account}".casefold(),
    money_key=lambda row: (row.account, row.currency),
    instrument=lambda row: row.symbol,
    filters=(SIDE, OF_ACCOUNT),
    default=TableLayout(default_columns(COLUMNS), (SortKey("symbol"),)),
)
