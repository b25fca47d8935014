"""The portfolio's summary, computed from stored figures; pure, it reads no database.

A sum with a missing part is None, not wrong, and different currencies are never added up.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from app.domain.portfolio import AccountSummary
from app.domain.positions import Position
from app.domain.runs import ALL_ACCOUNTS
from app.store.account_tags import Figure, Tags

CURRENCY_PAIR = "CASH"  # a position of this type is part of the cash already


@dataclass(slots=True)
class Holdings:
    """What is held and was closed in one currency.

    Attributes:
        realized: P&L of each close; None where it is not known.
    """

    positions: list[Position] = field(default_factory=list)
    realized: list[Figure] = field(default_factory=list)

    def sum(self, figure: Callable[[Position], Figure]) -> Figure:
        return total(figure(p) for p in self.positions if p.instrument.sec_type != CURRENCY_PAIR)

    @property
    def market_value(self) -> Figure:
        return self.sum(lambda position: position.market_value)

    @property
    def unrealized_pnl(self) -> Figure:
        return self.sum(lambda position: position.unrealized_pnl)

    @property
    def realized_pnl(self) -> Figure:
        return total(self.realized) if self.realized else None


@dataclass(slots=True)
class AccountBook:
    """What is stored of one account.

    Attributes:
        holdings: currency -> what is held and was closed in it.
    """

    account: str
    tags: Tags
    holdings: dict[str, Holdings] = field(default_factory=dict)

    def held(self, currency: str) -> Holdings:
        return self.holdings.get(currency, Holdings())

    def rows(self) -> list[AccountSummary]:
        """The whole account, where its base currency is known; then each currency."""
        base = self.tags.base_currency
        currencies = sorted(self.tags.currencies | self.holdings.keys())
        by_currency = [self.currency_row(currency) for currency in currencies]
        return ([self.base_row(base)] if base else []) + by_currency

    def currency_row(self, currency: str) -> AccountSummary:
        held = self.held(currency)
        return AccountSummary(
            account=self.account,
            currency=currency,
            is_base=False,
            net_liquidation=self.tags.net_liquidation(currency),
            cash=self.tags.cash(currency),
            market_value=first(self.tags.market_value(currency), held.market_value),
            unrealized_pnl=first(self.tags.unrealized_pnl(currency), held.unrealized_pnl),
            realized_pnl=held.realized_pnl,
            positions=len(held.positions),
        )

    def base_row(self, base: str) -> AccountSummary:
        """Own sums only where all is in the base currency: there are no exchange rates here."""
        is_mixed = not self.holdings.keys() <= {base}
        held = self.held(base)
        return AccountSummary(
            account=self.account,
            currency=base,
            is_base=True,
            net_liquidation=self.tags.base_net_liquidation,
            cash=self.tags.base_cash,
            market_value=first(
                self.tags.base_market_value, None if is_mixed else held.market_value
            ),
            unrealized_pnl=first(
                self.tags.base_unrealized_pnl, None if is_mixed else held.unrealized_pnl
            ),
            realized_pnl=None if is_mixed else held.realized_pnl,
            positions=sum(len(holdings.positions) for holdings in self.holdings.values()),
        )


def summaries(books: Iterable[AccountBook]) -> tuple[AccountSummary, ...]:
    """The totals over all accounts, then each account's own rows."""
    books = list(books)
    own = [row for book in books for row in book.rows()]
    bases = [row for row in own if row.is_base]
    totals = []
    if bases and len(bases) == len(books) and len({row.currency for row in bases}) == 1:
        # An account whose closes are not all in its base currency makes the total unknown.
        closed = [
            row.realized_pnl
            for row, book in zip(bases, books, strict=True)
            if any(held.realized for held in book.holdings.values())
        ]
        totals.append(total_row(bases, total(closed) if closed else None))
    for currency in sorted({row.currency for row in own if not row.is_base}):
        realized = [pnl for book in books for pnl in book.held(currency).realized]
        rows = [row for row in own if row.currency == currency and not row.is_base]
        totals.append(total_row(rows, total(realized) if realized else None))
    return (*totals, *own)


def total_row(rows: list[AccountSummary], realized_pnl: Figure) -> AccountSummary:
    """Args: rows: at least one, all of one currency."""
    return AccountSummary(
        account=ALL_ACCOUNTS,
        currency=rows[0].currency,
        is_base=rows[0].is_base,
        net_liquidation=total(row.net_liquidation for row in rows),
        cash=total(row.cash for row in rows),
        market_value=total(row.market_value for row in rows),
        unrealized_pnl=total(row.unrealized_pnl for row in rows),
        realized_pnl=realized_pnl,
        positions=sum(row.positions for row in rows),
    )


def total(parts: Iterable[Figure]) -> Figure:
    """The exact sum; None where a part is missing."""
    result = Decimal(0)
    for part in parts:
        if part is None:
            return None
        result += part
    return result


def first(figure: Figure, otherwise: Figure) -> Figure:
    return otherwise if figure is None else figure
