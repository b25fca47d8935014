"""What a picture of a view shows, pixel by pixel."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractItemView


def picture(view: QAbstractItemView) -> QImage:
    return view.viewport().grab().toImage()


def colours_of(image: QImage) -> set[str]:
    """The names of all colours; one look at the bytes, where one at each pixel takes a second."""
    converted = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = set(converted.constBits().cast("I"))  # which does not keep its image alive
    return {QColor.fromRgb(pixel).name() for pixel in pixels}


def strongest(image: QImage, part: QRect) -> str:
    """The colour of the text: of a part's pixels the one that is furthest from its corner's."""
    back = image.pixelColor(part.topLeft())
    seen = (
        image.pixelColor(x, y)
        for x in range(part.left(), part.right())
        for y in range(part.top(), part.bottom() - 1)
    )
    return max(seen, key=lambda colour: distance(colour, back)).name()


def distance(one: QColor, other: QColor) -> int:
    parts = zip(one.getRgb(), other.getRgb(), strict=True)
    return sum(abs(mine - its) for mine, its in parts)  # type: ignore[operator]


def near(name: str, colour: str) -> bool:
    """Thin strokes never reach the full colour."""
    return distance(QColor(name), QColor(colour)) < 150


def inked(image: QImage, part: QRect) -> list[int]:
    """The columns of pixels in which something is written."""
    back = image.pixelColor(part.topLeft())
    return [
        x
        for x in range(part.left(), part.right())
        if any(image.pixelColor(x, y) != back for y in range(part.top(), part.bottom() - 1))
    ]
