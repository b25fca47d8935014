"""The choices above the charts: which chart, which period, cut how, in which currency."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QToolButton, QWidget

from app.domain.charts.allocation import AllocateBy
from app.domain.charts.money import ChartCurrency
from app.domain.charts.ranges import BarLength, ChartRange, Days, range_days
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.portfolio.summary import PortfolioSummary
from app.domain.text.messages import message, tr, tr_in, translated
from app.ui.charts.computing import ChartInput
from app.ui.charts.state import ChartKind, ChartsState
from app.ui.closed.filter_bar import choice, chosen_day, date_field, write_days
from app.ui.style.formatting import Formats
from app.ui.widgets.flow_layout import FlowLayout

E = TypeVar("E", bound=StrEnum)
LENGTHS = {
    BarLength.DAY: message("By day"),
    BarLength.WEEK: message("By week"),
    BarLength.MONTH: message("By month"),
    BarLength.YEAR: message("By year"),
}
ALLOCATED = {
    AllocateBy.SYMBOL: message("By instrument"),
    AllocateBy.UNDERLYING: message("By underlying"),
    AllocateBy.TYPE: message("By type"),
    AllocateBy.CURRENCY: message("By currency"),
    AllocateBy.ACCOUNT: message("By account"),
}
RANGES = {
    ChartRange.DAY: message("Today"),
    ChartRange.WEEK: message("The last seven days"),
    ChartRange.MONTH: message("The last month"),
    ChartRange.QUARTER: message("The last three months"),
    ChartRange.YEAR_TO_DATE: message("Year to date"),
    ChartRange.YEAR: message("The last twelve months"),
    ChartRange.ALL: message("All that is stored"),
    ChartRange.OWN: message("The days that you choose"),
}


class Segments(QWidget):
    """Buttons of which one is pressed; arrow keys go from one to the next.

    Signals:
        chosen(): another one was pressed.
    """

    chosen = Signal()

    def __init__(
        self, name: str, options: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        """Args: options: text and tooltip of each."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.buttons = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for number, (text, tooltip) in enumerate(options):
            button = QToolButton()
            button.setObjectName("segment")
            button.setText(text.replace("&", "&&"))
            button.setToolTip(tooltip)
            named = tr("{title}: {value}", title=name, value=tooltip or text)
            button.setAccessibleName(named)
            button.setCheckable(True)
            self.buttons.addButton(button, number)
            layout.addWidget(button)
        self.buttons.idToggled.connect(self._on_toggled)

    @property
    def number(self) -> int:
        return self.buttons.checkedId()

    def choose(self, number: int) -> None:
        self.buttons.button(number).setChecked(True)

    @Slot(int, bool)
    def _on_toggled(self, _number: int, is_checked: bool) -> None:
        if is_checked:
            self.chosen.emit()


class ChartChoices(QWidget):
    """All choices but account and search, which are the window's.

    Signals:
        kind_chosen(): another chart was chosen.
        changed(): what it shows was chosen.
    """

    kind_chosen = Signal()
    changed = Signal()

    def __init__(self, formats: Formats, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._currencies: tuple[ChartCurrency, ...] = ()
        kinds = [(translated(kind.value), "") for kind in ChartKind]
        ranges = [(translated(one.value), translated(RANGES[one])) for one in ChartRange]
        self.kinds = Segments(tr("Chart"), kinds)
        self.ranges = Segments(tr("Period"), ranges)
        self.length = options(tr("Bars"), tr("How long one bar is"), LENGTHS)
        self.by = options(tr("Allocation"), tr("How positions are grouped"), ALLOCATED)
        self.currency = choice(tr("Currency"), tr("The currency of all amounts"))
        self.currency.hide()  # until there is more than one
        today = now.astimezone().date()
        self.first = date_field(tr_in("date", "From"), today.replace(day=1), formats)
        self.last = date_field(tr_in("date", "To"), today, formats)
        self.show_kind(ChartKind.REALIZED)
        self.show_range(ChartRange.YEAR_TO_DATE)
        self._flow = flow = FlowLayout(8)
        self.setLayout(flow)
        for part in (
            *(self.kinds, self.ranges, self.first, self.last),
            *(self.length, self.by, self.currency),
        ):
            flow.addWidget(part)
        self._show_parts()
        self.kinds.chosen.connect(self._show_parts)
        self.kinds.chosen.connect(self.kind_chosen)
        self.ranges.chosen.connect(self._show_parts)
        for signal in (
            *(self.ranges.chosen, self.first.dateChanged, self.last.dateChanged),
            *(self.length.currentIndexChanged, self.by.currentIndexChanged),
            self.currency.currentIndexChanged,
        ):
            signal.connect(self.changed)

    @property
    def kind(self) -> ChartKind:
        return list(ChartKind)[self.kinds.number]

    @property
    def bar_length(self) -> BarLength:
        return BarLength(self.length.currentData())

    @property
    def allocate_by(self) -> AllocateBy:
        return AllocateBy(self.by.currentData())

    @property
    def chosen_currency(self) -> ChartCurrency:
        number = self.currency.currentIndex()
        return self._currencies[number] if self._currencies else ChartCurrency("")

    def input_of(self, state: ChartsState) -> ChartInput:
        """What was read, with what is chosen here."""
        return ChartInput(
            self.kind,
            self.chosen_currency,
            closes=state.closes,
            points=state.points,
            deposits=state.deposits,
            length=self.bar_length,
            by=self.allocate_by,
        )

    def show_kind(self, kind: ChartKind) -> None:
        self.kinds.choose(list(ChartKind).index(kind))

    def show_range(self, wanted: ChartRange) -> None:
        self.ranges.choose(list(ChartRange).index(wanted))

    def days(self, now: datetime) -> Days:
        """The chosen period; None for no limit."""
        own = chosen_day(self.first), chosen_day(self.last)
        return range_days(list(ChartRange)[self.ranges.number], now.astimezone().date(), own)

    def offer(self, currencies: Sequence[ChartCurrency]) -> None:
        """Keeps the choice, unless it is gone."""
        if tuple(currencies) == self._currencies:
            return
        before = self.chosen_currency
        self._currencies = tuple(currencies)
        self.currency.blockSignals(True)
        self.currency.clear()
        for one in currencies:
            self.currency.addItem(currency_text(one))
        same = (n for n, o in enumerate(currencies) if (o.code, o.is_base) == key_of(before))
        self.currency.setCurrentIndex(next(same, 0))
        self.currency.blockSignals(False)
        self.currency.setVisible(len(currencies) > 1)

    def reformat(self) -> None:
        for field in (self.first, self.last):
            write_days(field, self._formats)

    @Slot()
    def _show_parts(self) -> None:
        """Only what matters to the chart."""
        kind = self.kind
        has_period = kind is not ChartKind.ALLOCATION
        is_own = list(ChartRange)[self.ranges.number] is ChartRange.OWN
        self.ranges.setVisible(has_period)
        self.length.setVisible(kind is ChartKind.REALIZED)
        self.by.setVisible(kind is ChartKind.ALLOCATION)
        for part in (self.first, self.last):
            part.setVisible(has_period and is_own)
        self._flow.invalidate()
        self.updateGeometry()


def currency_text(currency: ChartCurrency) -> str:
    if currency.is_base:
        return tr("All in {currency}", currency=currency.code)
    return tr("Only {currency}", currency=currency.code)


def key_of(currency: ChartCurrency) -> tuple[str, bool]:
    return currency.code, currency.is_base


def options(name: str, tooltip: str, texts: Mapping[E, str]) -> QComboBox:
    made = choice(name, tooltip)
    for value, text in texts.items():
        made.addItem(translated(text), value)
    return made


def currencies(summary: PortfolioSummary, held: Iterable[str]) -> tuple[ChartCurrency, ...]:
    """All in the base currency, where the accounts share one; then each currency by itself.

    Args:
        held: the currency of each open position: the most frequent ones come first.
    """
    bases = [row for row in summary.rows if row.is_base and row.account != ALL_ACCOUNTS]
    shared = {row.currency for row in bases}
    own = {row.currency for row in summary.rows if not row.is_base} | shared
    count = Counter(held)
    codes = sorted(own | count.keys(), key=lambda code: (-count[code], code))
    found = [ChartCurrency(code) for code in codes]
    if len(shared) == 1:
        rates = {row.account: row.rates for row in bases if row.rates is not None}
        return ChartCurrency(shared.pop(), is_base=True, rates=rates), *found
    return tuple(found)
