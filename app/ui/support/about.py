"""The box about the program; it does not block the window."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMessageBox, QWidget

from app.platform.paths import resource

ICON_SIZE = 64
TEXT = (
    "Brings the positions of Interactive Brokers' TWS into your own SQLite file, exactly, "
    "with one click. It only reads: it never sends an order.\n\n"
    "Not affiliated with Interactive Brokers."
)


def about_box(parent: QWidget) -> QMessageBox:
    """Made, not shown: the caller calls `open()`."""
    version = QCoreApplication.applicationVersion()
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About Position Sync")
    box.setIconPixmap(QIcon(str(resource("app-icon.svg"))).pixmap(ICON_SIZE))
    box.setTextFormat(Qt.TextFormat.RichText)
    box.setText(f"<b>Position Sync</b> {version}")
    box.setInformativeText(TEXT)
    return box
