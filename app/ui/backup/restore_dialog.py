"""Lists the backups, and compares the chosen one with the present database."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.desktop.backups import DatabaseFigures, RestorableFile
from app.domain.text.messages import message, tr, translated
from app.ui.backup.columns import BACKUPS
from app.ui.backup.state import TITLE, consequence, figure_rows, question_text
from app.ui.style.formatting import Formats
from app.ui.style.theme import figures_font, set_tone
from app.ui.table.arranging.header_menu import HeaderMenu
from app.ui.table.core.column import PlainContext
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.fast_table_view import FastTableView
from app.ui.widgets.enabling import enable
from app.ui.widgets.plain_text import PlainLabel, plain_box

SIZE = (860, 520)
PATTERNS = "*.sqlite *.sqlite3 *.db *.bak"
HEADINGS = ("", message("Now"), message("In the backup"))
NONE_CHOSEN = message("Choose a backup in the list first")


class RestoreDialog(QDialog):
    """Deletes itself when it is closed.

    Args:
        folder: where the backups are looked for.

    Signals:
        look_wanted(str): say what is in this file.
        restore_wanted(RestorableFile): the user wants this file, and has not been asked yet.
    """

    look_wanted = Signal(str)
    restore_wanted = Signal(object)

    def __init__(
        self,
        files: Sequence[RestorableFile],
        present: DatabaseFigures | None,
        folder: str,
        formats: Formats,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translated(TITLE))
        self.resize(*SIZE)
        self._files = tuple(files)
        self._present = present
        self._formats = formats
        self.heading = PlainLabel(tr("Choose the backup to replace the database with."))
        self.heading.setObjectName("summaryTitle")
        self.table = FastTableView(TableModel(BACKUPS, PlainContext(formats)), tr("Backups"), self)
        self.table.table.setParent(self.table)
        self.header_menu = HeaderMenu(self.table)
        self.empty = PlainLabel(
            tr(
                "There is no backup in {folder} yet. Choose a file, or make a backup in Settings.",
                folder=folder,
            )
        )
        self.empty.setObjectName("quiet")
        self.empty.setWordWrap(True)
        self.consequence = PlainLabel()
        self.consequence.setWordWrap(True)
        self.other = QPushButton(tr("Other &file…"))
        self.restore = QPushButton(tr("&Restore…"))
        self.leave = QPushButton(tr("Cancel"))
        self._cells = [[PlainLabel() for _ in HEADINGS] for _ in figure_rows(None, None, formats)]
        self._arrange()
        self.table.selectionModel().selectionChanged.connect(self._show_choice)
        self.table.row_activated.connect(self._restore)
        self.other.clicked.connect(self._choose_file)
        self.restore.clicked.connect(self._restore)
        self.leave.clicked.connect(self.reject)
        self._list()

    def chosen(self) -> RestorableFile | None:
        """The file of the selected line."""
        lines = self.table.selected_lines()
        return self.table.table.value(lines[0]) if len(lines) == 1 else None

    @Slot(object)
    def add_file(self, file: RestorableFile) -> None:
        """Lists a file that the user has chosen, above all others, and selects it."""
        self._files = (file, *(other for other in self._files if other.path != file.path))
        self._list()

    def _list(self) -> None:
        """Lists the files, and selects the first."""
        self.table.table.show(self._files)
        self.table.selectRow(0)
        self.table.setVisible(bool(self._files))
        self.empty.setVisible(not self._files)
        self._show_choice()
        (self.table if self._files else self.other).setFocus()

    def _arrange(self) -> None:
        comparison = QGridLayout()
        comparison.setHorizontalSpacing(24)
        comparison.setVerticalSpacing(3)
        comparison.setColumnStretch(len(HEADINGS), 1)
        for column, text in enumerate(HEADINGS):
            heading = PlainLabel(translated(text))
            heading.setObjectName("quiet")
            comparison.addWidget(heading, 0, column, side(column))
        for line, cells in enumerate(self._cells, 1):
            for column, cell in enumerate(cells):
                if column == 0:
                    cell.setObjectName("quiet")
                else:
                    cell.setFont(figures_font(cell.font()))
                comparison.addWidget(cell, line, column, side(column))
        buttons = QHBoxLayout()
        buttons.addWidget(self.other)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.restore)
        self.leave.setDefault(True)  # an Enter that was meant for something else restores nothing
        self.restore.setAutoDefault(False)
        self.other.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(self.heading)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.empty, 1, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(comparison)
        layout.addWidget(self.consequence)
        layout.addLayout(buttons)

    @Slot()
    def _show_choice(self) -> None:
        file = self.chosen()
        figures = None if file is None else file.figures
        rows = figure_rows(self._present, figures, self._formats)
        for cells, texts in zip(self._cells, rows, strict=True):
            for cell, text in zip(cells, texts, strict=True):
                cell.setText(text)
        problem = "" if file is None else translated(file.problem)
        self.consequence.setText(problem or consequence(self._present, figures, self._formats))
        set_tone(self.consequence, "loss" if problem else "")
        enable(self.restore, figures is not None, problem or translated(NONE_CHOSEN))

    @Slot()
    def _restore(self) -> None:
        file = self.chosen()
        if file is not None and not file.problem:
            self.restore_wanted.emit(file)

    @Slot()
    def _choose_file(self) -> None:
        dialog = QFileDialog(self, translated(TITLE))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        databases = tr("Databases ({patterns})", patterns=PATTERNS)
        dialog.setNameFilters([databases, tr("All files (*)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.look_wanted)
        dialog.open()


def side(column: int) -> Qt.AlignmentFlag:
    """Names to the left, figures to the right."""
    return Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft


def question_box(
    file: RestorableFile, present: DatabaseFigures | None, formats: Formats, parent: QWidget
) -> QMessageBox:
    """Is accepted if the user confirms; deletes itself."""
    box = plain_box(
        QMessageBox.Icon.Question,
        translated(TITLE),
        question_text(file, formats),
        parent,
        consequence(present, file.figures, formats),
    )
    box.addButton(tr("Restore"), QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    return box
