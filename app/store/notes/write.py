"""Changes a position's note or tags, in a transaction of its own."""

from datetime import datetime

from app.domain.model.errors import NoteError
from app.domain.model.notes import NotesEdit, PositionNotes, edited, with_moves
from app.domain.model.positions import Identity
from app.domain.text.messages import message
from app.store.database import tables
from app.store.database.bulk import insert, upsert
from app.store.database.codecs import utc_text
from app.store.database.database import Database
from app.store.notes.read import moves, stored_notes

IS_KNOWN = "SELECT 1 FROM position WHERE account = ? AND con_id = ? LIMIT 1"
SPELLINGS = "SELECT key, tag FROM tag ORDER BY created_at DESC"  # the oldest comes last
FORGET_TAGS = "DELETE FROM tag WHERE account = ? AND con_id = ?"
FORGET_NOTE = "DELETE FROM note WHERE account = ? AND con_id = ?"


def edit_notes(
    database: Database, identity: Identity, edit: NotesEdit, now: datetime
) -> PositionNotes | None:
    """The notes as they are after the edit; None for none.

    What moved in from another identity becomes the identity's own by the edit.

    Raises:
        NoteError: the position is unknown, or a text or tag is not allowed.
    """
    with database.atomic("IMMEDIATE"):
        if database.run_sql(IS_KNOWN, identity).fetchone() is None:
            account, con_id = identity
            text = message(
                "No position of contract {con_id} in {account} is stored. Sync first.",
                con_id=con_id,
                account=account,
            )
            raise NoteError(text, kept="No such position is stored.")
        own, moved = stored_notes(database), tuple(moves(database))
        before = with_moves(own, moved).get(identity)
        spellings = dict(database.run_sql(SPELLINGS).fetchall())
        after = edited(before, edit, now, spellings)
        if after == before or (before is None and after.is_empty):
            return before
        database.run_sql(FORGET_TAGS, identity)
        if after.is_empty and all(move.target != identity for move in moved):
            database.run_sql(FORGET_NOTE, identity)
        else:
            write(database, identity, after)
    return None if after.is_empty else after


def write(database: Database, identity: Identity, notes: PositionNotes) -> None:
    times = utc_text(notes.created_at), utc_text(notes.changed_at)
    upsert(
        database,
        tables.NoteTable,
        [(*identity, notes.text, *times)],
        key=["account", "con_id"],
    )
    insert(
        database,
        tables.TagTable,
        ((*identity, tag.key, tag.text, utc_text(tag.created_at)) for tag in notes.tags),
    )
