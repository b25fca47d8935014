"""The list of local ports on which a program listens."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.domain.connection.test_result import DiscoveredEndpoint
from app.domain.text.messages import message, tr, translated
from app.ui.style.icons import icon
from app.ui.style.sizes import scaled
from app.ui.style.theme import current_colours

ROLE = int(Qt.ItemDataRole.UserRole)
ROW_HEIGHT = 30  # at the usual font
BESIDE_TEXT = 40
MOST_ROWS = 5
FRAME = 10  # border and padding of the style sheet, above and below
NOTHING = message("Nothing found: is TWS running, with the API enabled?")
SEARCHING = message("Searching…")


class DiscoveredList(QListWidget):
    """One row per port; a sentence if there is none.

    Signals:
        chosen(DiscoveredEndpoint): a row became the current one.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("foundList")
        self.setAccessibleName(tr("Found on this computer"))
        self.setUniformItemSizes(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.currentItemChanged.connect(self._on_current_changed)
        self.show_search()

    def show_search(self) -> None:
        self._show_text(translated(SEARCHING))

    def show_found(self, found: tuple[DiscoveredEndpoint, ...]) -> None:
        if not found:
            self._show_text(translated(NOTHING))
            return
        self._clear()
        picture = icon("connect", current_colours().muted)
        for one in found:
            usual = tr("unknown program")
            if one.product:
                usual = tr("usually {product}", product=one.product)
            item = QListWidgetItem(picture, f"{one.host}:{one.port}   —   {usual}")
            item.setData(ROLE, one)
            self._add(item)

    def choose(self, found: DiscoveredEndpoint) -> None:
        for number in range(self.count()):
            if self.item(number).data(ROLE) == found:
                self.setCurrentRow(number)

    def lines(self) -> list[str]:
        return [self.item(number).text() for number in range(self.count())]

    def _show_text(self, text: str) -> None:
        self._clear()
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self._add(item)

    def _clear(self) -> None:
        self.blockSignals(True)
        self.clear()
        self.blockSignals(False)

    def _add(self, item: QListWidgetItem) -> None:
        self.addItem(item)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def _fit(self) -> None:
        """As wide as its texts, and as high as its rows, up to a few."""
        width = max(map(self.fontMetrics().horizontalAdvance, self.lines()), default=0)
        self.setMinimumWidth(width + self.iconSize().width() + scaled(self, BESIDE_TEXT))
        height = scaled(self, ROW_HEIGHT)
        for number in range(self.count()):
            self.item(number).setSizeHint(QSize(0, height))
        self.setFixedHeight(min(self.count(), MOST_ROWS) * height + FRAME)

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current_changed(self, item: QListWidgetItem | None, _: QListWidgetItem | None) -> None:
        if item is not None and item.data(ROLE) is not None:
            self.chosen.emit(item.data(ROLE))
