"""The state of the page of closed positions, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.history.closed_positions import ClosedFilter, ClosedOrder, ClosedPositionRow
from app.domain.portfolio.realized_totals import RealizedTotals


@dataclass(frozen=True, slots=True)
class ClosedLine:
    """A line of the table: a position with its closes, or one of several closes of it."""

    row: ClosedPositionRow
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class ClosedState:
    """The answer to one filter, as far as it has been read.

    Attributes:
        ids: of all positions that match, in order.
        lines: of the first `read` of these ids; what is as before is the same object.
        totals: over all that match; None until they are computed.
        is_nothing_closed: nothing has ever been closed, whatever the filter.
        tags: those of the user in use anywhere, in alphabetical order.
        error: a sentence for the user; empty if everything could be read.
    """

    filter: ClosedFilter = field(default_factory=ClosedFilter)
    order: ClosedOrder = field(default_factory=ClosedOrder)
    ids: tuple[int, ...] = ()
    lines: tuple[ClosedLine, ...] = ()
    read: int = 0
    totals: Mapping[str, RealizedTotals] | None = None
    is_nothing_closed: bool = False
    tags: tuple[str, ...] = ()
    error: str = ""

    @property
    def has_more(self) -> bool:
        return self.read < len(self.ids)
