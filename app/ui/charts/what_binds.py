"""What the other tabs' filters leave of what the charts show."""

from dataclasses import dataclass

from app.domain.model.positions import Position, Source
from app.domain.text.messages import message
from app.ui.charts.computing import OF_CLOSES
from app.ui.charts.state import BoundBy, ChartKind, Selection
from app.ui.closed.filter_bar import SOURCES

SOURCE_TEXTS = {source: text for text, source in SOURCES}


@dataclass(slots=True)
class WhatBinds:
    """Attributes:
    positions: that the positions table's filters let through, without the chart's own.
    picked: with the chart's own.
    filters: of the positions table, without the chart's own.
    source: of closes; None for all.
    """

    positions: tuple[Position, ...] = ()
    picked: tuple[Position, ...] = ()
    filters: tuple[BoundBy, ...] = ()
    source: Source | None = None

    @property
    def is_any(self) -> bool:
        return bool(self.filters) or self.source is not None

    def chips(self, kind: ChartKind) -> list[BoundBy]:
        """Those that bind this chart."""
        if kind is ChartKind.VALUE:
            return []
        chips = [
            each
            for each in self.filters
            if kind is not ChartKind.REALIZED or (each.filter and each.filter.kind in OF_CLOSES)
        ]
        if self.source is not None and kind is not ChartKind.ALLOCATION:
            text = message("Source: {source}", source=SOURCE_TEXTS[self.source])
            chips.append(BoundBy(None, text))
        return chips

    def positions_for(self, chosen: Selection | None, own: str) -> tuple[Position, ...]:
        """A chart shows all that can be picked in it, and of other charts only what was picked.

        Args:
            own: the kind of filter that is picked in this chart.
        """
        return self.positions if chosen is None or chosen.kind in ("", own) else self.picked

    def values_for(self, chosen: Selection | None, own: str) -> tuple[tuple[str, str], ...]:
        """Kind and value of each filter that binds closes too; `own` as above."""
        found = [(one.filter.kind, one.filter.value) for one in self.filters if one.filter]
        if chosen is not None and chosen.kind not in ("", own):
            found.append((chosen.kind, chosen.value))
        return tuple(pair for pair in found if pair[0] in OF_CLOSES)
