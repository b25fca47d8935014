"""Texts have a contrast of 4.5 to what is behind them, borders, focus and scroll bars one of 3."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from app.settings.model import Settings
from app.ui.style.theme import DARK, LIGHT, Colours, current_colours
from tests.ui.conftest import Desk
from tests.ui.fakes import book, position
from tests.ui.pixels import colours_of, near, strongest

SCHEMES = {"light": LIGHT, "dark": DARK}
SURFACES = ("window", "base", "raised")
TINTED = (*SURFACES, "hover", "selection", "mark")


def luminance(colour: QColor) -> float:
    """Relative luminance, by WCAG 2.2."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(QColor(one)), luminance(QColor(other))))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def pairs(colours: Colours) -> Iterator[tuple[str, str, float]]:
    """(foreground, background, the least contrast)"""
    for name in ("text", "muted", "gain", "loss", "warning", "accent"):
        yield from ((name, behind, 4.5) for behind in TINTED)
    for behind in SURFACES:
        yield "faint", behind, 4.5
        yield from ((name, behind, 3.0) for name in ("field", "scroll", "accent"))
    for behind in ("error_back", "warning_back"):
        yield from ((name, behind, 4.5) for name in ("text", "muted", "loss", "warning"))
    for behind in ("accent", "accent_hover"):
        yield "on_accent", behind, 4.5
    yield from (("base", badge, 4.5) for badge in ("paper", "demo"))
    assert colours in SCHEMES.values()


@pytest.mark.parametrize("colours", SCHEMES.values(), ids=SCHEMES)
def test_every_colour_can_be_read_on_what_it_stands(colours: Colours) -> None:
    found = {
        (name, behind): contrast(getattr(colours, name), getattr(colours, behind))
        for name, behind, _ in pairs(colours)
    }
    low = [(*pair[:2], found[pair[:2]]) for pair in pairs(colours) if found[pair[:2]] < pair[2]]
    assert not low


def text_place(label: QLabel, window: QWidget) -> QPoint:
    return label.mapTo(window, QPoint(0, 0))


def pixel_contrast(label: QLabel, window: QWidget, image: QImage) -> tuple[str, float]:
    """The label's text, and the contrast of its colour to the pixel beside it; the colour must be
    in the picture."""
    area = label.rect().translated(text_place(label, window))
    wanted = label.palette().color(label.foregroundRole()).name()
    assert near(strongest(image, area), wanted), label.text()
    return label.text(), contrast(wanted, image.pixelColor(area.topLeft()).name())


@pytest.mark.parametrize("theme", SCHEMES)
async def test_the_pixels_of_the_window_have_these_contrasts(desk: Desk, theme: str) -> None:
    window = desk.window
    window.apply_settings(Settings(theme=theme))
    try:
        await desk.load(book(*(position(f"A{n}", number=n) for n in range(1, 60))))
        QApplication.processEvents()
        assert current_colours() == SCHEMES[theme]
        image, colours = window.grab().toImage(), current_colours()
        labels = [
            label
            for label in window.findChildren(QLabel)
            if label.isVisible() and len(label.text()) > 2 and label.objectName() != "badge"
        ]
        measured = dict(pixel_contrast(label, window, image) for label in labels)
        assert len(measured) > 20
        assert not {text: ratio for text, ratio in measured.items() if ratio < 4.5}
        field = window.search_field
        edge = field.mapTo(window, QPoint(0, field.height() // 2))
        border, outside = image.pixelColor(edge), image.pixelColor(edge - QPoint(3, 0))
        assert contrast(border.name(), outside.name()) >= 3
        bar = window.positions.table.verticalScrollBar()
        assert bar.isVisible()
        assert colours.scroll in colours_of(bar.grab().toImage())
        window.activateWindow()
        field.setFocus(Qt.FocusReason.TabFocusReason)
        focused = window.grab().toImage().pixelColor(edge)
        assert focused != border
        assert contrast(focused.name(), outside.name()) >= 3
    finally:
        window.apply_settings(Settings())
