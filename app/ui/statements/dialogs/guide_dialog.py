"""How to set up a Flex Query and its token at IBKR, step by step, with the list to copy."""

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.domain.fetching.boxes import FORMATS, OPTION, SECTIONS, guide_text
from app.domain.fetching.queries import QueryKind
from app.ui.statements.state import KINDS
from app.ui.widgets.plain_text import PlainLabel, RichLabel, escaped

TITLE = "How to set up Flex statements"
COPIED = "Copied."
LETTERS, LINES = 100, 46  # the dialog's first size
LIST_LINES = 9
TOKEN_STEPS = (
    "On the same page, open Flex Web Service Configuration (in some accounts a gear).",
    "Switch the Flex Web Service on, and save.",
    "Choose when the token should expire (a year is the longest), and leave the IP address empty "
    "unless this computer always has the same one. Generate a new token: the one before ends.",
    "Here, choose “Change…” under Tokens, paste the token, and enter its last day.",
)
CASH = (
    "If you like deposits and withdrawals told from gains: add the section Cash Transactions with "
    "the option Deposits & Withdrawals, and tick Account ID, Currency, FX Rate To Base, Report "
    "Date, Amount, Type and Transaction ID."
)
WHICH = {
    QueryKind.ACTIVITY: "IBKR renews it once a day, after the close. It has the realized P&L, "
    "assignments, exercises and expiries: set up this kind first.",
    QueryKind.CONFIRMATIONS: "IBKR has an execution in it 5 to 10 minutes after the trade, but no "
    "realized P&L. It is of use beside an Activity Flex Query.",
}
PERIODS = {
    QueryKind.ACTIVITY: "Last 365 Calendar Days",
    QueryKind.CONFIRMATIONS: "Today",
}


def query_steps(kind: QueryKind) -> tuple[str, ...]:
    """How to make a query of this kind in IBKR's Client Portal."""
    option = f" Choose its option {OPTION}." if kind is QueryKind.ACTIVITY else ""
    formats = ", ".join(f"{name} {value}" for name, value in FORMATS)
    steps = [
        "Log in to IBKR's Client Portal, and open Performance & Reports > Flex Queries.",
        f"At {KINDS[kind]} Flex Query, choose + to create one. Give it a name.",
        f"Under Sections, choose {SECTIONS[kind]}.{option} Tick the boxes of the list below, and "
        "save the section. More boxes do no harm.",
    ]
    if kind is QueryKind.ACTIVITY:
        steps.append(CASH)
    steps += [
        f"Under Delivery Configuration, choose {formats}, and the period {PERIODS[kind]}: it is "
        "what the first fetch asks for; later ones name their days.",
        "Choose the accounts, then Continue and Create.",
        "Open the query's details (the i beside its name), and enter the Query ID here.",
    ]
    return tuple(steps)


class GuideDialog(QDialog):
    """Not modal, so that what it says can be typed meanwhile. Deletes itself when closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(TITLE)
        self.kind = QComboBox()
        self.kind.setAccessibleName("Kind of the Flex Query")
        for kind in QueryKind:
            self.kind.addItem(f"{KINDS[kind]} Flex Query", kind)
        self.which = PlainLabel()
        self.steps, self.token_steps = RichLabel(), RichLabel()
        self.boxes = QPlainTextEdit()
        self.boxes.setObjectName("noticeMore")
        self.boxes.setReadOnly(True)
        self.boxes.setTabChangesFocus(True)
        self.boxes.setAccessibleName("What to tick and choose")
        self.copy = QPushButton("&Copy the list")
        self.copy.setAutoDefault(False)
        self.copied = PlainLabel()
        self.copied.setObjectName("quiet")
        self._arrange()
        self.kind.currentIndexChanged.connect(self._render)
        self.copy.clicked.connect(self._copy)
        self._render()
        self._fit()

    def _arrange(self) -> None:
        content = QWidget()
        content.setObjectName("panelContent")
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 4, 16, 14)
        column.setSpacing(8)
        copying = QHBoxLayout()
        copying.addWidget(self.copy)
        copying.addWidget(self.copied)
        copying.addStretch(1)
        self.which.setObjectName("quiet")
        labels: tuple[QLabel, ...] = (self.which, self.steps, self.token_steps)
        for label in labels:
            label.setWordWrap(True)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self.steps.setAccessibleName("Steps to make the query")
        self.token_steps.setAccessibleName("Steps to get the token")
        self.token_steps.setText(numbered(TOKEN_STEPS))
        column.addWidget(heading("1. The query"))
        column.addWidget(self.kind, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self.which, self.steps, self.boxes):
            column.addWidget(part)
        column.addLayout(copying)
        column.addWidget(heading("2. The token"))
        column.addWidget(self.token_steps)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 14, 14)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit_list()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        wanted = (LETTERS * metrics.averageCharWidth(), LINES * metrics.lineSpacing())
        room = self.screen().availableSize()
        self.resize(min(wanted[0], room.width()), min(wanted[1], room.height()))
        self._fit_list()

    def _fit_list(self) -> None:
        self.boxes.setFixedHeight(LIST_LINES * self.boxes.fontMetrics().lineSpacing() + 18)

    def chosen_kind(self) -> QueryKind:
        return QueryKind(self.kind.currentData())

    @Slot()
    def _render(self) -> None:
        kind = self.chosen_kind()
        self.which.setText(WHICH[kind])
        self.steps.setText(numbered(query_steps(kind)))
        self.boxes.setPlainText(guide_text(kind))
        self.copied.clear()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(guide_text(self.chosen_kind()))
        self.copied.setText(COPIED)


def numbered(steps: tuple[str, ...]) -> str:
    """An ordered list, as markup."""
    items = "".join(f'<li style="margin-bottom:3px">{escaped(step)}</li>' for step in steps)
    return f'<ol style="margin-left:-18px; margin-top:0">{items}</ol>'


def heading(text: str) -> PlainLabel:
    made = PlainLabel(text)
    made.setObjectName("sectionTitle")
    return made
