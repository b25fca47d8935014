"""The sums of several selected positions, a list of facts for each currency."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.detail.fact_list import FactList
from app.ui.detail.facts import sum_facts
from app.ui.detail.state import SelectionSum
from app.ui.style.formatting import Formats
from app.ui.widgets.plain_text import PlainLabel


class SumsView(QWidget):
    """Attributes: lists: currency -> its facts."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._sums: dict[str, tuple[SelectionSum, ...]] = {}
        self.lists: dict[str, FactList] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_sums(self, sums: Mapping[str, Sequence[SelectionSum]]) -> None:
        self._sums = {currency: tuple(of) for currency, of in sums.items()}
        self.reformat()

    def reformat(self) -> None:
        facts = sum_facts(self._sums, self._formats)
        if list(facts) != list(self.lists):
            self._make_lists(facts)
        for currency, of in facts.items():
            self.lists[currency].show_facts(of)

    def _make_lists(self, currencies: Mapping[str, object]) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.lists = {currency: FactList() for currency in currencies}
        for currency, made in self.lists.items():
            title = PlainLabel(currency)
            title.setObjectName("sectionTitle")
            title.setIndent(0)
            self._column.addWidget(title)
            self._column.addWidget(made)
