"""Asks for the file of a Flex statement."""

from collections.abc import Callable

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

TITLE = "Import Flex statement"
FILTERS = ("Flex statements (*.xml)", "All files (*)")


def statement_dialog(parent: QWidget, chosen: Callable[[str], None]) -> QFileDialog:
    """It begins where browsers save what IBKR gives.

    Args:
        chosen: is given the file's path, if the user chooses one.
    """
    downloads = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    dialog = QFileDialog(parent, TITLE, downloads)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(FILTERS)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(chosen)
    return dialog
