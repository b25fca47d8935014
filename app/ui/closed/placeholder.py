"""What is shown instead of the closed positions where there are none."""

from PySide6.QtWidgets import QWidget

from app.domain.history.closed_positions import ClosedFilter
from app.ui.widgets.placeholder import NoMatch

NOTHING_TITLE = "Nothing closed yet"
NOTHING = "What you close, in full or in part, stands here after the next sync."


class ClosedPlaceholder(NoMatch):
    """Says that nothing was ever closed, or that nothing matches the search and the filters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Clear search and filters", parent)
        self.title.setText(NOTHING_TITLE)

    def show_nothing_closed(self) -> None:
        self._show(NOTHING, is_first=True, can_clear=False)

    def show_no_match(self, wanted: ClosedFilter) -> None:
        is_narrow = (wanted.since, wanted.until, wanted.source, wanted.tag) != (
            None,
            None,
            None,
            "",
        )
        searched = wanted.text
        if searched:
            among = " among what these filters leave" if is_narrow else ""
            text = f"No close matches “{searched}”{among}."
        elif is_narrow:
            text = "No close matches these filters."
        else:
            text = "Nothing has been closed in this account."
        self._show(text, is_first=False, can_clear=bool(searched) or is_narrow)

    def _show(self, text: str, *, is_first: bool, can_clear: bool) -> None:
        self.title.setVisible(is_first)
        self.icon.setVisible(not is_first)
        self.text.setText(text)
        self.link.setVisible(can_clear)
