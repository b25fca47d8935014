"""Allocation: sorted bars, and a treemap."""

from decimal import Decimal

from PySide6.QtCore import QObject

from app.domain.charts.allocation import AllocateBy, Share
from app.domain.text.messages import message, tr
from app.ui.charts import texts
from app.ui.charts.computing import AllocationFigures, Computed
from app.ui.charts.drawing.bar_list import BarFill, BarList, BarRow
from app.ui.charts.drawing.chart_view import ChartView
from app.ui.charts.drawing.treemap import MapTile, Treemap
from app.ui.charts.figures import LargeFigure
from app.ui.charts.sections.section import LayoutsOf, Section
from app.ui.charts.sections.tables import ALLOCATION_SPEC, ShareRow
from app.ui.charts.state import Selection
from app.ui.style.formatting import Formats

KINDS = {
    AllocateBy.SYMBOL: ("instrument", message("Instrument")),
    AllocateBy.UNDERLYING: ("underlying", message("Underlying")),
    AllocateBy.TYPE: ("type", message("Type")),
    AllocateBy.CURRENCY: ("currency", message("Currency")),
    AllocateBy.ACCOUNT: ("account", message("Account")),
}


class AllocationSection(Section):
    """Sorted bars, and a treemap coloured by performance."""

    def __init__(
        self, formats: Formats, layouts_of: LayoutsOf | None, parent: QObject | None = None
    ) -> None:
        self.bars = BarList(tr("Allocation"))
        self.bars.setMinimumHeight(1)
        self.map = Treemap(tr("Treemap of the allocation"))
        super().__init__(
            *(ALLOCATION_SPEC, formats, (self.bars, self.map)),
            name=tr("Allocation"),
            layouts_of=layouts_of,
            parent=parent,
        )
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self._drawn: list[ShareRow] = []
        self._tiles: list[ShareRow] = []
        self._by = AllocateBy.SYMBOL

    @property
    def own_filter(self) -> str:
        return KINDS[self._by][0]

    def show_figures(self, computed: Computed) -> None:
        given, shares = computed.given, computed.figures
        assert isinstance(shares, AllocationFigures)
        formats, code = self.formats, given.currency.code
        self._by = given.by
        found, drawn = shares.found, shares.drawn
        self.figures = (
            LargeFigure(texts.in_currency(message("Long"), code), formats.money(found.long)),
            LargeFigure(texts.in_currency(message("Short"), code), formats.money(found.short)),
            LargeFigure(tr("Net"), formats.money(found.long + found.short)),
            *left_out_figures(found.unknown, found.lacking, formats),
        )
        self._drawn = [self._row(share, weight, code) for share, weight in drawn.weighted]
        self._tiles = sorted(self._drawn, key=lambda row: -abs(row.share.value))
        self._tiles = [row for row in self._tiles if row.share.value]
        sentence = texts.allocation_sentence(found, code, formats)
        self.show_sentence("" if found.shares else tr("There is no position to draw."))
        for chart in self.charts:
            chart.describe(sentence)
        self.rows = [self._row(share, weight, code) for share, weight in found.weighted]

    def dim(self) -> None:
        self.bars.show_rows([self._bar(row) for row in self._drawn])
        self.map.show_tiles([self._tile(row) for row in self._tiles])

    def _row(self, share: Share, weight: Decimal | None, code: str) -> ShareRow:
        return ShareRow(share, weight, code, texts.share_title(share, self.formats))

    def _bar(self, row: ShareRow) -> BarRow:
        figure = f"{self.formats.money(row.share.value)}   {self.formats.share(row.weight)}"
        return BarRow(
            row.title,
            figure,
            ((float(row.share.value), BarFill.FULL),),
            texts.share_text(row.share, row.weight, row.currency, self.formats),
            is_dimmed=not self.is_chosen(row),
        )

    def _tile(self, row: ShareRow) -> MapTile:
        performance = row.share.performance
        return MapTile(
            row.title,
            self.formats.percent(performance),
            abs(float(row.share.value)),
            None if performance is None else float(performance),
            row.share.is_short,
            texts.share_text(row.share, row.weight, row.currency, self.formats),
            is_dimmed=not self.is_chosen(row),
        )

    def is_chosen(self, row: ShareRow) -> bool:
        chosen = self._selection
        if chosen is None or chosen.kind != KINDS[self._by][0]:
            return True
        is_side = chosen.is_short is None or chosen.is_short is row.share.is_short
        return row.share.name == chosen.value and is_side

    def row_of(self, chart: ChartView, number: int) -> object:
        return (self._tiles if chart is self.map else self._drawn)[number]

    def selection_of(self, row: object) -> Selection | None:
        if not isinstance(row, ShareRow) or row.share.lumped:
            return None
        kind, title = KINDS[self._by]
        return Selection(kind, row.share.name, title, is_short=row.share.is_short)


def left_out_figures(unknown: int, lacking: int, formats: Formats) -> tuple[LargeFigure, ...]:
    note = " ".join(texts.left_out_sentences(unknown, lacking, formats))
    count = unknown + lacking
    return (LargeFigure(tr("Unknown"), formats.count(count), "warning", note),) if count else ()
