"""The explanation of one number, near its cell; Esc or a click elsewhere closes it."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.explain.model import Explanation
from app.domain.text.messages import tr, translated
from app.ui.explain.executions_table import ExecutionsTable
from app.ui.explain.texts import copied, read_text, written
from app.ui.style.formatting import Formats
from app.ui.style.theme import figures_font
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.widgets.plain_text import PlainLabel

WIDTH, TALLEST = 440, 620  # device-independent pixels
EDGE, PADDING, MARGIN = 1, 12, 16  # the edge is the style sheet's border
GAP = 4  # between the cell and the popover
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop


class ExplainPopover(QFrame):
    """Title, formula, values and executions of one figure; its texts can be selected.

    Args:
        parent: the window, whose style sheet applies.
        saved: where the layout of the executions is stored; None for nowhere.
    """

    def __init__(
        self,
        explanation: Explanation,
        formats: Formats,
        parent: QWidget,
        saved: SavedLayouts | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("explainPopover")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(translated(explanation.title))
        self._explanation = explanation
        self._formats = formats
        fills = explanation.fills
        self.table = ExecutionsTable(fills, formats, saved) if fills else None
        self.copy_button = QToolButton()
        self.copy_button.setObjectName("noticeButton")
        self.copy_button.setText(tr("&Copy"))
        self.copy_button.setToolTip(tr("Copy the explanation as text"))
        self.copy_button.clicked.connect(self.copy)
        self._body = QWidget()
        self._body.setObjectName("explainBody")
        self._fill_body()
        self._area = QScrollArea()
        self._area.setObjectName("explainArea")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._body)
        self._head = self._title_line()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, PADDING, 0, PADDING)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(self._area, 1)

    def open_at(self, cell: QRect) -> None:
        """Opens below the cell, or above it if there is no room, within the screen.

        Args:
            cell: in the coordinates of the desktop.
        """
        screen = QGuiApplication.screenAt(cell.center()) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        for part in (self, *self.findChildren(QWidget)):
            part.ensurePolished()  # or the style's paddings would come after the measuring
        size = self._wanted(room.width()).boundedTo(room.size())
        left = min(max(cell.left(), room.left()), room.right() + 1 - size.width())
        top = cell.bottom() + GAP
        if top + size.height() > room.bottom() + 1:
            top = cell.top() - GAP - size.height()
        top = min(max(top, room.top()), room.bottom() + 1 - size.height())
        self.setGeometry(QRect(QPoint(left, top), size))
        self.show()
        self._area.setFocus()  # the keys scroll it

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copies the explanation if no text is selected."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    @Slot()
    def copy(self) -> None:
        QGuiApplication.clipboard().setText(copied(self._explanation, self._formats))
        self.copy_button.setText(tr("Copied"))

    def texts(self) -> list[str]:
        """What its labels say, from top to bottom."""
        labels = (*self._head.findChildren(QLabel), *self._body.findChildren(QLabel))
        return [label.text() for label in labels if label.text()]

    def _wanted(self, most: int) -> QSize:
        """As wide as the executions need, but not wider than the screen. Args: most: its width."""
        width, edges = WIDTH, 2 * (MARGIN + EDGE)
        if self.table is not None:
            width = min(max(WIDTH, self.table.needed_width() + edges), most)
            self.table.fit_height(width - edges)
        inner = width - 2 * EDGE
        body = max(self._body.heightForWidth(inner), self._body.minimumSizeHint().height())
        height = self._head.heightForWidth(inner) + body + 2 * (PADDING + EDGE)
        return QSize(width, min(height, TALLEST))

    def _title_line(self) -> QWidget:
        head = QWidget()
        title, whose = label(self._explanation.title), label(self._explanation.subject, "quiet")
        title.setObjectName("summaryTitle")
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(title)
        texts.addWidget(whose)
        line = QHBoxLayout(head)
        line.setContentsMargins(MARGIN, 0, MARGIN - 4, 10)
        line.addLayout(texts, 1)
        line.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _fill_body(self) -> None:
        explanation, formats = self._explanation, self._formats
        layout = QVBoxLayout(self._body)
        layout.setContentsMargins(MARGIN, 0, MARGIN, 0)
        layout.setSpacing(4)
        if explanation.formula:
            layout.addWidget(label(explanation.formula, "quiet"))
        if explanation.numbers:
            numbers = label(written(explanation.numbers, formats))
            numbers.setFont(figures_font(numbers.font(), scale=1.08, weight=500))
            layout.addWidget(numbers)
        if explanation.rows:
            layout.addSpacing(8)
            layout.addWidget(self._list())
        if explanation.note:
            layout.addSpacing(8)
            layout.addWidget(label(explanation.note, "quiet"))
        if self.table is not None:
            layout.addSpacing(10)
            layout.addWidget(self.table)
        layout.addStretch(1)
        if read := read_text(explanation, formats):
            layout.addSpacing(8)
            layout.addWidget(label(read, "quiet"))

    def _list(self) -> QWidget:
        """The rows of names and values, of limited width."""
        made = QWidget()
        made.setMaximumWidth(WIDTH - 2 * (MARGIN + EDGE))
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for line, row in enumerate(self._explanation.rows):
            value = label(written(row.value, self._formats))
            value.setFont(figures_font(value.font()))
            value.setAlignment(RIGHT)
            name = label(written(row.label, self._formats), "quiet")
            name.setWordWrap(False)
            grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, line, 1)
        return made


def label(text: str, object_name: str = "") -> PlainLabel:
    made = PlainLabel(translated(text))
    made.setObjectName(object_name)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
