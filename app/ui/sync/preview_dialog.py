"""Shows what a sync would do, to apply exactly that or to cancel."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.model.runs import Report
from app.domain.text.messages import tr, tr_plural
from app.ui.history.change_rows import rows_of_planned
from app.ui.history.change_table import ChangesTable
from app.ui.style.formatting import Formats
from app.ui.style.sizes import scaled
from app.ui.style.theme import set_tone
from app.ui.sync.texts import counts_text, held_text
from app.ui.table.arranging.saved_layouts import SavedLayouts
from app.ui.widgets.fitted_dialog import FittedDialog, height_of
from app.ui.widgets.plain_text import PlainLabel

LEAST_WIDTH = 480  # without changes, at the usual font


class PreviewDialog(FittedDialog):
    """Shows a dry run; deletes itself when it is closed.

    Args:
        saved: where the layout of its changes is stored; None for nowhere.

    Signals:
        apply_wanted(): "Apply" was pressed.
    """

    apply_wanted = Signal()

    def __init__(
        self,
        shown: Report,
        formats: Formats,
        parent: QWidget | None = None,
        saved: SavedLayouts | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Preview sync"))
        self.heading = PlainLabel(heading(shown, formats))
        self.heading.setObjectName("summaryTitle")
        self.heading.setWordWrap(True)
        self.caution = PlainLabel(caution(shown, formats))
        self.caution.setWordWrap(True)
        self.caution.setVisible(bool(self.caution.text()))
        set_tone(self.caution, "warning")
        self.changes = ChangesTable(formats, saved)
        self.changes.show_changes(rows_of_planned(shown.changes))
        self.changes.setVisible(bool(shown.changes))
        self.nothing = PlainLabel(tr("Only prices would be refreshed."))
        self.nothing.setObjectName("quiet")
        self.nothing.setVisible(not shown.changes)
        self.apply = QPushButton(tr("Mark as closed here and apply") if shown.held else tr("Apply"))
        self.apply.setObjectName("primaryButton")
        self.leave = QPushButton(tr("Cancel"))
        self.apply.clicked.connect(self.accept)
        self.leave.clicked.connect(self.reject)
        self.accepted.connect(self.apply_wanted)
        self._arrange()

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.apply)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        for part in (self.heading, self.caution, self.nothing):
            layout.addWidget(part)
        layout.addWidget(self.changes, 1)
        if self.changes.isHidden():
            layout.addStretch(1)
        layout.addLayout(buttons)

    def present_room(self) -> QSize:
        return self.size() if self.changes.isHidden() else self.changes.size()

    def needed_room(self, most: QSize) -> QSize:
        if not self.changes.isHidden():
            return self.changes.needed_size(most)
        width = min(scaled(self, LEAST_WIDTH), most.width())
        return QSize(width, height_of(self, width))


def heading(shown: Report, formats: Formats) -> str:
    """ "A sync of 18 positions would do this: 1 created, 17 updated, 0 closed"."""
    counts = shown.run.counts
    total = counts.total_ibkr_positions
    count = formats.count(total)
    if shown.held:
        return tr_plural(
            "A sync of {count} position would be held.",
            "A sync of {count} positions would be held.",
            total,
            count=count,
        )
    return tr_plural(
        "A sync of {count} position would do this: {changes}",
        "A sync of {count} positions would do this: {changes}",
        total,
        count=count,
        changes=counts_text(counts, formats),
    )


def caution(shown: Report, formats: Formats) -> str:
    """What the user should think about first; empty where there is nothing."""
    if shown.held:
        return held_text(len(shown.held))
    if shown.unconfirmed:
        number = len(shown.unconfirmed)
        return tr_plural(
            "{count} position would be closed without an execution that explains it; the P&L would "
            "be an estimate.",
            "{count} positions would be closed without an execution that explains it; the P&L "
            "would be an estimate.",
            number,
            count=formats.count(number),
        )
    return ""
