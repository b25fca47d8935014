"""The commands that only need the store, not TWS."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import text_output
from app.cli.json_output import print_json
from app.cli.status import show_status
from app.contract import json_rows
from app.domain.model.amounts import count_text
from app.domain.model.runs import ALL_ACCOUNTS, TRIGGER_WORDS, Statistics
from app.domain.text.foreign_text import visible
from app.domain.text.messages import tr, tr_plural
from app.platform.streams import (
    DONE,
    FAILED,
    exit_with_error,
    print_data,
    print_text,
    printing_result,
)
from app.settings.model import Settings

if TYPE_CHECKING:
    from app.export.sheet import Sheet
    from app.store.reader import StoreReader


def reader(settings: Settings) -> "StoreReader":
    from app.store.reader import StoreReader

    return StoreReader(settings.database)


def chosen_account(settings: Settings) -> str | None:
    return None if settings.account == ALL_ACCOUNTS else settings.account


def print_rows(
    rows: Sequence[json_rows.Row], keys: Sequence[str], arguments: argparse.Namespace
) -> None:
    if arguments.json:
        print_json(rows)
    else:
        print_data(text_output.as_csv(rows, keys))


def write_excel_file(sheet: "Sheet", path: Path) -> None:
    """Raises: ExportError: the file cannot be written."""
    from app.export.writing import Format, write_sheet

    write_sheet(sheet, path, Format.EXCEL)
    with printing_result():
        print_text(
            tr_plural(
                "Wrote {count} row to {file}.",
                "Wrote {count} rows to {file}.",
                len(sheet.rows),
                count=count_text(len(sheet.rows)),
                file=path,
            )
        )


async def status(arguments: argparse.Namespace, settings: Settings) -> int:
    """The status of a file that `quick_status` could not read.

    A missing file in the user's data folder is not an error: there was no sync yet.
    """
    from app.store.errors import MissingDatabaseError

    try:
        statistics = reader(settings).statistics()
    except MissingDatabaseError:
        if settings.db is not None:
            raise
        statistics = Statistics()
    return show_status(statistics, arguments, settings)


async def positions(arguments: argparse.Namespace, settings: Settings) -> int:
    found = reader(settings).positions(chosen_account(settings), closed=arguments.closed)
    if arguments.xlsx is not None:
        from app.cli.sheets import positions_sheet

        sheet = positions_sheet(found, is_closed=arguments.closed)
        write_excel_file(sheet, arguments.xlsx)
    elif arguments.json or arguments.csv:
        rows = [json_rows.position_row(position) for position in found]
        print_rows(rows, json_rows.POSITION_KEYS, arguments)
    else:
        print_text(text_output.as_table(found, text_output.POSITION_COLUMNS))
    return DONE


async def closes(arguments: argparse.Namespace, settings: Settings) -> int:
    found = reader(settings).closes(chosen_account(settings))
    if arguments.xlsx is not None:
        from app.cli.sheets import closes_sheet

        write_excel_file(closes_sheet(found), arguments.xlsx)
    elif arguments.json or arguments.csv:
        rows = [json_rows.close_row(close) for close in found]
        print_rows(rows, json_rows.CLOSE_KEYS, arguments)
    else:
        print_text(text_output.as_table(found, text_output.CLOSE_COLUMNS))
    return DONE


async def runs(arguments: argparse.Namespace, settings: Settings) -> int:
    if arguments.run_id is None:
        listed = reader(settings).runs()
        if arguments.xlsx is not None:
            from app.cli.sheets import runs_sheet

            write_excel_file(runs_sheet(listed), arguments.xlsx)
        elif arguments.json or arguments.csv:
            print_rows([*map(json_rows.run_row, listed)], json_rows.RUN_KEYS, arguments)
        else:
            print_text(text_output.as_table(listed, text_output.RUN_COLUMNS))
        return DONE
    found = reader(settings).run(arguments.run_id)
    if found is None:
        return exit_with_error(
            tr("There is no run {run}. `position-sync runs` lists them.", run=arguments.run_id),
            FAILED,
        )
    run, changes = found
    if arguments.xlsx is not None:
        from app.cli.sheets import changes_sheet

        write_excel_file(changes_sheet(run, changes), arguments.xlsx)
    elif arguments.csv:
        rows = [*map(json_rows.flat_change_row, changes)]
        print_rows(rows, json_rows.FLAT_CHANGE_KEYS, arguments)
    elif arguments.json:
        print_json(json_rows.run_with_changes_row(run, changes))
    else:
        print_text(text_output.as_table([run], text_output.RUN_COLUMNS))
        print_text(f"{visible(run.note)}\n" if run.note else "")
        print_text(text_output.as_table(changes, text_output.STORED_CHANGE_COLUMNS))
    return DONE


async def check(arguments: argparse.Namespace, settings: Settings) -> int:
    """Exits with 1 if anything stored differs from what the facts give."""
    audit = reader(settings).check(chosen_account(settings))
    if arguments.json:
        print_json(json_rows.audit_row(audit))
    else:
        print_text(text_output.audit_text(audit))
    return FAILED if audit.discrepancies else DONE


async def undo(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.store.reader import expect_database
    from app.store.store import SqliteStore

    expect_database(settings.database)
    store = SqliteStore(settings.database)
    try:
        run = await store.undo(arguments.run_id)
    finally:
        await store.close()
    at = json_rows.timestamp(run.started_at)
    with printing_result():
        if arguments.json:
            print_json(json_rows.run_row(run))
        else:
            print_text(
                # Translators: what started the run, and when
                tr(
                    "Run {run} ({trigger}, {time}) is undone.",
                    run=run.id,
                    trigger=TRIGGER_WORDS[run.trigger],
                    time=at,
                )
            )
    return DONE
