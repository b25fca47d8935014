"""Another locale or clock is on the screen at once, in every view."""

from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QLabel

from app.domain.history.position_history import ActivitySummary
from app.settings.model import Settings
from app.ui.history.timeline_dialog import TimelineDialog
from tests.ui.conftest import PastDesk
from tests.ui.history.test_timeline import STORY

ENGLISH = Settings(locale="en_US", clock="12h")
GERMAN = replace(ENGLISH, locale="de_DE", clock="24h")


def texts_of(past: PastDesk) -> list[str]:
    """Everything that the window says, tables and tooltips included."""
    window = past.window
    models = (
        *(
            window.positions.model,
            window.history.page.model,
            window.history.page.details.table.table,
        ),
        *(dialog.steps for dialog in window.findChildren(TimelineDialog)),
    )
    said = [label.text() for label in window.findChildren(QLabel)]
    said += [label.toolTip() for label in window.findChildren(QLabel)]
    for model in models:
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                index = model.index(row, column)
                said += [str(index.data()), str(index.data(3))]
    closed = window.closed_page.model
    for row in range(closed.rowCount()):
        said += [str(closed.index(row, column).data()) for column in range(closed.columnCount())]
    return said


async def test_another_clock_and_locale_are_in_every_view_at_once(past: PastDesk) -> None:
    window = past.window
    window.apply_settings(ENGLISH)
    await past.take(*STORY)
    page = await past.open_history()
    page.table.selectRow(1)
    await past.answered()
    past.history.show_timeline(1)
    past.history.show_as_of(2)
    await past.answered()
    await past.open_closed()
    window.positions.activity_bar.show_activity(ActivitySummary(past.now - timedelta(days=3), 1))
    before = texts_of(past)
    assert any(text.endswith(("PM", "AM")) for text in before)
    assert any("11.00" in text for text in before)
    window.apply_settings(GERMAN)
    after = texts_of(past)
    assert not [text for text in after if " PM" in text or " AM" in text]
    assert not [text for text in after if "11.00" in text]
    assert any("11,00" in text for text in after)
    for field in (window.closed_page.filters.first, window.closed_page.filters.last):
        assert field.locale() == window.formats.locale
    for dialog in window.findChildren(TimelineDialog):
        dialog.close()
