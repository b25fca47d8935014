"""The colours of charts: blue and orange, which the colour-blind tell apart; and hatching."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.ui.style.theme import DARK, current_colours

HATCH_STEP = 6.0  # pixels between two lines
NARROW = 4  # pixels
PALE = 0.3  # of the colour between the lines
FAINTEST = 0.22  # of the smallest amount's colour


@dataclass(frozen=True, slots=True)
class ChartColours:
    """After Okabe and Ito, in two strengths for the two schemes."""

    gain: str
    loss: str
    first: str
    second: str
    third: str
    neutral: str
    text: str
    muted: str
    line: str
    back: str
    raised: str
    accent: str


def chart_colours() -> ChartColours:
    """Of the application's scheme."""
    own = current_colours()
    is_dark = own is DARK
    return ChartColours(
        gain="#5aa9e6" if is_dark else "#0b6cb3",
        loss="#f09a3e" if is_dark else "#cc5a00",
        first="#5aa9e6" if is_dark else "#0b6cb3",
        second="#f09a3e" if is_dark else "#cc5a00",
        third="#4fc3a1" if is_dark else "#00795c",
        neutral=own.faint,
        text=own.text,
        muted=own.muted,
        line=own.line,
        back=own.base,
        raised=own.raised,
        accent=own.accent,
    )


def of_sign(colours: ChartColours, amount: float) -> QColor:
    return QColor(colours.gain if amount >= 0 else colours.loss)


def strength(colours: ChartColours, amount: float, largest: float) -> QColor:
    """The sign's colour over the background, the stronger the larger the amount."""
    share = min(abs(amount) / largest, 1.0) if largest else 0.0
    return mixed(QColor(colours.back), of_sign(colours, amount), FAINTEST + (1 - FAINTEST) * share)


def mixed(back: QColor, front: QColor, share: float) -> QColor:
    """Opaque, so that pictures look the same on every background."""
    pairs = zip(rgb(back), rgb(front), strict=True)
    parts = (one * (1 - share) + other * share for one, other in pairs)
    return QColor.fromRgbF(*(min(max(part, 0.0), 1.0) for part in parts))


def readable_on(back: QColor) -> QColor:
    """Black or white, whichever stands out more (WCAG's relative luminance)."""
    red, green, blue = (linear(part) for part in rgb(back))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return QColor("#101319" if light > 0.179 else "#ffffff")


def rgb(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def hatch(painter: QPainter, area: QRectF, colour: QColor, back: QColor) -> None:
    hatch_all(painter, (area,), colour, back)


def hatch_all(painter: QPainter, areas: Sequence[QRectF], colour: QColor, back: QColor) -> None:
    """Pale areas with an outline and diagonal lines, unless they are too narrow for those. Drawn
    as lines, which SVG files hold too."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mixed(back, colour, PALE))
    painter.drawRects(areas)
    painter.setPen(QPen(colour, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    wide = [area for area in areas if area.width() >= NARROW and area.height() > 1]
    painter.drawLines([line for area in wide for line in diagonals(area)])
    painter.drawRects([area.adjusted(0.5, 0.5, -0.5, -0.5) for area in wide])


def diagonals(area: QRectF) -> Iterator[QLineF]:
    """Lines x + y = c, cut at the area's edges; a grid that all areas share."""
    left, right, top, bottom = area.left(), area.right(), area.top(), area.bottom()
    c = (left + top) // HATCH_STEP * HATCH_STEP + HATCH_STEP
    while c < right + bottom:
        first, last = max(left, c - bottom), min(right, c - top)
        if first < last:
            yield QLineF(first, c - first, last, c - last)
        c += HATCH_STEP
