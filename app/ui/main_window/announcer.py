"""Tells a screen reader how a sync ended, and what went wrong, when it happens."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from app.domain.desktop.app_state import LinkStatus, Phase, SyncState
from app.domain.text.messages import translated
from app.ui.style.formatting import Formats
from app.ui.sync.texts import LINKS, held_text, status_text

URGENT = (Phase.FAILED, Phase.HELD)
POLITENESS = QAccessible.AnnouncementPoliteness
TOLD_LINKS = (LinkStatus.CONNECTED, LinkStatus.OFFLINE, LinkStatus.STALE)


class Announcer:
    """Says each text once: when it is new, and not while something is still under way.

    Args:
        speaker: the widget in whose name it speaks.
    """

    def __init__(self, speaker: QWidget, formats: Formats) -> None:
        self._speaker, self._formats = speaker, formats
        self._phase, self._link = Phase.IDLE, LinkStatus.OFFLINE

    def render_state(self, state: SyncState) -> None:
        phase, self._phase = self._phase, state.phase
        link, self._link = self._link, state.connection.link
        if state.phase is not phase and (text := result(state, self._formats)):
            self.say(text, is_urgent=state.phase in URGENT)
        if state.connection.link is not link and state.connection.link in TOLD_LINKS:
            self.say(LINKS[state.connection.link], is_urgent=False)

    def say(self, text: str, *, is_urgent: bool) -> None:
        if not QAccessible.isActive():
            return
        event = QAccessibleAnnouncementEvent(self._speaker, translated(text))
        event.setPoliteness(POLITENESS.Assertive if is_urgent else POLITENESS.Polite)
        QAccessible.updateAccessibility(event)


def result(state: SyncState, formats: Formats) -> str:
    """What is said about the phase; empty for one that needs no word."""
    match state.phase:
        case Phase.FAILED:
            return state.error
        case Phase.HELD:
            return held_text(len(state.held))
        case Phase.IDLE:
            return ""
    return status_text(state, formats)
