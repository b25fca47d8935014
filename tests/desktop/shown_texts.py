"""All texts of a window or dialog: what is read, heard, and shown when the mouse rests."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QDialogButtonBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QTabWidget,
    QWidget,
)

ROLE = Qt.ItemDataRole
ROLES = (ROLE.DisplayRole, ROLE.ToolTipRole, ROLE.AccessibleTextRole, ROLE.StatusTipRole)
FIRST_ROWS = 12

Text = tuple[str, str]  # where it is shown, and what it says


def texts_of(window: QWidget) -> Iterator[Text]:
    """The texts of all its parts, visible or not."""
    for widget in (window, *window.findChildren(QWidget)):
        if is_of_qt(widget):
            continue
        where = f"{type(widget).__name__} {widget.objectName()}".strip()
        for text in (*common_texts(widget), *own_texts(widget)):
            yield where, text
    for action in window.findChildren(QAction):
        if type(action.parent()).__module__.startswith("pyqtgraph"):
            continue  # of menus that are never opened
        for text in (action.text(), action.toolTip(), action.statusTip()):
            yield "action", text


def is_of_qt(widget: QWidget) -> bool:
    """Whether Qt names it, in the language of its own catalogue."""
    if widget.objectName().startswith(("qt_dockwidget_", "ScrollLeft", "ScrollRight")):
        return True
    parent = widget.parentWidget()
    if isinstance(parent, QDialogButtonBox | QMessageBox) and isinstance(widget, QPushButton):
        return parent.standardButton(widget) != parent.StandardButton.NoButton
    return False


def common_texts(widget: QWidget) -> tuple[str, ...]:
    return (
        *(widget.windowTitle(), widget.toolTip(), widget.statusTip(), widget.whatsThis()),
        *(widget.accessibleName(), widget.accessibleDescription()),
    )


def own_texts(widget: QWidget) -> Iterator[str]:
    """What only this kind of widget has. The user's own text in a field is none of ours."""
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QLineEdit | QPlainTextEdit):
        yield widget.placeholderText()
    elif isinstance(widget, QGroupBox | QMenu):
        yield widget.title()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(place) for place in range(widget.count()))
    elif isinstance(widget, QTabWidget):
        for place in range(widget.count()):
            yield widget.tabText(place)
            yield widget.tabToolTip(place)
    elif isinstance(widget, QAbstractItemView):
        yield from table_texts(widget)


def table_texts(view: QAbstractItemView) -> Iterator[str]:
    model: QAbstractItemModel | None = view.model()
    if model is None:
        return
    columns = range(model.columnCount() if isinstance(view, QTableView) else 1)
    if isinstance(view, QTableView):
        for column in columns:
            for role in ROLES:
                yield said(model.headerData(column, Qt.Orientation.Horizontal, role))
    for row in range(min(model.rowCount(), FIRST_ROWS)):
        for column in columns:
            for role in ROLES:
                yield said(model.index(row, column).data(role))


def said(value: Any) -> str:
    return value if isinstance(value, str) else ""
