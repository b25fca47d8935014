"""What syncs have found since the user last looked at the window; pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Gain:
    """Realized P&L in one currency.

    Attributes:
        exact: of closes with a figure from IBKR or executions.
        estimated: of closes with an estimated figure.
        unknown: number of closes without a figure.
    """

    currency: str
    exact: Decimal
    estimated: Decimal
    unknown: int


@dataclass(frozen=True, slots=True)
class ActivitySummary:
    """What syncs have found since a moment.

    Attributes:
        opened, closed: number of positions.
        gains: by currency, of the closes that those syncs recorded.
    """

    since: datetime
    opened: int = 0
    closed: int = 0
    gains: tuple[Gain, ...] = ()

    @property
    def is_any(self) -> bool:
        return bool(self.opened or self.closed or self.gains)
