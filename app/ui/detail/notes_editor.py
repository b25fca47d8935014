"""The user's note and tags of one position; what is written is stored without being asked to."""

from collections import defaultdict, deque
from collections.abc import Iterable

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.model.errors import NoteError
from app.domain.model.notes import (
    NotesEdit,
    PositionNotes,
    checked_tag,
    checked_text,
    tag_key,
)
from app.domain.model.positions import Identity
from app.domain.text.messages import message, tr, translated
from app.ui.detail.note_field import NoteField
from app.ui.detail.tags_field import TagsField
from app.ui.style.theme import set_tone
from app.ui.widgets.plain_text import PlainLabel

PAUSE_MS = 1000  # without typing, after which the note is stored
SAVED, SAVING = message("Saved"), message("Saving…")
TOO_LONG = message("A note can have 4,000 characters at most: the rest was left out.")


class NotesEditor(QWidget):
    """Stores the note after a pause, when it is left, and before another position is shown.

    What could not be stored is kept until the window closes, and shown with its position again.

    Signals:
        edit_wanted(Identity, NotesEdit): this is to be stored; `on_saved` or `on_failed` answers.

    Attributes:
        identity: whose notes these are; None for nobody's.
        pause: runs while the user has just typed.
    """

    edit_wanted = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.identity: Identity | None = None
        self._stored: dict[Identity, str | None] = {}  # as last read or sent; None: unknown
        self._tags: tuple[str, ...] = ()  # as stored
        self._sent: defaultdict[Identity, deque[NotesEdit]] = defaultdict(deque)  # unanswered
        self._newest: dict[Identity, PositionNotes | None] = {}  # stored, and not yet read again
        self._unsaved: dict[Identity, tuple[str, str]] = {}  # the text, and why
        self._is_setting = False
        self.note = NoteField()
        self.tags = TagsField()
        self.status = PlainLabel()
        self.status.setObjectName("quiet")
        self.status.setWordWrap(True)
        self.status.setIndent(0)
        self.retry = QPushButton(tr("Try again"))
        self.retry.setObjectName("linkButton")
        self.retry.hide()
        self.pause = QTimer(self)
        self.pause.setSingleShot(True)
        self.pause.setInterval(PAUSE_MS)
        line = QHBoxLayout()
        line.addWidget(self.status, 1)
        line.addWidget(self.retry)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.tags)
        column.addWidget(self.note)
        column.addLayout(line)
        self.note.textChanged.connect(self._on_typed)
        self.note.left.connect(self.flush)
        self.pause.timeout.connect(self.flush)
        self.retry.clicked.connect(self.flush)
        self.tags.add_wanted.connect(self._add)
        self.tags.remove_wanted.connect(self._remove)

    def show_notes(
        self, identity: Identity | None, notes: PositionNotes | None, known: Iterable[str] = ()
    ) -> None:
        """Shows a position's notes as they were read. What the user is writing stays.

        Args:
            known: the tags in use anywhere.
        """
        self.tags.show_known(known)
        if identity != self.identity:
            self.commit()
            self.identity = identity
            self._say("")
            self.tags.clear()
            self._set_text("")
            if identity is not None:
                self._show_first(identity, self._current(identity, notes))
        elif identity is not None and not self._sent[identity]:
            self._take(identity, self._current(identity, notes))

    def _show_first(self, identity: Identity, notes: PositionNotes | None) -> None:
        self._tags = () if notes is None else notes.tag_texts
        self.tags.show_tags(self._tags)
        if not self._sent[identity]:
            self._stored[identity] = "" if notes is None else notes.text
        text, why = self._unsaved.get(identity, (self._stored[identity] or "", ""))
        self._set_text(text)
        if why:
            self._say(why, is_wrong=True)

    def _current(self, identity: Identity, read: PositionNotes | None) -> PositionNotes | None:
        """What was read, unless it is older than what was stored since."""
        if identity not in self._newest:
            return read
        known = self._newest[identity]
        is_newer = known is not None and read is not None and read.changed_at > known.changed_at
        if read == known or is_newer:
            del self._newest[identity]
            return read
        return known

    def _take(self, identity: Identity, notes: PositionNotes | None) -> None:
        """Shows what is stored, where the user has not written anything else."""
        text = "" if notes is None else notes.text
        is_dirty = self._is_dirty
        self._stored[identity] = text
        if not is_dirty and checked_text(self.note.toPlainText()) != text:
            self._set_text(text)
        self._tags = () if notes is None else notes.tag_texts
        self.tags.show_tags(self._tags)

    @property
    def _is_dirty(self) -> bool:
        if self.identity is None:
            return False
        return checked_text(self.note.toPlainText()) != self._stored.get(self.identity, "")

    @Slot()
    def commit(self) -> None:
        """Stores what is written, and a tag that is still being typed."""
        self.tags.commit()
        self.flush()

    @Slot()
    def flush(self) -> None:
        """Stores the note now, if it is another one."""
        self.pause.stop()
        identity = self.identity
        if identity is None or not self._is_dirty:
            return
        text = checked_text(self.note.toPlainText())
        self._stored[identity] = text
        self._send(identity, NotesEdit(text=text))

    def _send(self, identity: Identity, edit: NotesEdit) -> None:
        self._sent[identity].append(edit)
        self._say(SAVING)
        self.edit_wanted.emit(identity, edit)

    @Slot(object, object)
    def on_saved(self, identity: Identity, notes: PositionNotes | None) -> None:
        if not self._sent[identity]:
            return
        edit = self._sent[identity].popleft()
        self._newest[identity] = notes
        if edit.text is not None:
            self._unsaved.pop(identity, None)
        if identity != self.identity or self._sent[identity]:
            return
        if identity in self._unsaved:
            return
        is_dirty = self._is_dirty
        self._take(identity, notes)
        self._say("" if is_dirty else SAVED)

    @Slot(object, object)
    def on_failed(self, identity: Identity, why: str) -> None:
        """Keeps what could not be stored."""
        if not self._sent[identity]:
            return
        edit = self._sent[identity].popleft()
        is_shown, text = identity == self.identity, message("Not saved: {reason}", reason=why)
        if edit.text is not None:
            now = self.note.toPlainText() if is_shown else edit.text
            self._unsaved[identity] = now, text
            self._stored[identity] = None
        if is_shown:
            self.tags.show_tags(self._tags)
            self._say(text, is_wrong=True)

    @Slot()
    def _on_typed(self) -> None:
        if self._is_setting or self.identity is None:
            return
        if self._is_dirty:
            self.pause.start()
            self._say(TOO_LONG if self.note.was_cut else "", is_wrong=self.note.was_cut)

    @Slot(str)
    def _add(self, typed: str) -> None:
        identity = self.identity
        try:
            tag = checked_tag(typed)
        except NoteError as error:
            self._say(error.text, is_wrong=True)
            return
        self.tags.clear()
        if identity is not None and tag_key(tag) not in map(tag_key, self.tags.tags):
            self.tags.show_tags(sorted((*self.tags.tags, tag), key=tag_key))
            self._send(identity, NotesEdit(added_tags=(tag,)))

    @Slot(str)
    def _remove(self, tag: str) -> None:
        if self.identity is not None:
            self.tags.show_tags(each for each in self.tags.tags if each != tag)
            self._send(self.identity, NotesEdit(removed_tags=(tag,)))

    def _set_text(self, text: str) -> None:
        """Not as something that the user typed; the cursor stays where it can."""
        self.pause.stop()
        if text == self.note.toPlainText():
            return
        self._is_setting = True
        place = self.note.textCursor().position()
        self.note.setPlainText(text)
        cursor = self.note.textCursor()
        cursor.setPosition(min(place, self.note.document().characterCount() - 1))
        self.note.setTextCursor(cursor)
        self._is_setting = False

    def _say(self, text: str, *, is_wrong: bool = False) -> None:
        self.status.setText(translated(text))
        set_tone(self.status, "loss" if is_wrong else "")
        self.retry.setVisible(is_wrong and self._is_dirty)
