"""The pages in the middle of the window, one a tab."""

from functools import partial
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabWidget,
    QWidget,
)

from app.domain.text.messages import translated
from app.ui.export.source import Exportable, ExportSource
from app.ui.style.sizes import scaled

LEAST_HEIGHT = 200  # at the usual font
PARAGRAPH = "\u2029"  # Qt's line break in a selection


@runtime_checkable
class Copyable(Protocol):
    """A page whose rows can be copied, and whose numbers can be explained."""

    def copy(self) -> None: ...

    def explain(self) -> None: ...

    def focus_table(self) -> None: ...


@runtime_checkable
class Arrangeable(Protocol):
    """A page with a table whose columns can be chosen."""

    @property
    def column_menu(self) -> QMenu: ...


class MainTabs(QTabWidget):
    """The tabs with the pages; Ctrl+1, Ctrl+2 … select them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pages")
        self.setDocumentMode(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the tab bar has it
        self.tabBar().setObjectName("pageTabs")
        self.tabBar().setDrawBase(False)
        self.tabBar().setExpanding(False)

    def minimumSizeHint(self) -> QSize:
        """Low enough for a small screen with large texts; the pages scroll, or show less."""
        hint = super().minimumSizeHint()
        return QSize(hint.width(), min(hint.height(), scaled(self, LEAST_HEIGHT)))

    def reserve(self, title: str) -> None:
        """Adds an empty tab; `add` sets its page later. The code names it by its English title."""
        number = self.addTab(QWidget(), translated(title))
        self.tabBar().setTabData(number, str(title))
        keys = QKeySequence(f"Ctrl+{number + 1}")
        shortcut = QShortcut(keys, self)
        shortcut.activated.connect(partial(self.go_to, number))

    def is_showing(self, title: str) -> bool:
        return bool(self.tabBar().tabData(self.currentIndex()) == title)

    def go_to(self, number: int) -> None:
        """Shows a tab, and goes to its rows."""
        self.setCurrentIndex(number)
        self.focus_table()

    def add(self, page: QWidget, title: str) -> None:
        """Sets the page of a reserved tab."""
        number = next(n for n in range(self.count()) if self.tabBar().tabData(n) == title)
        shown = self.tabText(number)
        is_current = number == self.currentIndex()
        empty = self.widget(number)
        self.removeTab(number)
        if empty is not None:
            empty.deleteLater()
        self.insertTab(number, page, shown)
        self.tabBar().setTabData(number, str(title))
        keys = QKeySequence(f"Ctrl+{number + 1}")
        self.setTabToolTip(number, keys.toString(QKeySequence.SequenceFormat.NativeText))
        if is_current:
            self.setCurrentIndex(number)

    @Slot()
    def copy(self) -> None:
        """Copies the selected text of the focused widget, or else the page's selected rows."""
        text, page = selected_text(QApplication.focusWidget()), self.currentWidget()
        if text:
            QGuiApplication.clipboard().setText(text)
            return
        if isinstance(page, Copyable):
            page.copy()

    @Slot()
    def focus_table(self) -> None:
        """Goes to the rows of the visible page."""
        page = self.currentWidget()
        if isinstance(page, Copyable):
            page.focus_table()

    @Slot()
    def explain(self) -> None:
        """Explains the current number of the visible page."""
        page = self.currentWidget()
        if isinstance(page, Copyable):
            page.explain()

    def export_source(self) -> ExportSource | None:
        """The visible page's table; None for a page without one."""
        page = self.currentWidget()
        return page.export_source() if isinstance(page, Exportable) else None


def selected_text(widget: QWidget | None) -> str:
    """The widget's selected text; empty where there is none."""
    if isinstance(widget, QLabel | QLineEdit):
        text = widget.selectedText()
    elif isinstance(widget, QPlainTextEdit):
        text = widget.textCursor().selectedText()
    else:
        text = ""
    return text.replace(PARAGRAPH, "\n")
