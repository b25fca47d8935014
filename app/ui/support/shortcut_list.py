"""The list of all keys: those of the commands, and those inside the tables and fields."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.domain.text.messages import message, tr, translated
from app.ui.style.sizes import scaled
from app.ui.support.commands import NATIVE, Command

SIZE = (520, 560)  # at the usual font
# (keys, what they do), in the places that no menu names
ELSEWHERE = (
    ("Down", message("Go from the search to the rows")),
    ("Left", message("Collapse a group")),
    ("Right", message("Expand a group")),
    ("Return", message("Open, expand or explain the current row or figure of a table")),
    ("Shift+F10", message("Open the context menu of a table")),
    ("Tab", message("Go to the next control; Shift+Tab goes to the previous one")),
)


class ShortcutList(QDialog):
    """Two columns: the keys, and what they do."""

    def __init__(self, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QTreeWidget()
        self.list.setAccessibleName(tr("Keyboard shortcuts"))
        self.list.setHeaderLabels([tr("Keys"), tr("What they do")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.list.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        lines = [(command.keys, command.title) for command in commands if command.keys]
        lines += [
            (QKeySequence(keys).toString(NATIVE), translated(text)) for keys, text in ELSEWHERE
        ]
        if menu := QKeySequence.mnemonic(tr("&File")).toString(NATIVE):  # macOS has none
            lines.append((menu, tr("Open the File menu; the underlined letters open the others")))
        for keys, text in lines:
            item = QTreeWidgetItem([keys, text])
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{text}: {keys}")
            self.list.addTopLevelItem(item)
        self.list.setCurrentIndex(self.list.model().index(0, 0))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        self.resize(*(scaled(self, length) for length in SIZE))

    def texts(self) -> list[tuple[str, str]]:
        items = [self.list.topLevelItem(n) for n in range(self.list.topLevelItemCount())]
        return [(item.text(0), item.text(1)) for item in items if item is not None]
