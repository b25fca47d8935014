"""Icons are drawn from their vectors at the size and the scale of the screen that shows them."""

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.style.icons import icon, pixmap
from app.ui.style.sizes import ICON, pixels
from app.ui.widgets.icon_label import IconLabel
from tests.ui.style.test_running_app import larger_font

RED, GREY = "#ff0000", "#808080"
pytestmark = pytest.mark.usefixtures("qapp")


def painted(shown: QIcon, side: int, ratio: float) -> QImage:
    """As on a screen of this scale."""
    canvas = QPixmap(QSize(side, side) * ratio)
    canvas.setDevicePixelRatio(ratio)
    canvas.fill("transparent")
    painter = QPainter(canvas)
    shown.paint(painter, QRect(0, 0, side, side))
    painter.end()
    return canvas.toImage()


@pytest.mark.parametrize("ratio", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("factor", [1.0, 1.25, 2.0])
def test_an_icon_has_a_pixel_for_each_of_the_screens(
    qapp: QApplication, factor: float, ratio: float
) -> None:
    with larger_font(qapp, factor):
        shown = icon("sync", RED)
        side = pixels(qapp.font(), ICON)
    sharp = pixmap("sync", RED, round(side * ratio)).toImage()
    assert shown.pixmap(QSize(side, side), ratio).toImage() == sharp
    assert painted(shown, side, ratio) == sharp


def test_a_disabled_icon_has_its_own_colour() -> None:
    shown = icon("sync", RED, disabled=GREY)
    side = pixels(QApplication.font(), ICON)
    faint = shown.pixmap(QSize(side, side), 1.0, QIcon.Mode.Disabled).toImage()
    assert faint == pixmap("sync", GREY, side).toImage()
    assert faint != shown.pixmap(QSize(side, side), 1.0).toImage()


def test_an_icon_that_is_only_looked_at_grows_with_the_font(
    qtbot: QtBot, qapp: QApplication
) -> None:
    label = IconLabel(16)
    qtbot.addWidget(label)
    label.show_icon("sync", RED)
    usual = label.sizeHint()
    font = qapp.font()
    font.setPointSizeF(2 * font.pointSizeF())
    label.setFont(font)
    assert label.sizeHint().width() >= 1.9 * usual.width()
    label.resize(label.sizeHint())
    sharp = pixmap("sync", RED, label.width())
    canvas = QPixmap(label.size())
    canvas.fill(label.palette().window().color())
    painter = QPainter(canvas)
    painter.drawPixmap(0, 0, sharp)
    painter.end()
    assert label.grab().toImage().convertToFormat(canvas.toImage().format()) == canvas.toImage()
