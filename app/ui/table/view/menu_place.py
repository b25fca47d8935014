"""Where a view's menu opens: at the mouse, or by the keys (Menu, Shift+F10) at the current cell."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView

NOWHERE = QPoint(-1, -1)  # no row is there


def menu_place(view: QAbstractItemView, event: QContextMenuEvent) -> QPoint:
    """The place in the viewport. For the keys, Qt gives one in the view's own coordinates, header
    included, that does not depend on the current row."""
    if event.reason() is not QContextMenuEvent.Reason.Keyboard:
        return event.pos()
    return current_place(view)


def add_menu_shortcut(view: QAbstractItemView) -> None:
    """Opens the view's menu with Shift+F10 too: on Linux, Qt supports only the Menu key."""
    keys = QShortcut(QKeySequence("Shift+F10"), view)
    keys.setContext(Qt.ShortcutContext.WidgetShortcut)
    keys.activated.connect(lambda: view.customContextMenuRequested.emit(current_place(view)))


def current_place(view: QAbstractItemView) -> QPoint:
    """The centre of the visible part of the current cell."""
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
