"""The commands `backup` and `restore`. They need no TWS."""

import argparse
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from app.cli.json_output import print_json
from app.contract.json_rows import Row, timestamp
from app.domain.desktop.backups import DatabaseFigures
from app.domain.model.amounts import count_text
from app.domain.model.errors import StoreError
from app.domain.text.messages import Message, joined, message, message_plural, tr
from app.platform.streams import DONE, print_text, printing_result
from app.settings.model import Settings

if TYPE_CHECKING:
    from app.store.backup.service import SqliteBackups

DEMO = message(
    "The demo's database is not backed up. Name your own file with --db, without --demo."
)


def backups_of(settings: Settings) -> "AbstractAsyncContextManager[SqliteBackups]":
    """Raises: StoreError: the demo has no backups."""
    from app.store.backup.service import opened_backups

    if settings.demo:
        raise StoreError(DEMO)
    return opened_backups(settings.database, settings.backup_folder)


async def backup(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.store.reader import expect_database

    expect_database(settings.database)
    async with backups_of(settings) as backups:
        file = arguments.file
        if file is None:
            file = (await backups.make()).path
        else:
            await backups.copy_to(file)
        found = await backups.look_at(file)
    with printing_result():
        if arguments.json:
            row = None if found.figures is None else figures_row(found.figures)
            print_json({"status": "success", "file": str(file), "content": row})
        else:
            print_text(tr("Backup made: {file}", file=file))
    return DONE


async def restore(arguments: argparse.Namespace, settings: Settings) -> int:
    async with backups_of(settings) as backups:
        kept = await backups.restore(arguments.file)
        figures = await backups.figures()
    with printing_result():
        if arguments.json:
            file = None if kept is None else str(kept.path)
            content = figures_row(figures)
            print_json({"status": "success", "backup_of_before": file, "content": content})
        else:
            print_text(
                # Translators: {figures} is such as "18 open positions, 4 closes, 22 runs"
                tr(
                    "Restored {file}: {figures}.",
                    file=arguments.file,
                    figures=figures_text(figures),
                )
            )
            if kept is not None:
                print_text(tr("What was there before is in {file}", file=kept.path))
    return DONE


def figures_row(figures: DatabaseFigures) -> Row:
    return {
        "last_sync_time": None if figures.last_sync is None else timestamp(figures.last_sync),
        "open_positions": figures.open_positions,
        "closes": figures.closes,
        "runs": figures.runs,
        "schema": figures.schema,
        "size": figures.size,
    }


def figures_text(figures: DatabaseFigures) -> Message:
    """ "18 open positions, 4 closes, 22 runs, last sync 2026-11-28T12:00:00.000Z"."""
    parts = [
        message_plural(
            "{count} open position",
            "{count} open positions",
            figures.open_positions,
            count=count_text(figures.open_positions),
        ),
        message_plural(
            "{count} close", "{count} closes", figures.closes, count=count_text(figures.closes)
        ),
        message_plural("{count} run", "{count} runs", figures.runs, count=count_text(figures.runs)),
    ]
    if figures.last_sync is not None:
        parts.append(message("last sync {time}", time=timestamp(figures.last_sync)))
    return joined(parts, ", ")
