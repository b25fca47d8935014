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
from app.domain.text.messages import Message, message, tr, translated
from app.ui.statements.state import KINDS
from app.ui.widgets.plain_text import PlainLabel, RichLabel, escaped

LETTERS, LINES = 100, 46  # the dialog's first size
LIST_LINES = 9
TOKEN_STEPS = (
    message(
        "On the same page, open Flex Web Service Configuration (a gear icon in some accounts)."
    ),
    message("Switch the Flex Web Service on, and save."),
    message(
        "Choose when the token should expire (a year is the longest), and leave the IP address "
        "empty unless this computer always has the same one. Generate a new token: the previous "
        "one is no longer valid."
    ),
    # Translators: “Change…” is the button.
    message("Here, choose “Change…” under Tokens, paste the token, and enter its last day."),
)
CASH = message(
    "To tell deposits and withdrawals from gains, add the section Cash Transactions with the "
    "option Deposits & Withdrawals, and tick Account ID, Currency, FX Rate To Base, Report Date, "
    "Amount, Type and Transaction ID."
)
WHICH = {
    QueryKind.ACTIVITY: message(
        "IBKR updates it once a day, after the close. It has the realized P&L, assignments, "
        "exercises and expiries: set up this kind first."
    ),
    QueryKind.CONFIRMATIONS: message(
        "IBKR adds an execution 5 to 10 minutes after the trade, but without its realized P&L. Use "
        "it in addition to an Activity Flex Query."
    ),
}
# IBKR's names of the periods
PERIODS = {
    QueryKind.ACTIVITY: "Last 365 Calendar Days",
    QueryKind.CONFIRMATIONS: "Today",
}


def query_steps(kind: QueryKind) -> tuple[Message, ...]:
    """How to make a query of this kind in IBKR's Client Portal."""
    return (
        message("Log in to IBKR's Client Portal, and open Performance & Reports > Flex Queries."),
        message("At {kind} Flex Query, choose + to create one. Give it a name.", kind=KINDS[kind]),
        *section_steps(kind),
        message(
            "Under Delivery Configuration, choose {formats}, and the period {period}: the first "
            "fetch asks for this period; later ones ask for the days since then.",
            formats=", ".join(f"{name} {value}" for name, value in FORMATS),
            period=PERIODS[kind],
        ),
        message("Choose the accounts, then Continue and Create."),
        message("Open the query's details (the i beside its name), and enter the Query ID here."),
    )


def section_steps(kind: QueryKind) -> tuple[Message, ...]:
    section = SECTIONS[kind]
    if kind is QueryKind.CONFIRMATIONS:
        step = message(
            "Under Sections, choose {section}. Tick the boxes of the list below, and save the "
            "section. Additional boxes do no harm.",
            section=section,
        )
        return (step,)
    step = message(
        "Under Sections, choose {section}. Choose its option {option}. Tick the boxes of the list "
        "below, and save the section. Additional boxes do no harm.",
        section=section,
        option=OPTION,
    )
    return step, CASH


class GuideDialog(QDialog):
    """Not modal, so that what it says can be typed meanwhile. Deletes itself when closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(tr("How to set up Flex statements"))
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("Kind of the Flex Query"))
        for kind in QueryKind:
            self.kind.addItem(f"{KINDS[kind]} Flex Query", kind)  # as IBKR calls it
        self.which = PlainLabel()
        self.steps, self.token_steps = RichLabel(), RichLabel()
        self.boxes = QPlainTextEdit()
        self.boxes.setObjectName("noticeMore")
        self.boxes.setReadOnly(True)
        self.boxes.setTabChangesFocus(True)
        self.boxes.setAccessibleName(tr("What to tick and choose"))
        self.copy = QPushButton(tr("&Copy the list"))
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
        self.steps.setAccessibleName(tr("Steps to make the query"))
        self.token_steps.setAccessibleName(tr("Steps to get the token"))
        self.token_steps.setText(numbered(TOKEN_STEPS))
        column.addWidget(heading(tr("1. The query")))
        column.addWidget(self.kind, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self.which, self.steps, self.boxes):
            column.addWidget(part)
        column.addLayout(copying)
        column.addWidget(heading(tr("2. The token")))
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
        self.which.setText(translated(WHICH[kind]))
        self.steps.setText(numbered(query_steps(kind)))
        self.boxes.setPlainText(translated(guide_text(kind)))
        self.copied.clear()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(translated(guide_text(self.chosen_kind())))
        self.copied.setText(tr("Copied."))


def numbered(steps: tuple[str, ...]) -> str:
    """An ordered list, as markup."""
    texts = (escaped(translated(step)) for step in steps)
    items = "".join(f'<li style="margin-bottom:3px">{text}</li>' for text in texts)
    return f'<ol style="margin-left:-18px; margin-top:0">{items}</ol>'


def heading(text: str) -> PlainLabel:
    made = PlainLabel(text)
    made.setObjectName("sectionTitle")
    return made
