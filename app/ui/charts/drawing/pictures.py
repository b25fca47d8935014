"""Charts as pictures: PNG, SVG, and for the clipboard."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from app.ui.charts.drawing.chart_view import ChartView

SHARP = 2.0  # pixels of a picture for each of the window


def image_of(chart: ChartView) -> QImage:
    size = chart.size()
    image = QImage(size * SHARP, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SHARP)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    chart.paint_picture(painter, size)
    painter.end()
    return image


def png_of(chart: ChartView) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image_of(chart))
    return bytes(buffer.data().data())


def svg_of(chart: ChartView) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    size: QSize = chart.size()
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(chart.accessibleName())
    generator.setDescription(chart.sentence)
    painter = QPainter(generator)
    chart.paint_picture(painter, size)
    painter.end()
    return bytes(content.data())


def copy_picture(chart: ChartView) -> None:
    QGuiApplication.clipboard().setImage(image_of(chart))
