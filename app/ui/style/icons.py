"""Icons from `resources/icons`, drawn in one colour of the scheme."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from app.platform.paths import resource
from app.ui.style.sizes import ICON, pixels

RATIOS = (1.0, 2.0, 3.0)  # of a screen that may come yet


def icon(
    name: str,
    colour: str,
    *,
    disabled: str | None = None,
    angle: float = 0.0,
    length: float = ICON,
) -> QIcon:
    """An icon in the size that goes with the application's font, sharp on every screen.

    Make it anew after a StyleChange, which follows another palette or font.

    Args:
        name: the file's, without ".svg".
        colour, disabled: as Qt reads them.
        angle: degrees clockwise.
        length: of a side, in device-independent pixels at the usual font.
    """
    made = QIcon()
    side = pixels(QGuiApplication.font(), length)
    ratios = {*RATIOS, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}
    for size in sorted(round(side * ratio) for ratio in ratios):
        made.addPixmap(pixmap(name, colour, size, angle=angle))
        if disabled is not None:
            made.addPixmap(pixmap(name, disabled, size, angle=angle), QIcon.Mode.Disabled)
    return made


@cache
def drawing(name: str) -> str:
    """As SVG; a window shows most of them in several sizes and colours."""
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, colour: str, size: int, *, ratio: float = 1.0, angle: float = 0.0) -> QPixmap:
    """One picture, `size` device-independent pixels wide, turned clockwise by `angle` degrees."""
    key = f"{name} {colour} {size} {ratio} {angle}"
    picture = QPixmap()
    if QPixmapCache.find(key, picture):
        return picture
    renderer = QSvgRenderer(QByteArray(drawing(name).replace("currentColor", colour).encode()))
    picture = QPixmap(QSize(size, size) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.translate(size / 2, size / 2)
    painter.rotate(angle)
    renderer.render(painter, QRectF(-size / 2, -size / 2, size, size))
    painter.end()
    QPixmapCache.insert(key, picture)
    return picture
