"""Sizes relative to the system's font: the type scale, and lengths that follow the text.

Lengths are given as they are at a font of 12 pixels, which is 9 points at 96 dots per inch.
"""

from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QWidget

USUAL = 12
SMALL = 11 / USUAL  # notes, titles of figures
LARGE = 13 / USUAL  # the figures that matter second
TITLE = 20 / USUAL  # the headline, titles of empty pages
ICON = 16  # beside a text
LARGE_ICON = 18  # of the Sync button
CROSS = 9  # of what can be removed


def pixels(font: QFont, length: float) -> int:
    """Args: length: in device-independent pixels at the usual font."""
    return round(length * QFontInfo(font).pixelSize() / USUAL)


def scaled(widget: QWidget, length: float) -> int:
    """Args: length: in device-independent pixels at the usual font."""
    return pixels(widget.font(), length)
