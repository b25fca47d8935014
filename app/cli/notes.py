"""The commands `note` and `tag`: which position is meant, and what is written about it."""

import argparse
import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.cli import text_output
from app.cli.json_output import print_json
from app.cli.store_commands import chosen_account, reader
from app.contract import json_rows
from app.domain.model.errors import SettingsError
from app.domain.text.foreign_text import visible, visible_lines
from app.platform.streams import DONE, FAILED, exit_with_error, print_text, printing_result, warn
from app.settings.model import Settings

if TYPE_CHECKING:
    from app.domain.model.notes import NotesEdit
    from app.domain.model.positions import Position

NO_TEXT = "--replace needs a text. `position-sync note POSITION --clear` removes the note."
TEXT_AND_CLEAR = "--clear takes no text. --replace writes another note."
NO_POSITION = "Name a position, as in `position-sync {verb} AAPL`."
NOT_FOUND = "No stored position is {wanted}. `position-sync positions` lists them."
SEVERAL = "{count} positions are {wanted}. Name one of them with --account or --con-id:"
MOST_LISTED = 20

LISTED: text_output.Columns["Position"] = (
    ("Account", lambda position: position.account),
    ("Symbol", lambda position: position.instrument.description),
    ("Open", lambda position: "yes" if position.is_open else "closed"),
    ("Tags", lambda position: ", ".join(position.notes.tag_texts) if position.notes else None),
    ("Note", lambda position: first_line(position.notes.text) if position.notes else None),
)


async def note(arguments: argparse.Namespace, settings: Settings) -> int:
    """Shows a note, or writes it. A text is added below, so that none is lost by mistake."""
    from app.domain.model.notes import NotesEdit

    text = " ".join(word.strip() for word in arguments.text)
    if arguments.clear and text:
        raise SettingsError(TEXT_AND_CLEAR)
    if arguments.replace and not text:
        raise SettingsError(NO_TEXT)
    edit = None
    if arguments.clear or arguments.replace:
        edit = NotesEdit(text=text)
    elif text:
        edit = NotesEdit(added_text=text)
    return await show_or_edit(arguments, settings, lambda _: edit)


async def tag(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.domain.model.notes import NotesEdit

    words = [word.strip() for word in arguments.tags]
    removed = tuple(word[1:] for word in words if word.startswith("-"))
    added = tuple(word.removeprefix("+") for word in words if not word.startswith("-"))

    def edit_of(position: "Position") -> "NotesEdit | None":
        before = position.notes.tag_texts if arguments.clear and position.notes else ()
        if not (words or arguments.clear):
            return None
        return NotesEdit(added_tags=added, removed_tags=(*before, *removed))

    return await show_or_edit(arguments, settings, edit_of)


async def show_or_edit(
    arguments: argparse.Namespace,
    settings: Settings,
    edit_of: Callable[["Position"], "NotesEdit | None"],
) -> int:
    """Args: edit_of: what to change of the chosen position; None to show it only."""
    stored = reader(settings)
    account = chosen_account(settings)
    known = (*stored.positions(account), *stored.positions(account, closed=True))
    if arguments.position is None and arguments.con_id is None:
        if arguments.clear:
            raise SettingsError(NO_POSITION.format(verb=arguments.verb))
        show_all(known, arguments)
        return DONE
    found = meant(known, arguments.position, arguments.con_id)
    if len(found) != 1:
        return refuse_unclear(found, arguments)
    (position,) = found
    edit = edit_of(position)
    if edit is not None:
        from app.store.store import SqliteStore

        store = SqliteStore(settings.database)
        try:
            edited = await asyncio.shield(store.edit_notes(position.identity, edit))
        finally:
            await store.close()
        position = replace(position, notes=edited)
    with printing_result():
        if arguments.json:
            print_json(json_rows.notes_row(position))
        else:
            print_text(notes_text(position))
    return DONE


def meant(known: Iterable["Position"], wanted: str | None, con_id: int | None) -> list["Position"]:
    """The positions of that name, one for each identity, and only open ones if there are any.

    The full name counts first, so that "AAPL" is the stock and not its options, then the symbol.
    """
    found = list(known)
    if con_id is not None:
        found = [one for one in found if one.instrument.con_id == con_id]
    if wanted is not None:
        name = normal(wanted)
        named = [one for one in found if name in full_names(one)]
        found = named or [one for one in found if name == normal(one.instrument.symbol)]
    found = [one for one in found if one.is_open] or found
    return list({one.identity: one for one in found}.values())


def full_names(position: "Position") -> tuple[str, ...]:
    instrument = position.instrument
    names = (instrument.description, instrument.local_symbol, str(instrument.con_id))
    return tuple(map(normal, filter(None, names)))


def normal(name: str) -> str:
    return " ".join(name.split()).casefold()


def refuse_unclear(found: Sequence["Position"], arguments: argparse.Namespace) -> int:
    """Says that no position is meant, or lists those that could be."""
    wanted = arguments.position
    what = "of that contract" if wanted is None else f"called {visible(wanted)}"
    if not found:
        return exit_with_error(NOT_FOUND.format(wanted=what), FAILED)
    warn(SEVERAL.format(count=len(found), wanted=what))
    for one in found[:MOST_LISTED]:
        warn(f"  {one.instrument.description}  --account {one.account} "
             f"--con-id {one.instrument.con_id}")  # fmt: skip
    if len(found) > MOST_LISTED:
        warn(f"  and {len(found) - MOST_LISTED} more")
    return FAILED


def show_all(known: Iterable["Position"], arguments: argparse.Namespace) -> None:
    """One line for each identity with a note or tags; that of the open position, if one is."""
    noted: dict[tuple[str, int], Position] = {}
    for position in known:
        if position.notes is not None:
            noted.setdefault(position.identity, position)
    if arguments.json:
        print_json([json_rows.notes_row(position) for position in noted.values()])
    elif noted:
        print_text(text_output.as_table(noted.values(), LISTED))
    else:
        print_text("There are no notes and no tags.")


def notes_text(position: "Position") -> str:
    """The position, its note, its tags."""
    notes = position.notes
    lines = [visible(f"{position.instrument.description} in {position.account}")]
    lines.append("No note." if notes is None or not notes.text else visible_lines(notes.text))
    if notes is not None and notes.tags:
        lines.append(f"Tags: {visible(', '.join(notes.tag_texts))}")
    return "\n".join(lines)


def first_line(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"{first} …" if rest else first
