"""The bars beneath the menus: they stay where they are."""

from PySide6.QtWidgets import QMainWindow, QSizePolicy, QToolBar, QWidget

SEARCH_WIDTH = 260


def add_tool_bar(window: QMainWindow, sync: QWidget, accounts: QWidget, search: QWidget) -> None:
    """The search stands at the right end; the bar cannot be hidden."""
    bar = fixed_bar(window, "Toolbar", "toolBar")
    space = QWidget()
    space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    search.setMaximumWidth(SEARCH_WIDTH)
    for part in (sync, accounts, space, search):
        bar.addWidget(part)
    bar.toggleViewAction().setEnabled(False)


def fixed_bar(window: QMainWindow, name: str, object_name: str) -> QToolBar:
    bar = window.addToolBar(name)
    bar.setObjectName(object_name)
    bar.setMovable(False)
    bar.setFloatable(False)
    return bar
