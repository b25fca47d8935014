"""A close with all that is known of the fills that it used."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.pnl import ClosingFill
from app.domain.positions import StoredClose
from app.domain.snapshot import Fill


@dataclass(frozen=True, slots=True)
class UsedFill:
    """The part of a fill that a close used.

    Attributes:
        exec_id: as the close names it; a later correction has another revision.
        quantity: of the part, positive.
        fill: the execution as it is known now; None where it is not stored.
    """

    exec_id: str
    quantity: Decimal
    fill: Fill | None = None

    @property
    def commission(self) -> Decimal | None:
        """The part's share."""
        return None if self.fill is None else ClosingFill(self.fill, self.quantity).commission


@dataclass(frozen=True, slots=True)
class ExplainedClose:
    """One close, and its fills in the order in which they were used.

    Attributes:
        read_at: when the snapshot of the run that recorded it was taken.
    """

    stored: StoredClose
    fills: tuple[UsedFill, ...] = ()
    read_at: datetime | None = None
