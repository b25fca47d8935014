"""The pages in the middle of the window, one a tab."""

from typing import Protocol, runtime_checkable

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QTabWidget, QWidget

from app.ui.table.copying import selected_text


@runtime_checkable
class Copyable(Protocol):
    """A page whose rows can be copied, and whose numbers can be explained."""

    def copy(self) -> None: ...

    def explain(self) -> None: ...


class MainTabs(QTabWidget):
    """Tabs over the pages; Ctrl+1, Ctrl+2 ... go to them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pages")
        self.setDocumentMode(True)
        self.tabBar().setObjectName("pageTabs")
        self.tabBar().setDrawBase(False)
        self.tabBar().setExpanding(False)

    def reserve(self, title: str) -> None:
        """A tab whose page is added later."""
        number = self.addTab(QWidget(), title)
        keys = QKeySequence(f"Ctrl+{number + 1}")
        shortcut = QShortcut(keys, self)
        shortcut.activated.connect(lambda: self.setCurrentIndex(number))

    def add(self, page: QWidget, title: str) -> None:
        """The page of a promised tab."""
        number = next(n for n in range(self.count()) if self.tabText(n) == title)
        is_current = number == self.currentIndex()
        empty = self.widget(number)
        self.removeTab(number)
        if empty is not None:
            empty.deleteLater()
        self.insertTab(number, page, title)
        keys = QKeySequence(f"Ctrl+{number + 1}")
        self.setTabToolTip(number, keys.toString(QKeySequence.SequenceFormat.NativeText))
        if is_current:
            self.setCurrentIndex(number)

    @Slot()
    def copy(self) -> None:
        """The selected text where the user is, or else the selected rows of the page."""
        text, page = selected_text(QApplication.focusWidget()), self.currentWidget()
        if text:
            QGuiApplication.clipboard().setText(text)
            return
        if isinstance(page, Copyable):
            page.copy()

    @Slot()
    def explain(self) -> None:
        """The current number of the page that is shown."""
        page = self.currentWidget()
        if isinstance(page, Copyable):
            page.explain()
