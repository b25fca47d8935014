"""The user's own note and tags of a position: what may be written, and what an edit makes of it.

A note is one text. It belongs to (account, con_id), so that it stays when the position closes and
opens again. No sync, undo or restatement touches it. Where a position moved to another identity,
the notes of the old one are shown with it, until they are edited there.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.model.errors import NoteError
from app.domain.text.foreign_text import visible
from app.domain.text.messages import message

LONGEST_NOTE = 4_000
LONGEST_TAG = 32
MOST_TAGS = 50

# The number is a part of the text, where every language writes it in its own way.
TOO_LONG = message("The note would be longer than 4,000 characters. Shorten it.")
TAG_EMPTY = message("A tag must not be empty.")
TOO_MANY = message("A position can have {count} tags at most. Remove some.", count=MOST_TAGS)

NotesIdentity = tuple[str, int]  # (account, con_id)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as the user wrote it, and when it was added."""

    text: str
    created_at: datetime

    @property
    def key(self) -> str:
        return tag_key(self.text)


@dataclass(frozen=True, slots=True)
class PositionNotes:
    """What the user wrote about a position.

    Attributes:
        text: empty if there are only tags.
        tags: in alphabetical order.
        created_at, changed_at: UTC; of the text or the tags, whatever came first or last.
    """

    text: str
    tags: tuple[Tag, ...]
    created_at: datetime
    changed_at: datetime

    @property
    def tag_texts(self) -> tuple[str, ...]:
        return tuple(tag.text for tag in self.tags)

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.tags

    @property
    def search_text(self) -> str:
        return " ".join((self.text, *self.tag_texts)).casefold()


@dataclass(frozen=True, slots=True)
class NotesEdit:
    """A change of a position's notes.

    Attributes:
        text: replaces the text; empty removes it; None leaves it.
        added_text: a paragraph that is added below the text.
        added_tags, removed_tags: as typed; a tag that is there already, or is not, is no error.
    """

    text: str | None = None
    added_text: str = ""
    added_tags: tuple[str, ...] = ()
    removed_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MovedNotes:
    """A position that moved from one identity to another, as a sync saw it at that time."""

    source: NotesIdentity
    target: NotesIdentity
    at: datetime


def tag_key(text: str) -> str:
    """The same for spellings that differ in upper and lower case, or in spaces."""
    return " ".join(text.split()).casefold()


def checked_tag(text: str) -> str:
    """The tag without needless spaces.

    Raises:
        NoteError: it is empty, too long, or has a comma or an invisible character.
    """
    tag = " ".join(text.split())
    shown = visible(tag)
    if not tag:
        raise NoteError(TAG_EMPTY)
    if shown != tag:
        raise NoteError(
            message("The tag “{tag}” contains an invisible character. Remove it.", tag=shown)
        )
    if "," in tag:
        raise NoteError(
            message("The tag “{tag}” contains a comma. Add its parts as separate tags.", tag=tag)
        )
    if len(tag) > LONGEST_TAG:
        raise NoteError(
            message(
                "The tag “{tag}” is longer than {count} characters. Choose a shorter one.",
                tag=tag,
                count=LONGEST_TAG,
            )
        )
    return tag


def checked_text(text: str) -> str:
    """The note without spaces around it and control characters, with one kind of line break.

    Raises:
        NoteError: it is too long.
    """
    lines = ("".join(filter(is_storable, line)).rstrip() for line in text.splitlines())
    found = "\n".join(lines).strip()
    if len(found) > LONGEST_NOTE:
        raise NoteError(TOO_LONG)
    return found


def is_storable(character: str) -> bool:
    """Not a control character but the tab, nor half of a surrogate pair, which is no text."""
    return character == "\t" or unicodedata.category(character) not in ("Cc", "Cs")


def edited(
    before: PositionNotes | None, edit: NotesEdit, now: datetime, spellings: Mapping[str, str]
) -> PositionNotes:
    """The notes after the edit; unchanged, with their times, where it changes nothing.

    Args:
        spellings: key -> the spelling of a tag that is in use anywhere: it stays the only one.

    Raises:
        NoteError: a text or a tag is not allowed.
    """
    old = before or PositionNotes("", (), now, now)
    text = old.text if edit.text is None else edit.text
    text = checked_text("\n".join(filter(None, (text, checked_text(edit.added_text)))))
    tags = {tag.key: tag for tag in old.tags}
    for removed in edit.removed_tags:
        tags.pop(tag_key(removed), None)
    for added in map(checked_tag, edit.added_tags):
        key = tag_key(added)
        tags.setdefault(key, Tag(spellings.get(key, added), now))
    if len(tags) > MOST_TAGS:
        raise NoteError(TOO_MANY)
    made = tuple(sorted(tags.values(), key=lambda tag: tag.key))
    if (text, made) == (old.text, old.tags):
        return old
    return PositionNotes(text, made, old.created_at, now)


def with_moves(
    own: Mapping[NotesIdentity, PositionNotes], moves: Iterable[MovedNotes]
) -> dict[NotesIdentity, PositionNotes]:
    """Identity -> its notes, with those of the positions that moved into it since they were edited.

    Args:
        own: identity -> what is stored of itself; an empty one hides what moved in before it.
        moves: oldest first.
    """
    into: dict[NotesIdentity, list[MovedNotes]] = {}
    for move in moves:
        into.setdefault(move.target, []).append(move)

    def notes_of(identity: NotesIdentity, seen: frozenset[NotesIdentity]) -> list[PositionNotes]:
        mine = own.get(identity)
        found = [] if mine is None else [mine]
        for move in into.get(identity, ()):
            is_later = mine is None or move.at > mine.changed_at
            if is_later and move.source not in seen:
                found += notes_of(move.source, seen | {move.source})
        return found

    shown = {
        identity: together(notes_of(identity, frozenset({identity}))) for identity in {*own, *into}
    }
    return {identity: notes for identity, notes in shown.items() if notes and not notes.is_empty}


def together(found: Iterable[PositionNotes]) -> PositionNotes | None:
    """All texts below each other, and all tags; None for no notes."""
    every = list(found)
    if not every:
        return None
    tags: dict[str, Tag] = {}
    for notes in every:
        for tag in notes.tags:
            tags.setdefault(tag.key, tag)
    return PositionNotes(
        "\n".join(dict.fromkeys(notes.text for notes in every if notes.text)),
        tuple(sorted(tags.values(), key=lambda tag: tag.key)),
        min(notes.created_at for notes in every),
        max(notes.changed_at for notes in every),
    )
