"""What paid: P&L by underlying, and how closes turned out."""

from PySide6.QtCore import QObject

from app.domain.charts.paid import TradeStatistics
from app.domain.charts.realized import RealizedSums
from app.domain.text.messages import message, tr, tr_in
from app.ui.charts import texts
from app.ui.charts.computing import Computed, PaidFigures
from app.ui.charts.drawing.bar_list import BarFill, BarList, BarRow
from app.ui.charts.drawing.chart_view import ChartView
from app.ui.charts.figures import LargeFigure
from app.ui.charts.sections.section import LayoutsOf, Section, gain
from app.ui.charts.sections.tables import PAID_SPEC, PayerRow
from app.ui.charts.state import Selection
from app.ui.style.formatting import Formats

UNDERLYING = "underlying"
MOST_BARS = 30  # the table has them all


class PaidSection(Section):
    """What each underlying brought: realized full, estimated hatched, unrealized light."""

    def __init__(
        self, formats: Formats, layouts_of: LayoutsOf | None, parent: QObject | None = None
    ) -> None:
        self.bars = BarList(tr_in("chart", "What paid"))
        self.bars.setMinimumHeight(1)
        super().__init__(
            *(PAID_SPEC, formats, (self.bars,)),
            name=tr("What paid, by underlying"),
            layouts_of=layouts_of,
            parent=parent,
        )
        self._drawn: list[PayerRow] = []

    @property
    def own_filter(self) -> str:
        return UNDERLYING

    def show_figures(self, computed: Computed) -> None:
        found, code = computed.figures, computed.given.currency.code
        assert isinstance(found, PaidFigures)
        self.figures = paid_figures(found.sums, found.statistics, self.formats)
        self.rows = rows = [PayerRow(payer, code) for payer in found.payers]
        half = MOST_BARS // 2  # those that brought most, and those that cost most
        self._drawn = rows if len(rows) <= 2 * half else rows[:half] + rows[-half:]
        self.show_sentence("" if rows else tr("No close in this period, and no open position."))
        self.bars.describe(texts.paid_sentence(found.payers, code, self.formats))

    def dim(self) -> None:
        self.bars.show_rows([self._bar(row) for row in self._drawn])

    def _bar(self, row: PayerRow) -> BarRow:
        payer = row.payer
        totals = payer.realized.totals
        parts = (
            (float(totals.exact or 0), BarFill.FULL),
            (float(totals.estimated or 0), BarFill.HATCHED),
            (float(payer.unrealized or 0), BarFill.LIGHT),
        )
        return BarRow(
            payer.underlying,
            self.formats.gain(payer.total),
            tuple(part for part in parts if part[0]),
            texts.payer_text(payer, row.currency, self.formats),
            is_dimmed=not self.is_chosen(row),
        )

    def row_of(self, _chart: ChartView, number: int) -> object:
        return self._drawn[number]

    def is_chosen(self, row: PayerRow) -> bool:
        chosen = self._selection
        if chosen is None or chosen.kind != UNDERLYING:
            return True
        return row.payer.underlying == chosen.value

    def selection_of(self, row: object) -> Selection | None:
        if not isinstance(row, PayerRow):
            return None
        return Selection(UNDERLYING, row.payer.underlying, message("Underlying"))


def paid_figures(
    sums: RealizedSums, found: TradeStatistics, formats: Formats
) -> tuple[LargeFigure, ...]:
    wins = texts.win_rate_text(found, formats)
    return (
        gain(tr("Realized, gross"), sums.gross, formats, tr("Before commission, as far as known")),
        LargeFigure(tr("Commission"), formats.money(sums.totals.commission)),
        gain(tr("Realized, net"), sums.net, formats),
        LargeFigure(tr("Win rate"), formats.share(found.win_rate), tooltip=wins),
        gain(tr("Average win"), found.average_win, formats),
        gain(tr("Average loss"), found.average_loss, formats),
        LargeFigure(tr("Average holding time"), texts.held_text(found.average_held, formats)),
    )
