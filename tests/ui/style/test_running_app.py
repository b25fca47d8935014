"""Palette and font of the running application are in use at once, in every view."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QFont, QIcon
from PySide6.QtWidgets import QApplication, QMenu, QStyle, QTableView

from app.ui.main_window.window import MainWindow
from app.ui.style.theme import DARK, LIGHT, palette
from tests.store.trading import MSFT, SAP, held, snapshot
from tests.ui.conftest import PastDesk, until
from tests.ui.pixels import near, picture, strongest

STORY = (
    snapshot(1, held(), held(MSFT), held(SAP)),
    snapshot(2, held(quantity="150"), held(MSFT)),
)


@contextmanager
def larger_font(application: QApplication, factor: float) -> Iterator[None]:
    before = application.font()
    font = QFont(before)
    font.setPointSizeF(before.pointSizeF() * factor)
    application.setFont(font)
    try:
        yield
    finally:
        application.setFont(before)


def colour_of(icon: QIcon) -> str:
    """The strongest colour of an icon."""
    drawn = icon.pixmap(48, 48).toImage()
    return max(
        (drawn.pixelColor(x, y) for x in range(48) for y in range(48)),
        key=lambda colour: colour.alpha(),
    ).name()


def icon_colours(window: MainWindow) -> list[str]:
    icons = [
        window.cancel_button.icon(),
        window.summary.toggle.icon(),
        window.search_field.glass,
        window.positions.activity_bar.dismiss.icon(),
        window.window_actions.sync.icon(),
    ]
    return [colour_of(icon) for icon in icons]


def sizes(window: MainWindow) -> list[float]:
    """Widths of buttons, figures and columns, and heights of rows."""
    first_line = window.summary.headline
    table: QTableView = window.positions.table
    runs: QTableView = window.history.page.table
    closed: QTableView = window.closed_page.table
    return [
        window.sync_button.sizeHint().width(),
        *icon_sizes(window),
        first_line.figures[0].number.fontMetrics().height(),
        first_line.title.fontMetrics().height(),
        window.sync_dock.values["TWS"].fontMetrics().height(),
        table.columnWidth(1),
        table.rowHeight(0),
        runs.columnWidth(0),
        runs.rowHeight(0),
        closed.columnWidth(1),
        closed.rowHeight(0),
    ]


def icon_sizes(window: MainWindow) -> list[int]:
    menu = window.menuBar().actions()[0].menu()
    assert isinstance(menu, QMenu)
    small = QStyle.PixelMetric.PM_SmallIconSize
    return [
        window.sync_button.iconSize().width(),
        window.cancel_button.iconSize().width(),
        window.summary.toggle.iconSize().width(),
        window.search_field.textMargins().left(),
        window.positions.activity_bar.dismiss.iconSize().width(),
        window.positions.no_match.icon.sizeHint().width(),
        window.closed_page.filters.by_chart.iconSize().width(),
        menu.style().pixelMetric(small, None, menu),
    ]


async def test_another_palette_recolours_icons_and_rows(past: PastDesk, qapp: QApplication) -> None:
    window = past.window
    await past.take(*STORY)
    await past.open_closed()
    await past.open_history()
    window.tabs.setCurrentWidget(window.positions)
    assert set(icon_colours(window)) == {LIGHT.muted}
    qapp.setPalette(palette(DARK))
    try:
        await until(lambda: set(icon_colours(window)) == {DARK.muted})
        table = window.positions.table
        cell = table.visualRect(table.model().index(0, 0))
        assert near(strongest(picture(table), cell), DARK.text)
        assert DARK.window in window.styleSheet()
    finally:
        qapp.setPalette(palette(LIGHT))
    await until(lambda: set(icon_colours(window)) == {LIGHT.muted})


async def test_another_font_widens_buttons_columns_and_rows(
    past: PastDesk, qapp: QApplication
) -> None:
    window = past.window
    await past.take(*STORY)
    await past.open_closed()
    await past.open_history()
    before = sizes(window)
    with larger_font(qapp, 1.5):
        await until(lambda: sizes(window) != before)
        grown = [now / then for now, then in zip(sizes(window), before, strict=True)]
        assert min(grown) > 1.15, f"{grown}"
    await until(lambda: sizes(window) == before)
