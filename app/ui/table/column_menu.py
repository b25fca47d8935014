"""The menu that shows and hides the table's columns."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from app.ui.positions.columns import TITLES
from app.ui.widgets.enabling import enable


class ColumnMenu(QMenu):
    """One checkable action a column; the last visible one can't be hidden."""

    def __init__(self, header: QHeaderView, parent: QWidget | None = None) -> None:
        super().__init__("&Columns", parent)
        self._header = header
        self.setToolTipsVisible(True)
        for column, title in enumerate(TITLES):
            action = self.addAction(title.replace("&", "&&"))
            action.setCheckable(True)
            action.setData(column)
        self.aboutToShow.connect(self._show_which_are_visible)
        self.triggered.connect(self._toggle)

    @Slot()
    def _show_which_are_visible(self) -> None:
        visible = len(TITLES) - self._header.hiddenSectionCount()
        for action in self.actions():
            is_visible = not self._header.isSectionHidden(action.data())
            action.setChecked(is_visible)
            enable(action, visible > 1 or not is_visible, "One column has to stay")

    @Slot(QAction)
    def _toggle(self, action: QAction) -> None:
        self._header.setSectionHidden(action.data(), not action.isChecked())
