"""Every control that can take the focus says what it is, what it is called and what it shows."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTabWidget,
    QWidget,
)

from app.ui.main_window.window import MainWindow
from tests.store.trading import held, snapshot
from tests.ui.conftest import PastDesk

ROLE, TEXT = QAccessible.Role, QAccessible.Text
NO_ROLES = {ROLE.NoRole, ROLE.Client, ROLE.Pane, ROLE.Grouping, ROLE.Window}


def focusable(window: MainWindow) -> Iterator[QWidget]:
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            yield widget


def value_of(widget: QWidget) -> str:
    """What the control shows on the screen; empty for one that only does something."""
    if isinstance(widget, QLabel | QLineEdit):
        return widget.text()
    return widget.currentText() if isinstance(widget, QComboBox) else ""


async def test_every_focusable_control_has_a_role_a_name_and_its_value(past: PastDesk) -> None:
    await past.take(snapshot(1, held()), snapshot(2, held(quantity="50")))
    window, seen = past.window, 0
    for number in range(window.tabs.count()):
        window.tabs.go_to(number)
        await past.answered()
        for widget in focusable(window):
            heard = QAccessible.queryAccessibleInterface(widget)
            what = f"{type(widget).__name__} {widget.objectName()}"
            assert heard.role() not in NO_ROLES, what
            name, value = heard.text(TEXT.Name), heard.text(TEXT.Value)
            assert name, what
            assert value_of(widget) in f"{name}\n{value}", what
            seen += 1
    assert seen > 60


async def test_what_only_holds_others_takes_no_focus(past: PastDesk) -> None:
    await past.take(snapshot(1, held()))
    holders = [
        widget
        for widget in focusable(past.window)
        if isinstance(widget, QScrollArea | QTabWidget) or type(widget) is QWidget
    ]
    assert not holders


async def test_tab_reaches_the_rows_the_panel_and_the_status_and_comes_back(
    past: PastDesk,
) -> None:
    await past.take(snapshot(1, held()))
    window = past.window
    chain: list[QWidget] = []
    widget = window.sync_button
    first: QWidget = widget
    step: QWidget = widget.nextInFocusChain()
    while step is not first:
        if step.isVisible() and step.focusPolicy() & Qt.FocusPolicy.TabFocus:
            chain.append(step)
        step = step.nextInFocusChain()
    wanted = (
        window.account_combo_box,
        window.search_field,
        window.positions.table,
        window.sync_dock.values["Status"],
        window.status.connection,
    )
    places = [chain.index(part) for part in wanted]
    assert places == sorted(places)
    assert sum(isinstance(part, QAbstractItemView) for part in chain) == 1
