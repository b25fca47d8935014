"""The editors of settings: a line, choices, a checkbox, a path. Each emits `changed`."""

from dataclasses import Field
from datetime import time
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.text.messages import message, tr, tr_in, translated
from app.ui.style.formatting import Formats, locale_of
from app.ui.style.sizes import scaled

EXAMPLE = Decimal("-1234567.89")
BESIDE = message("backups, beside the database")
NUMBER_WIDTH = 96  # at the usual font
FIELD_WIDTH = 260


class LineEditor(QLineEdit):
    """A text, a number or a time of the day."""

    changed = Signal()

    def __init__(self, *, is_short: bool) -> None:
        super().__init__()
        self._width = NUMBER_WIDTH if is_short else FIELD_WIDTH
        self.textChanged.connect(self.changed)

    def fit_to_font(self) -> None:
        self.setFixedWidth(scaled(self, self._width))

    def entry(self) -> str:
        return self.text()

    def enter(self, value: object) -> None:
        self.setText(text_of(value))


class ChoiceEditor(QComboBox):
    """One of some values, each with its text."""

    changed = Signal()

    def __init__(self, choices: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        for value, text in choices:
            self.addItem(translated(text), value)
        self.currentIndexChanged.connect(self.changed)

    def fit_to_font(self) -> None:
        self.setMinimumWidth(scaled(self, FIELD_WIDTH))

    def entry(self) -> str:
        return str(self.currentData())

    def enter(self, value: object) -> None:
        self.setCurrentIndex(max(self.findData(value), 0))


class AccountEditor(QComboBox):
    """An account number to type, or to choose from the known ones."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setEditable(True)
        self.offer(())
        self.currentTextChanged.connect(self.changed)

    def fit_to_font(self) -> None:
        self.setMinimumWidth(scaled(self, FIELD_WIDTH))

    def offer(self, accounts: tuple[str, ...]) -> None:
        text = self.currentText()
        self.blockSignals(True)
        self.clear()
        self.addItem(all_accounts_text(), ALL_ACCOUNTS)
        for account in accounts:
            self.addItem(account, account)
        self.setCurrentText(text)
        self.blockSignals(False)

    def entry(self) -> str:
        """The account that is chosen, or what is typed."""
        chosen = self.findText(self.currentText())
        return self.currentText() if chosen < 0 else str(self.itemData(chosen))

    def enter(self, value: object) -> None:
        self.setCurrentText(all_accounts_text() if value == ALL_ACCOUNTS else text_of(value))


class SwitchEditor(QCheckBox):
    """On or off; includes its label."""

    changed = Signal()

    def __init__(self, label: str) -> None:
        super().__init__(translated(label).replace("&", "&&"))
        self.toggled.connect(self.changed)

    def fit_to_font(self) -> None:
        """As wide as its text."""

    def entry(self) -> str:
        return "on" if self.isChecked() else "off"

    def enter(self, value: object) -> None:
        self.setChecked(bool(value))


class PathEditor(QWidget):
    """A file's or a folder's path; empty for the default.

    Args:
        usual: the default, as it is shown.
        title: the title of the dialog to choose another one.
    """

    changed = Signal()

    def __init__(self, usual: str, title: str, *, is_folder: bool = False) -> None:
        super().__init__()
        self._title = title
        self._is_folder = is_folder
        self.line = QLineEdit()
        self.line.setPlaceholderText(translated(usual))
        self.line.textChanged.connect(self.changed)
        self.choose = QPushButton(tr("Choose…"))
        self.choose.clicked.connect(self._open)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.choose)
        self.setFocusProxy(self.line)

    def fit_to_font(self) -> None:
        """As wide as there is room."""

    def entry(self) -> str:
        return self.line.text()

    def enter(self, value: object) -> None:
        self.line.setText(text_of(value))

    @Slot()
    def _open(self) -> None:
        dialog = QFileDialog(self, translated(self._title), self.line.text())
        if self._is_folder:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        else:
            databases, every = tr("SQLite files"), tr("All files")
            dialog.setNameFilters([f"{databases} (*.sqlite *.db)", f"{every} (*)"])
            dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.fileSelected.connect(self.line.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


Editor = LineEditor | ChoiceEditor | AccountEditor | SwitchEditor | PathEditor


def editor_of(declared: "Field[Any]", usual_path: str) -> Editor:
    """The editor that fits a setting's declaration."""
    if declared.name == "account":
        return AccountEditor()
    if declared.default is None:
        title, is_folder = declared.metadata["label"], "is_folder" in declared.metadata
        return PathEditor(BESIDE if is_folder else usual_path, title, is_folder=is_folder)
    if isinstance(declared.default, bool):
        return SwitchEditor(declared.metadata["label"])
    if declared.name == "locale":
        return ChoiceEditor(tuple(map(with_example, declared.metadata["choices"])))
    if "choices" in declared.metadata:
        return ChoiceEditor(declared.metadata["choices"])
    return LineEditor(is_short=not isinstance(declared.default, str))


def with_example(choice: tuple[str, str]) -> tuple[str, str]:
    """A locale's choice, with a number formatted in it."""
    name, text = choice
    return name, f"{translated(text)}:  {Formats(locale_of(name)).money(EXAMPLE)}"


def all_accounts_text() -> str:
    return tr_in("accounts", "All")


def text_of(value: object) -> str:
    """The text to show in the editor."""
    if value is None:
        return ""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return f"{value:g}" if isinstance(value, float) else str(value)
