"""The page's lines about the last and the next fetch, with "Fetch now" and its progress."""

from PySide6.QtCore import QEvent, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.fetching.plan import DayRange
from app.domain.fetching.queries import FlexQuery
from app.domain.text.messages import joined, message, tr, translated
from app.ui.settings.field import LABEL_WIDTH
from app.ui.settings.page import GAP
from app.ui.statements.controller import FetchController
from app.ui.statements.dialogs.history_dialog import FetchHistoryDialog
from app.ui.statements.state import enabled_queries, last_text, next_text, why_not_fetchable
from app.ui.style.sizes import scaled
from app.ui.style.theme import set_tone
from app.ui.widgets.enabling import enable
from app.ui.widgets.plain_text import PlainLabel

UNSAVED = message("Save what was changed on this page first, with Apply")
BUSY = message("Statements are being fetched")
IDLE = message("No statement is being fetched")


class FetchLine(QWidget):
    """Shows the controller's state. Attributes: is_saved: what is listed is what is saved."""

    def __init__(self, controller: FetchController) -> None:
        super().__init__()
        self._controller = controller
        self.is_saved = True
        self.last, self.next, self.told = PlainLabel(), PlainLabel(), PlainLabel()
        self.now = QPushButton(tr("&Fetch now"))
        self.history = QPushButton(tr("Fetch &history…"))
        self.cancel = QPushButton(tr("Cancel fetching"))
        self._arrange()
        self.now.clicked.connect(controller.fetch_or_cancel)
        self.history.clicked.connect(self._ask_days)
        self.cancel.clicked.connect(controller.cancel)
        controller.state_changed.connect(self._render)
        self._render()

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for number, (title, shown) in enumerate(
            ((tr("Last fetch"), self.last), (tr("Next daily fetch"), self.next))
        ):
            label = PlainLabel(title)
            label.setMinimumWidth(scaled(self, LABEL_WIDTH))
            shown.setAccessibleName(title)
            shown.setWordWrap(True)
            grid.addWidget(label, number, 0)
            grid.addWidget(shown, number, 1)
        line = QHBoxLayout()
        line.setSpacing(8)
        for button in (self.now, self.history, self.cancel):
            button.setAutoDefault(False)
            line.addWidget(button)
        line.addStretch(1)
        self.told.setWordWrap(True)
        self.told.setAccessibleName(tr("What the fetch does"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(grid)
        layout.addLayout(line)
        layout.addWidget(self.told)

    def show_saved(self, *, is_saved: bool) -> None:
        """Only what is saved can be fetched with."""
        self.is_saved = is_saved
        self._render()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LocaleChange:
            self._render()

    @Slot()
    def _render(self) -> None:
        controller = self._controller
        state, formats = controller.state, controller.formats
        self.last.setText(last_text(state, formats))
        set_tone(self.last, "" if state.last is None else state.last.tone)
        self.next.setText(next_text(state, controller.now(), formats))
        told = translated(state.progress or joined((state.result, state.problem)))
        self.told.setText(told)
        self.told.setVisible(bool(told))
        set_tone(self.told, "loss" if state.problem and not state.is_fetching else "")
        why = BUSY if state.is_fetching else why_not_fetchable(controller.settings)
        why = translated(why or ("" if self.is_saved else UNSAVED))
        for button in (self.now, self.history):
            enable(button, not why, why)
        enable(self.cancel, state.is_fetching, translated(IDLE))

    @Slot()
    def _ask_days(self) -> None:
        controller = self._controller
        queries = enabled_queries(controller.settings)
        dialog = FetchHistoryDialog(queries, controller.formats, controller.now(), self)
        dialog.chosen.connect(self._fetch_history)
        dialog.open()

    @Slot(object, object)
    def _fetch_history(self, queries: tuple[FlexQuery, ...], days: DayRange) -> None:
        self._controller.fetch(queries, days)
