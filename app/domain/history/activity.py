"""What syncs have found since the user last looked at the window; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.portfolio.realized_totals import RealizedTotals


@dataclass(frozen=True, slots=True)
class ActivitySummary:
    """What syncs have found since a moment.

    Attributes:
        opened, closed: number of positions.
        realized: currency -> the totals of the closes that those syncs recorded.
    """

    since: datetime
    opened: int = 0
    closed: int = 0
    realized: Mapping[str, RealizedTotals] = field(default_factory=dict)

    @property
    def is_any(self) -> bool:
        return bool(self.opened or self.closed or self.realized)
