"""Hides the dock of the last sync while the window is too narrow for it."""

from PySide6.QtWidgets import QDockWidget

from app.ui.style.sizes import scaled

NARROW = 1300  # at the usual font


class DockFolding:
    """Hides a dock when the window becomes narrow; otherwise leaves it as the user set it."""

    def __init__(self, dock: QDockWidget) -> None:
        self._dock = dock
        self._was_narrow = False
        self._is_folded = False

    def fit(self, width: int) -> None:
        """Args: width: the window's, in device-independent pixels."""
        is_narrow = width < scaled(self._dock, NARROW)
        if is_narrow == self._was_narrow:
            return
        self._was_narrow = is_narrow
        if is_narrow and not self._dock.isHidden():
            self._dock.hide()
            self._is_folded = True
        elif not is_narrow:
            self.unfold()

    def unfold(self) -> None:
        """Shows what was folded; a dock that the user has closed stays closed."""
        if self._is_folded:
            self._dock.show()
        self._is_folded = False
