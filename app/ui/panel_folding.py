"""Makes room for the table in a narrow window: the panel goes, and comes back with the width."""

from PySide6.QtWidgets import QDockWidget

NARROW = 1120  # device-independent pixels


class PanelFolding:
    """Folds a panel only when the window crosses the width, so that the user's word stands."""

    def __init__(self, panel: QDockWidget) -> None:
        self._panel = panel
        self._was_narrow = False
        self._is_folded = False

    def fit(self, width: int) -> None:
        """The window has this width now."""
        is_narrow = width < NARROW
        if is_narrow == self._was_narrow:
            return
        self._was_narrow = is_narrow
        if is_narrow and not self._panel.isHidden():
            self._panel.hide()
            self._is_folded = True
        elif not is_narrow:
            self.unfold()

    def unfold(self) -> None:
        """Shows what was folded; a panel that the user has closed stays closed."""
        if self._is_folded:
            self._panel.show()
        self._is_folded = False
