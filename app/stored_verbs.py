"""The verbs that ask the store alone, and no TWS."""

import argparse
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from app import contract, printing
from app.domain.accounts import ALL_ACCOUNTS
from app.domain.foreign_text import visible
from app.exits import DONE, FAILED
from app.output import complain, say, say_exactly, telling
from app.settings import Settings
from app.status import show_status

if TYPE_CHECKING:
    from app.store.store import SqliteStore


@contextlib.asynccontextmanager
async def stored(settings: Settings) -> "AsyncIterator[SqliteStore]":
    """The store alone, for the verbs that only read it."""
    from app.store.store import SqliteStore

    store = SqliteStore(settings.database)
    try:
        yield store
    finally:
        await store.close()


def chosen_account(settings: Settings) -> str | None:
    return None if settings.account == ALL_ACCOUNTS else settings.account


def print_rows(
    rows: Sequence[contract.Row], keys: Sequence[str], arguments: argparse.Namespace
) -> None:
    say_exactly(contract.as_json(rows) if arguments.json else printing.as_csv(rows, keys))


async def status(arguments: argparse.Namespace, settings: Settings) -> int:
    """Where the quick way finds no file as it should be: makes it, migrates it, or says why not."""
    async with stored(settings) as store:
        return show_status(await store.statistics(), arguments, settings)


async def positions(arguments: argparse.Namespace, settings: Settings) -> int:
    async with stored(settings) as store:
        found = await store.positions(chosen_account(settings), closed=arguments.closed)
    if arguments.json or arguments.csv:
        rows = [contract.position_row(position) for position in found]
        print_rows(rows, contract.POSITION_KEYS, arguments)
    else:
        cells = [printing.position_cells(position) for position in found]
        say(printing.as_table(cells, printing.POSITION_COLUMNS))
    return DONE


async def closes(arguments: argparse.Namespace, settings: Settings) -> int:
    async with stored(settings) as store:
        found = await store.closes(chosen_account(settings))
    if arguments.json or arguments.csv:
        print_rows([contract.close_row(close) for close in found], contract.CLOSE_KEYS, arguments)
    else:
        cells = [printing.close_cells(close) for close in found]
        say(printing.as_table(cells, printing.CLOSE_COLUMNS))
    return DONE


async def runs(arguments: argparse.Namespace, settings: Settings) -> int:
    async with stored(settings) as store:
        if arguments.run_id is None:
            rows = [contract.run_row(run) for run in await store.runs()]
            shown = printing.as_table(rows, printing.RUN_COLUMNS)
            say(contract.as_json(rows) if arguments.json else shown)
            return DONE
        found = await store.run(arguments.run_id)
    if found is None:
        return complain(
            f"There is no run {arguments.run_id}. `position-sync runs` lists them.", FAILED
        )
    run, changes = found
    row = contract.run_row(run) | {"changes": [contract.change_row(change) for change in changes]}
    if arguments.json:
        say(contract.as_json(row))
    else:
        say(printing.as_table([row], printing.RUN_COLUMNS))
        say(f"{visible(run.note)}\n" if run.note else "")
        say(printing.as_table(printing.stored_change_lines(changes), printing.CHANGE_COLUMNS))
    return DONE


async def undo(arguments: argparse.Namespace, settings: Settings) -> int:
    async with stored(settings) as store:
        run = await store.undo()
    at = contract.timestamp(run.started_at)
    with telling():
        if arguments.json:
            say(contract.as_json(contract.run_row(run)))
        else:
            say(f"Run {run.id} ({run.trigger.value}, {at}) is undone.")
    return DONE
