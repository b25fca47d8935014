"""The settings that apply to every run. Imports little, because settings load first."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.model.runs import Request


@dataclass(frozen=True, slots=True)
class SyncPolicy:
    """The settings that apply to every run, whatever triggered it."""

    calculate_pnl: bool = True
    mass_close_percent: int = 50

    def applied(self, request: "Request") -> "Request":
        """The request under this policy; it can leave the P&L out, but not put it in."""
        return replace(
            request,
            calculate_pnl=request.calculate_pnl and self.calculate_pnl,
            mass_close_percent=self.mass_close_percent,
        )
