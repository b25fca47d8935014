"""The commands `note` and `tag`: which position is meant, and what is written about it."""

import argparse
import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.cli import text_output
from app.cli.json_output import print_json
from app.cli.store_commands import chosen_account, reader
from app.cli.text_output import LEFT
from app.contract import json_rows
from app.domain.model.errors import SettingsError
from app.domain.text.foreign_text import visible, visible_lines
from app.domain.text.messages import (
    Message,
    message,
    message_in,
    message_plural,
    tr,
    tr_plural,
)
from app.platform.streams import DONE, FAILED, exit_with_error, print_text, printing_result, warn
from app.settings.model import Settings

if TYPE_CHECKING:
    from app.domain.model.notes import NotesEdit
    from app.domain.model.positions import Position

NO_TEXT = message("--replace needs a text. `position-sync note POSITION --clear` removes the note.")
TEXT_AND_CLEAR = message("--clear does not go with a text. --replace writes another note.")
MOST_LISTED = 20

LISTED: text_output.Columns["Position"] = (
    (text_output.ACCOUNT, LEFT, lambda position: position.account),
    (text_output.SYMBOL, LEFT, lambda position: position.instrument.description),
    # Translators: the title of a column, of positions
    (message_in("column", "Open"), LEFT, lambda position: open_word(position)),
    (
        message_in("column", "Tags"),
        LEFT,
        lambda position: ", ".join(position.notes.tag_texts) if position.notes else None,
    ),
    (
        message_in("column", "Note"),
        LEFT,
        lambda position: first_line(position.notes.text) if position.notes else None,
    ),
)


def open_word(position: "Position") -> Message:
    return text_output.YES if position.is_open else message_in("column Open", "closed")


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
            raise SettingsError(
                message(
                    "Name a position, as in `position-sync {command} AAPL`.",
                    command=arguments.verb,
                )
            )
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
    if not found:
        return exit_with_error(not_found_text(arguments.position), FAILED)
    warn(several_text(arguments.position, len(found)))
    for one in found[:MOST_LISTED]:
        warn(f"  {one.instrument.description}  --account {one.account} "
             f"--con-id {one.instrument.con_id}")  # fmt: skip
    more = len(found) - MOST_LISTED
    if more > 0:
        # Translators: after a list of positions
        rest = tr_plural("and {count} more", "and {count} more", more)
        warn(f"  {rest}")
    return FAILED


def not_found_text(wanted: str | None) -> Message:
    if wanted is None:
        return message(
            "No stored position has that contract. `position-sync positions` lists them."
        )
    return message(
        "No stored position is called {name}. `position-sync positions` lists them.",
        name=visible(wanted),
    )


def several_text(wanted: str | None, count: int) -> Message:
    """Args: count: more than one."""
    if wanted is None:
        return message_plural(
            "{count} position has that contract. Name it with --account or --con-id:",
            "{count} positions have that contract. Name one with --account or --con-id:",
            count,
        )
    return message_plural(
        "{count} position is called {name}. Name it with --account or --con-id:",
        "{count} positions are called {name}. Name one with --account or --con-id:",
        count,
        name=visible(wanted),
    )


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
        print_text(tr("There are no notes and no tags."))


def notes_text(position: "Position") -> str:
    """The position, its note, its tags."""
    notes = position.notes
    # Translators: an instrument in an account
    title = tr(
        "{instrument} in {account}",
        instrument=position.instrument.description,
        account=position.account,
    )
    lines = [visible(title)]
    lines.append(tr("No note.") if notes is None or not notes.text else visible_lines(notes.text))
    if notes is not None and notes.tags:
        lines.append(visible(tr("Tags: {tags}", tags=", ".join(notes.tag_texts))))
    return "\n".join(lines)


def first_line(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"{first} …" if rest else first
