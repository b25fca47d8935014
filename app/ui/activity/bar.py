"""The bar that says what changed since the window was last open; it can be dismissed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app.domain.model.clock import utc_now
from app.domain.text.messages import tr, tr_plural
from app.ui.style.formatting import Formats
from app.ui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from app.domain.history.position_history import ActivitySummary
    from app.domain.portfolio.realized_totals import RealizedTotals


class ActivityBar(MessageBar):
    """Hidden until there is activity, and for good once it is dismissed."""

    def __init__(
        self,
        formats: Formats,
        clock: Callable[[], datetime] = utc_now,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("newsBar", "news", "accent", tr("Since you last looked"), parent)
        self._formats = formats
        self._clock = clock
        self._is_dismissed = False
        self._activity: ActivitySummary | None = None
        self.dismiss = self.add_dismiss_button()
        self.dismiss.clicked.connect(self._on_dismissed)

    @Slot(object)
    def show_activity(self, activity: ActivitySummary) -> None:
        self._activity = activity
        if not self._is_dismissed:
            self.show_message(activity_text(activity, self._clock(), self._formats), "")
            self.show()

    def reformat(self) -> None:
        if self._activity is not None:
            self.show_activity(self._activity)

    @Slot()
    def _on_dismissed(self) -> None:
        self._is_dismissed = True
        self.hide()


def activity_text(activity: ActivitySummary, now: datetime, formats: Formats) -> str:
    """ "Since you last looked (22:05): 3 opened, 2 closed, realized +1,234.50 USD"."""
    parts = []
    if activity.opened:
        parts.append(tr("{count} opened", count=formats.count(activity.opened)))
    if activity.closed:
        parts.append(tr("{count} closed", count=formats.count(activity.closed)))
    parts += realized_texts(activity.realized, formats)
    return tr(
        "Since you last looked ({time}): {changes}.",
        time=formats.as_of(activity.since, now),
        changes=", ".join(parts),
    )


def realized_texts(realized: Mapping[str, RealizedTotals], formats: Formats) -> Iterator[str]:
    """For each currency one text each for the exact, the estimated and the unknown part."""
    for currency, totals in realized.items():
        if totals.exact:
            gain = formats.gain(totals.exact)
            yield tr("realized {gain} {currency}", gain=gain, currency=currency)
        if totals.estimated:
            gain = formats.gain(totals.estimated)
            yield tr("≈ {gain} {currency} estimated", gain=gain, currency=currency)
        if totals.unknown:
            yield tr_plural(
                "{count} close in {currency} without a known P&L",
                "{count} closes in {currency} without a known P&L",
                totals.unknown,
                count=formats.count(totals.unknown),
                currency=currency,
            )
