"""Figures over all runs. Light: `status` answers before anything else is imported."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.domain.runs import Run


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures over all stored runs; derived from them, so they cannot drift."""

    total_syncs: int = 0
    successful_syncs: int = 0
    failed_syncs: int = 0
    positions_created: int = 0
    positions_updated: int = 0
    positions_closed: int = 0
    callback_triggers: int = 0
    last_error: str | None = None
    last_sync_time: datetime | None = None
    last_run: "Run | None" = None
