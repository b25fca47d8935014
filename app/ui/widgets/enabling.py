"""Enables or disables a widget or an action; the tooltip says why it is disabled."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.domain.text.messages import message, translated

FAULTY = message("Correct what is marked in red first")


def enable(part: QWidget | QAction, is_enabled: bool, why_not: str, tip: str = "") -> None:
    """Args: why_not, tip: what the tooltip says while it is disabled, and while it is not."""
    part.setEnabled(is_enabled)
    part.setToolTip(translated(tip if is_enabled else why_not))
