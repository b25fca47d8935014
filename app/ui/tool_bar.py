"""The bars beneath the menus: they stay where they are."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QToolBar, QWidget

SEARCH_WIDTH = 260


def add_tool_bar(
    window: QMainWindow, sync: QWidget, accounts: QWidget, cancel: QWidget, search: QWidget
) -> QAction:
    """The search stands at the right end; the bar cannot be hidden.

    Returns:
        What shows and hides the Cancel button, which moves nothing else.
    """
    bar = fixed_bar(window, "Toolbar", "toolBar")
    space = QWidget()
    space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    search.setMaximumWidth(SEARCH_WIDTH)
    bar.addWidget(sync)
    bar.addWidget(accounts)
    cancelling = bar.addWidget(cancel)
    cancelling.setVisible(False)
    bar.addWidget(space)
    bar.addWidget(search)
    bar.toggleViewAction().setEnabled(False)
    return cancelling


def fixed_bar(window: QMainWindow, name: str, object_name: str) -> QToolBar:
    bar = window.addToolBar(name)
    bar.setObjectName(object_name)
    bar.setMovable(False)
    bar.setFloatable(False)
    return bar
