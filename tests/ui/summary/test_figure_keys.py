"""The summary's figures without a mouse: one stop of Tab, and the arrow keys among them."""

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from app.ui.style.theme import current_colours
from app.ui.summary.figure_cell import FigureNumber
from tests.ui.conftest import Desk
from tests.ui.pixels import colours_of
from tests.ui.summary.test_bar import stored
from tests.ui.summary.test_figures import ever, row

KEY = Qt.Key
NET, CASH, VALUE, UNREALIZED, DAY, TODAY = range(6)


async def shown(desk: Desk, width: int = 2500) -> list[FigureNumber]:
    """The headline's numbers, with lines by currency below them."""
    euro = row(ever("-1"), currency="EUR", is_base=False)
    await desk.load(stored(row(ever("2", "3")), euro, row(ever("3"), is_base=False)))
    desk.window.resize(width, 700)
    QApplication.processEvents()
    return [figure.number for figure in desk.window.summary.headline.figures]


def stops(desk: Desk) -> list[QWidget]:
    """What Tab reaches in the summary, in its order."""
    found, widget = [], desk.window.nextInFocusChain()
    while widget is not desk.window:
        if (
            desk.window.summary.isAncestorOf(widget)
            and widget.isVisible()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        ):
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def pressed(*keys: KEY) -> QWidget:
    """Who has the focus after these keys."""
    for key in keys:
        QTest.keyClick(QApplication.focusWidget(), key)
    return QApplication.focusWidget()


async def test_tab_stops_once_in_the_summary_where_the_user_was_last(desk: Desk) -> None:
    numbers = await shown(desk)
    assert stops(desk) == [numbers[NET], desk.window.summary.toggle]
    numbers[NET].setFocus()
    assert pressed(KEY.Key_Right) is numbers[DAY]
    assert stops(desk) == [numbers[DAY], desk.window.summary.toggle]
    assert pressed(KEY.Key_Tab) is desk.window.summary.toggle
    QTest.keyClick(desk.window.summary.toggle, KEY.Key_Backtab)
    assert QApplication.focusWidget() is numbers[DAY]


async def test_left_and_right_go_through_the_figures_in_the_order_of_the_screen(
    desk: Desk,
) -> None:
    numbers = await shown(desk)
    numbers[NET].setFocus()
    seen = [QApplication.focusWidget()]
    while (then := pressed(KEY.Key_Right)) is not seen[-1]:
        seen.append(then)
    assert [widget.x() for widget in map(QWidget.parentWidget, seen)] == sorted(
        widget.parentWidget().x() for widget in seen
    )
    assert {*seen} == {*numbers, desk.window.summary.headline.count.number}
    assert pressed(KEY.Key_Left) is seen[-2]
    assert pressed(KEY.Key_Home) is numbers[NET]
    assert pressed(KEY.Key_Left) is numbers[NET]
    assert pressed(KEY.Key_End) is seen[-1]


async def test_where_the_rows_run_from_right_to_left_so_do_the_keys(desk: Desk) -> None:
    numbers = await shown(desk)
    desk.window.summary.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    numbers[NET].setFocus()
    assert pressed(KEY.Key_Left) is numbers[DAY]
    assert pressed(KEY.Key_Right) is numbers[NET]


async def test_up_and_down_stay_in_the_column(desk: Desk) -> None:
    numbers = await shown(desk)
    summary = desk.window.summary
    summary.toggle.click()
    below = summary.visible_lines()[0].figures
    numbers[UNREALIZED].setFocus()
    assert pressed(KEY.Key_Down) is below[UNREALIZED].number
    assert pressed(KEY.Key_Up, KEY.Key_Up) is numbers[UNREALIZED]


async def test_in_a_narrow_window_down_reaches_the_realized_figures(desk: Desk) -> None:
    numbers = await shown(desk, width=900)
    numbers[NET].setFocus()
    assert pressed(KEY.Key_Down) is numbers[TODAY]
    assert numbers[TODAY].parentWidget().y() > numbers[NET].parentWidget().y()


async def test_another_arrangement_keeps_the_focus_on_the_figure(desk: Desk) -> None:
    numbers = await shown(desk)
    lost: list[QWidget] = []
    numbers[TODAY].setFocus()
    noted = QApplication.instance().focusChanged.connect(lambda before, _: lost.append(before))
    desk.window.resize(900, 700)
    QApplication.processEvents()
    QObject.disconnect(noted)
    assert numbers[TODAY].parentWidget().y() > numbers[NET].parentWidget().y()
    assert numbers[TODAY].hasFocus()
    assert not lost


async def test_a_folded_figure_is_no_stop(desk: Desk) -> None:
    numbers = await shown(desk)
    summary = desk.window.summary
    summary.toggle.click()
    summary.visible_lines()[1].figures[CASH].number.setFocus()
    summary.toggle.click()
    QApplication.processEvents()
    assert stops(desk) == [numbers[NET], summary.toggle]


async def test_copy_takes_the_whole_figure(desk: Desk) -> None:
    numbers = await shown(desk)
    numbers[NET].setFocus()
    QTest.keyClick(numbers[NET], KEY.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1,500.00"
    QGuiApplication.clipboard().clear()
    desk.window.window_actions.copy.trigger()
    assert QGuiApplication.clipboard().text() == "1,500.00"


@pytest.mark.parametrize("key", [KEY.Key_F2, KEY.Key_Return])
async def test_enter_and_f2_show_what_the_mouse_shows(desk: Desk, key: KEY) -> None:
    numbers = await shown(desk)
    numbers[TODAY].setFocus()
    pressed(key)
    assert QToolTip.text() == desk.window.summary.headline.figures[TODAY].toolTip()
    assert "3 closes today" in QToolTip.text()
    QToolTip.hideText()


async def test_a_screen_reader_hears_title_and_value_and_whose_line_it_is(desk: Desk) -> None:
    numbers = await shown(desk)
    summary = desk.window.summary
    summary.toggle.click()
    below = summary.visible_lines()[0].figures[NET].number
    heard = [QAccessible.queryAccessibleInterface(one) for one in (numbers[NET], below)]
    assert [one.text(QAccessible.Text.Name) for one in heard] == [
        "Net liquidation: 1,500.00 USD",
        "in EUR, Net liquidation: 1,500.00 EUR",
    ]
    assert heard[0].role() == QAccessible.Role.StaticText


async def test_the_focus_is_seen(desk: Desk) -> None:
    numbers = await shown(desk)
    accent = current_colours().accent
    assert accent not in colours_of(numbers[NET].grab().toImage())
    numbers[NET].setFocus()
    assert accent in colours_of(numbers[NET].grab().toImage())
