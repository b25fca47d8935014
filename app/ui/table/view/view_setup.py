"""What the row views have in common: their set-up, a cell's place, and the menus' texts."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.domain.text.messages import message

EXPLAIN_KEY = "Ctrl+E"
NOTHING_SELECTED = message("Select rows first")
NO_NUMBER = message("There is no number in this cell")


def set_known_viewport(view: QAbstractItemView, role: QPalette.ColorRole) -> None:
    """Gives the view a viewport made in Python, with all that Qt gives its own.

    To tell what Qt's own is, PySide makes the Python class of every widget there is, which takes a
    tenth of the time until the window is painted.
    """
    viewport = QWidget()
    viewport.setObjectName("qt_scrollarea_viewport")
    viewport.setBackgroundRole(role)
    viewport.setAutoFillBackground(True)
    view.setViewport(viewport)


def set_up_view(view: QAbstractItemView) -> None:
    """Read-only, several rows can be selected, smooth scrolling; Tab leaves the view."""
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setTabKeyNavigation(False)
    view.setFrameShape(QAbstractItemView.Shape.NoFrame)


def set_up_rows(table: QTableView, padding: int) -> None:
    """Whole rows of one height, without a grid. Args: padding: pixels above and below a text."""
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setWordWrap(False)
    rows = table.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(table.fontMetrics().height() + padding)


def cell_on_desktop(view: QAbstractItemView, index: QModelIndex | QPersistentModelIndex) -> QRect:
    """The visible part of a cell, in desktop coordinates."""
    cell = view.visualRect(index) & view.viewport().rect()
    cell.moveTopLeft(view.viewport().mapToGlobal(cell.topLeft()))
    return cell
