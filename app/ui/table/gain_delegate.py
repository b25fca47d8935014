"""Keeps gains green and losses red in selected rows too."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem


class GainDelegate(QStyledItemDelegate):
    """Draws as Qt does, but for the colour of selected text."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if not option.state & QStyle.StateFlag.State_Selected:
            return
        colours = QPalette(option.palette)
        colours.setBrush(QPalette.ColorRole.HighlightedText, colours.text())
        option.palette = colours
