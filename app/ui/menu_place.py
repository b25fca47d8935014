"""Where a view's menu opens: at the mouse, or by the keys (Menu, Shift+F10) at the current cell."""

from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView

NOWHERE = QPoint(-1, -1)  # no row is there


def menu_place(view: QAbstractItemView, event: QContextMenuEvent) -> QPoint:
    """In the viewport. The place that Qt gives for the keys is in the view's own coordinates, the
    header included, and has nothing to do with the current row."""
    if event.reason() is not QContextMenuEvent.Reason.Keyboard:
        return event.pos()
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
