"""The colours of the light and dark schemes, and the theme in use.

A new scheme becomes the application's palette, and the window applies its style sheet again. Each
widget then gets a StyleChange, and draws what it draws itself in the `current_colours`.
"""

from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.platform.paths import resource
from app.ui.style.sizes import CROSS, ICON, LARGE_ICON, SMALL, TITLE, USUAL, pixels

ROLES = QPalette.ColorRole
GAIN_TONES = {1: "gain", 0: "", -1: "loss"}  # of `Formats.tone`


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme; each a text that Qt reads as a colour.

    Texts have a contrast of 4.5 or more; `field`, `scroll` and `accent`, with which borders, scroll
    bars and the focus are drawn, one of 3 or more. `line` only separates.
    """

    window: str
    base: str
    raised: str
    hover: str
    line: str
    field: str
    row_line: str
    text: str
    muted: str
    faint: str
    scroll: str
    accent: str
    accent_hover: str
    on_accent: str
    selection: str
    mark: str
    gain: str
    loss: str
    error_back: str
    error_line: str
    warning: str
    warning_back: str
    warning_line: str
    live: str
    paper: str
    demo: str


LIGHT = Colours(
    window="#f5f6f8",
    base="#ffffff",
    raised="#ffffff",
    hover="#e9ecf1",
    line="#e1e5eb",
    field="#868f9d",
    row_line="#edf0f3",
    text="#171b22",
    muted="#5a6372",
    faint="#646d7b",
    scroll="#868f9d",
    accent="#2257d6",
    accent_hover="#1a49bb",
    on_accent="#ffffff",
    selection="#dbe6ff",
    mark="#fff1c4",
    gain="#08733f",
    loss="#c0272d",
    error_back="#fdf0ef",
    error_line="#f0c4c1",
    warning="#8a5300",
    warning_back="#fff7e3",
    warning_line="#efd9a4",
    live="#b3261e",
    paper="#2257d6",
    demo="#6b3fc4",
)
DARK = Colours(
    window="#14171c",
    base="#191d23",
    raised="#21262e",
    hover="#2a303a",
    line="#2b313b",
    field="#6d7786",
    row_line="#232931",
    text="#e4e8ee",
    muted="#98a2b1",
    faint="#8691a1",
    scroll="#6d7786",
    accent="#7aa5ff",
    accent_hover="#94b7ff",
    on_accent="#0d1524",
    selection="#22385f",
    mark="#413719",
    gain="#4cc98a",
    loss="#ff8078",
    error_back="#2c1d1e",
    error_line="#5b3030",
    warning="#f0b95a",
    warning_back="#2a2416",
    warning_line="#54461f",
    live="#ff8078",
    paper="#7aa5ff",
    demo="#b99aff",
)


SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


class Theme(QObject):
    """Gives the application the palette of the system's scheme or the user's."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chosen = "system"
        self._apply(QGuiApplication.styleHints().colorScheme())
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.on_scheme_changed)

    def choose(self, theme: str) -> None:
        """Args: theme: "light", "dark", or "system" to follow that."""
        if theme != self._chosen:
            self._chosen = theme
            # The system then draws its own parts, as the title bar, in the same scheme.
            QGuiApplication.styleHints().setColorScheme(SCHEMES[theme])
            self.on_scheme_changed(QGuiApplication.styleHints().colorScheme())

    @Slot(Qt.ColorScheme)
    def on_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        self._apply(scheme if self._chosen == "system" else SCHEMES[self._chosen])

    def _apply(self, scheme: Qt.ColorScheme) -> None:
        QApplication.setPalette(palette(DARK if scheme == Qt.ColorScheme.Dark else LIGHT))


def current_colours() -> Colours:
    """The scheme of the application's palette."""
    is_dark = QGuiApplication.palette().window().color() == QColor(DARK.window)
    return DARK if is_dark else LIGHT


def palette(colours: Colours) -> QPalette:
    """Fusion's roles in the scheme's colours."""
    made = QPalette(QColor(colours.raised), QColor(colours.window))
    for role, colour in (
        (ROLES.Window, colours.window),
        (ROLES.WindowText, colours.text),
        (ROLES.Base, colours.base),
        (ROLES.AlternateBase, colours.window),
        (ROLES.Text, colours.text),
        (ROLES.PlaceholderText, colours.muted),
        (ROLES.Button, colours.raised),
        (ROLES.ButtonText, colours.text),
        (ROLES.ToolTipBase, colours.raised),
        (ROLES.ToolTipText, colours.text),
        (ROLES.Highlight, colours.selection),
        (ROLES.HighlightedText, colours.text),
        (ROLES.Accent, colours.accent),
        (ROLES.Link, colours.accent),
        (ROLES.Mid, colours.line),
    ):
        made.setColor(role, QColor(colour))
    for role in (ROLES.Text, ROLES.WindowText, ROLES.ButtonText, ROLES.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.faint))
    return made


def style_sheet(colours: Colours, font: QFont) -> str:
    """`resources/style.qss` with the scheme's colours in it, and sizes that fit the font."""
    template = resource("style.qss").read_text(encoding="utf-8")
    icons = resource("icons").as_posix()
    sizes = {
        "small": pixels(font, SMALL * USUAL),
        "title": pixels(font, TITLE * USUAL),
        "indicator": pixels(font, 14),
        "chevron": pixels(font, 14),
        "icon": pixels(font, ICON),
        "large_icon": pixels(font, LARGE_ICON),
        "cross": pixels(font, CROSS),
    }
    return Template(template).substitute(asdict(colours), icons=icons, **sizes)


def figures_font(base: QFont, *, scale: float = 1.0, weight: int | None = None) -> QFont:
    """The font with figures of equal width, so that columns of numbers line up.

    A widget with this font follows its parent's size only where the scale is 1.
    """
    font = QFont(base)
    font.setFeature(QFont.Tag("tnum"), 1)
    if scale != 1.0:
        font.setPointSizeF(base.pointSizeF() * scale)
    if weight is not None:
        font.setWeight(QFont.Weight(weight))
    return font


def set_tone(widget: QWidget, tone: str) -> None:
    """Colours a widget by the style sheet's `[tone="…"]` rules."""
    if (widget.property("tone") or "") == tone:
        return
    widget.setProperty("tone", tone)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # else its style comes yet
        # Polishes it again. With `widget.style()`, PySide would make the class of every style.
        widget.setStyleSheet(widget.styleSheet())
