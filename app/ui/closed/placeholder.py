"""What is shown instead of the closed positions where there are none."""

from PySide6.QtWidgets import QWidget

from app.domain.history.closed_positions import ClosedFilter
from app.domain.text.messages import tr
from app.ui.widgets.placeholder import NoMatch


class ClosedPlaceholder(NoMatch):
    """Says that nothing was ever closed, or that nothing matches the search and the filters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Clear search and filters"), parent)
        self.title.setText(tr("Nothing closed yet"))

    def show_nothing_closed(self) -> None:
        text = tr("Positions that you close, in full or in part, are listed here after a sync.")
        self._show(text, is_first=True, can_clear=False)

    def show_no_match(self, wanted: ClosedFilter) -> None:
        is_narrow = (wanted.since, wanted.until, wanted.source, wanted.tag) != (
            None,
            None,
            None,
            "",
        )
        searched = wanted.text
        if searched and is_narrow:
            text = tr("No close matches “{text}” and these filters.", text=searched)
        elif searched:
            text = tr("No close matches “{text}”.", text=searched)
        elif is_narrow:
            text = tr("No close matches these filters.")
        else:
            text = tr("Nothing has been closed in this account.")
        self._show(text, is_first=False, can_clear=bool(searched) or is_narrow)

    def _show(self, text: str, *, is_first: bool, can_clear: bool) -> None:
        self.title.setVisible(is_first)
        self.icon.setVisible(not is_first)
        self.text.setText(text)
        self.link.setVisible(can_clear)
