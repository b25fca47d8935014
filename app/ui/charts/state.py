"""What the charts page is asked for, and what was read for it, as frozen values."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from app.domain.charts.realized import RealizedClose
from app.domain.history.closed_positions import ClosedFilter
from app.domain.history.portfolio_history import PortfolioPoint
from app.domain.model.statements import KnownDeposits
from app.domain.text.messages import message, message_in
from app.ui.table.core.layout import Filter

NO_DEPOSITS = KnownDeposits()


class ChartKind(Enum):
    """The charts of the page; the value is the text shown."""

    # Translators: of the whole portfolio.
    VALUE = message_in("chart", "Value")
    # Translators: P&L by day, week, month or year.
    REALIZED = message_in("chart", "Realized")
    ALLOCATION = message_in("chart", "Allocation")
    # Translators: profit and loss by underlying: which of them paid off.
    PAID = message_in("chart", "What paid")


@dataclass(frozen=True, slots=True)
class ChartsQuery:
    """What to read.

    Attributes:
        closes: account, search, source and period.
        accounts: whose value to read.
    """

    closes: ClosedFilter = field(default_factory=ClosedFilter)
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartsState:
    """The answer to a query.

    Attributes:
        points: of the portfolio's value: of whole accounts, and by currency.
        deposits: as far as statements tell of them.
        error: a sentence for the user; empty if everything could be read.
    """

    query: ChartsQuery = field(default_factory=ChartsQuery)
    closes: tuple[RealizedClose, ...] = ()
    points: tuple[PortfolioPoint, ...] = ()
    deposits: KnownDeposits = NO_DEPOSITS
    is_loaded: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """What was picked in a chart.

    Attributes:
        kind: of the positions table's filter; empty for a period.
        value: what is chosen, as that filter has it; for a period its text.
        days: the first and the last day of a period.
        is_short: only short positions, or only long ones; None for both.
    """

    kind: str = ""
    value: str = ""
    title: str = ""
    days: tuple[date, date] | None = None
    is_short: bool | None = None

    @property
    def text(self) -> str:
        if not self.title:
            return self.value
        return message("{title}: {value}", title=self.title, value=self.value)


@dataclass(frozen=True, slots=True)
class BoundBy:
    """A filter of another tab that the chart obeys.

    Attributes:
        filter: of the positions; None for the source of closes.
        text: its title and its value.
    """

    filter: Filter | None
    text: str
