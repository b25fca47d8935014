"""Fills the menu bar and the toolbar with the actions."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QMenu,
    QMenuBar,
    QSizePolicy,
    QToolBar,
    QWidget,
)

from app.domain.text.messages import tr
from app.ui.main_window.actions import Actions
from app.ui.style.sizes import scaled


def fill_menus(
    bar: QMenuBar,
    actions: Actions,
    *,
    dock: QDockWidget,
    summary: QToolBar,
    columns: QMenu,
    connections: QMenu,
) -> QAction:
    """Args: dock, summary: what the View menu shows and hides.

    Returns:
        The action of the columns' menu: each tab has another one.
    """
    file = bar.addMenu(tr("&File"))
    file.addActions([actions.sync, actions.sync_only, actions.preview, actions.cancel])
    file.addSeparator()
    file.addAction(actions.undo)
    file.addSeparator()
    file.addActions([actions.import_flex, actions.fetch])
    file.addActions([actions.export, actions.restore])
    file.addSeparator()
    file.addAction(actions.connect_to)
    file.addMenu(connections)
    file.addSeparator()
    file.addActions([actions.settings, actions.at_login, actions.app_menu])
    file.addSeparator()
    file.addAction(actions.quit)
    edit = bar.addMenu(tr("&Edit"))
    edit.addActions([actions.copy, actions.explain, actions.find])
    view = bar.addMenu(tr("&View"))
    view.addAction(summary.toggleViewAction())
    view.addAction(dock.toggleViewAction())
    view.addAction(actions.detail)
    view.addSeparator()
    columns_action = view.addMenu(columns)
    support = bar.addMenu(tr("&Help"))
    support.addActions([actions.commands, actions.shortcuts])
    support.addSeparator()
    support.addActions([actions.log, actions.diagnostics])
    support.addSeparator()
    support.addAction(actions.about)
    for menu in (file, edit, view, support):
        menu.setToolTipsVisible(True)  # a disabled action says why
    return columns_action


SEARCH_WIDTH = 260  # at the usual font


def add_tool_bar(
    window: QMainWindow, sync: QWidget, accounts: QWidget, cancel: QWidget, search: QWidget
) -> QAction:
    """Adds the toolbar, with the search at its right end; it cannot be hidden.

    Returns:
        The action that shows and hides the Cancel button.
    """
    bar = fixed_bar(window, tr("Toolbar"), "toolBar")
    space = QWidget()
    space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    search.setMaximumWidth(scaled(search, SEARCH_WIDTH))
    bar.addWidget(QWidget())  # the style takes the left padding for the upper one too
    bar.addWidget(sync)
    bar.addWidget(accounts)
    cancelling = bar.addWidget(cancel)
    cancelling.setVisible(False)
    bar.addWidget(space)
    bar.addWidget(search)
    bar.addWidget(QWidget())
    bar.toggleViewAction().setEnabled(False)
    return cancelling


def fixed_bar(window: QMainWindow, name: str, object_name: str) -> QToolBar:
    bar = window.addToolBar(name)
    bar.setObjectName(object_name)
    bar.setMovable(False)
    bar.setFloatable(False)
    return bar
