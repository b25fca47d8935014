"""How the pane is laid out: sections that fold, in as many columns as there is room for."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QLayoutItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.text.messages import translated
from app.ui.style.icons import icon
from app.ui.style.sizes import scaled
from app.ui.style.theme import current_colours
from app.ui.widgets.flow_layout import ItemsLayout
from app.ui.widgets.plain_text import PlainLabel

COLUMN = 330  # the least width of a column where there are several, at the usual font
GAP = 24


class FoldingSection(QWidget):
    """A title that folds what is below it.

    Attributes:
        title: in English, by which it is remembered that the section is folded.

    Signals:
        folded(): the user has folded or unfolded it.
    """

    folded = Signal()

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.content = title, content
        self.fold = QToolButton()
        self.fold.setObjectName("foldSection")
        shown = translated(title)
        self.fold.setText(shown.replace("&", "&&"))
        self.fold.setAccessibleName(shown)
        self.fold.setCheckable(True)
        self.fold.setChecked(True)
        self.fold.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(content)
        self.fold.toggled.connect(self._unfold)
        self.fold.clicked.connect(self.folded)
        self._set_icon()

    @property
    def is_open(self) -> bool:
        return self.fold.isChecked()

    @Slot(bool)
    def _unfold(self, is_open: bool) -> None:
        self.content.setVisible(is_open)
        self._set_icon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._set_icon()

    def _set_icon(self) -> None:
        name = "chevron-up" if self.is_open else "chevron-down"
        self.fold.setIcon(icon(name, current_colours().muted))


class ColumnsLayout(ItemsLayout):
    """Widgets below each other, in columns of about the same height; their order stays."""

    def heightForWidth(self, width: int) -> int:
        columns, each = self._columns(width)
        return max(sum(height_of(item, each) for item in column) for column in columns)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        shown = [item.minimumSize().width() for item in self._shown()]
        return QSize(max(shown, default=0), 0)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        columns, each = self._columns(rect.width())
        left = rect.left()
        for column in columns:
            top = rect.top()
            for item in column:
                height = height_of(item, each)
                item.setGeometry(QRect(left, top, each, height))
                top += height
            left += each + self._gap()

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _gap(self) -> int:
        owner = self.parentWidget()
        return GAP if owner is None else scaled(owner, GAP)

    def _columns(self, width: int) -> tuple[list[list[QLayoutItem]], int]:
        """The items of each column, and how wide each is."""
        owner, shown = self.parentWidget(), self._shown()
        least = COLUMN if owner is None else scaled(owner, COLUMN)
        least = max(least, self.minimumSize().width())
        count = max(1, min((width + self._gap()) // (least + self._gap()), len(shown)))
        each = (width - (count - 1) * self._gap()) // count
        heights = [height_of(item, each) for item in shown]
        found = [shown]
        for limit in sorted({sum(heights[a:b]) for b in range(len(shown) + 1) for a in range(b)}):
            found = filled(shown, heights, limit)
            if len(found) <= count:
                break
        return found or [[]], each


def filled(items: list[QLayoutItem], heights: list[int], limit: int) -> list[list[QLayoutItem]]:
    """Columns that are no higher than this, where no item alone is."""
    columns: list[list[QLayoutItem]] = [[]]
    used = 0
    for item, height in zip(items, heights, strict=True):
        if columns[-1] and used + height > limit:
            columns.append([])
            used = 0
        columns[-1].append(item)
        used += height
    return columns


def height_of(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()


def quiet(text: str) -> PlainLabel:
    label = PlainLabel(translated(text))
    label.setObjectName("quiet")
    label.setIndent(0)
    label.setWordWrap(True)
    return label


def below(*parts: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        column.addWidget(part)
    return made
