"""Where a view's menu opens: at the mouse, or by the keys (Menu, Shift+F10) at the current cell."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView

NOWHERE = QPoint(-1, -1)  # no row is there


def menu_place(view: QAbstractItemView, event: QContextMenuEvent) -> QPoint:
    """In the viewport. The place that Qt gives for the keys is in the view's own coordinates, the
    header included, and has nothing to do with the current row."""
    if event.reason() is not QContextMenuEvent.Reason.Keyboard:
        return event.pos()
    return current_place(view)


def add_menu_shortcut(view: QAbstractItemView) -> None:
    """Has Shift+F10 ask for the view's menu too: on Linux Qt knows the Menu key alone."""
    keys = QShortcut(QKeySequence("Shift+F10"), view)
    keys.setContext(Qt.ShortcutContext.WidgetShortcut)
    keys.activated.connect(lambda: view.customContextMenuRequested.emit(current_place(view)))


def current_place(view: QAbstractItemView) -> QPoint:
    """The middle of what is visible of the current cell."""
    index = view.currentIndex()
    if not index.isValid():
        return NOWHERE
    view.scrollTo(index)
    room = view.viewport().rect()
    for column in (index.column(), *range(view.model().columnCount(index.parent()))):
        cell = view.visualRect(index.siblingAtColumn(column)) & room
        if not cell.isEmpty():  # a hidden column's is
            return cell.center()
    return NOWHERE
