"""Reads the user's notes and tags. Needs no peewee, which the window's first paint skips."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from app.domain.model.notes import MovedNotes, PositionNotes, Tag, with_moves
from app.domain.model.positions import Identity, Position
from app.store.database.readable import ReadConnection

NOTES = "SELECT account, con_id, text, created_at, changed_at FROM note"
TAGS = "SELECT account, con_id, tag, created_at FROM tag ORDER BY key"
# What a sync took to have come from elsewhere, into a new position or one that was there.
MOVES = """SELECT source.account, source.con_id, inference.account, inference.con_id, run.taken_at
    FROM inference JOIN run ON run.id = inference.run_id
    JOIN position AS source ON source.id = inference.moved_from_id
    ORDER BY inference.run_id, inference.place"""


def read_notes(database: ReadConnection) -> dict[Identity, PositionNotes]:
    """Identity -> its notes; only identities that have some. In the caller's transaction."""
    own = stored_notes(database)
    return with_moves(own, moves(database)) if own else {}


def stored_notes(database: ReadConnection) -> dict[Identity, PositionNotes]:
    """Identity -> what is stored of itself, which may be nothing."""
    rows = database.run_sql(NOTES).fetchall()
    if not rows:
        return {}
    tags: defaultdict[Identity, list[Tag]] = defaultdict(list)
    for account, con_id, tag, created_at in database.run_sql(TAGS):
        tags[account, con_id].append(Tag(tag, datetime.fromisoformat(created_at)))
    return {
        (account, con_id): PositionNotes(
            text,
            tuple(tags[account, con_id]),
            datetime.fromisoformat(created_at),
            datetime.fromisoformat(changed_at),
        )
        for account, con_id, text, created_at, changed_at in rows
    }


def moves(database: ReadConnection) -> Iterator[MovedNotes]:
    """Oldest first."""
    for account, con_id, target, target_id, taken_at in database.run_sql(MOVES):
        at = datetime.fromisoformat(taken_at)
        yield MovedNotes((account, con_id), (target, target_id), at)


def with_notes(
    positions: Iterable[Position], notes: Mapping[Identity, PositionNotes]
) -> tuple[Position, ...]:
    if not notes:
        return tuple(positions)
    return tuple(
        replace(one, notes=notes[one.identity]) if one.identity in notes else one
        for one in positions
    )
