"""The tabs are named by their English titles, and show those of the reader's language."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.domain.text.messages import Message
from app.ui.main_window.tabs import MainTabs

TITLES = (
    Message("Positions", lambda: "Positionen"),
    Message("Closed", lambda: "Geschlossen"),
)


def test_a_page_comes_to_the_tab_of_its_title_in_any_language(qtbot: QtBot) -> None:
    tabs = MainTabs()
    qtbot.addWidget(tabs)
    for title in TITLES:
        tabs.reserve(title)
    page = QLabel()
    tabs.add(page, "Closed")
    assert [tabs.tabText(number) for number in range(2)] == ["Positionen", "Geschlossen"]
    assert tabs.is_showing("Positions")
    tabs.setCurrentWidget(page)
    assert tabs.is_showing("Closed")
