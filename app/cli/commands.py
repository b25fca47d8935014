"""The commands that need TWS: each calls the service and prints the result."""

import argparse
import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import backup_commands, notes, store_commands, text_output
from app.cli.json_output import print_json
from app.cli.text_output import unexplained_lines
from app.contract import json_rows
from app.domain.model.errors import StoreError
from app.domain.model.runs import Report, Request, Run, RunStatus, Statistics, Trigger
from app.domain.text.messages import tr
from app.platform.crash_guard import CrashGuard
from app.platform.interrupts import Interrupts, woken_by_signals
from app.platform.streams import (
    DONE,
    FAILED,
    HELD,
    INTERRUPTED_TEXT,
    exit_with_error,
    print_text,
    printing_result,
    warn,
)
from app.settings.model import Settings

if TYPE_CHECKING:
    from app.store.store import SqliteStore

EXIT_CODES = {RunStatus.SUCCESS: DONE, RunStatus.ERROR: FAILED, RunStatus.HELD: HELD}
Verb = Callable[[argparse.Namespace, Settings], Coroutine[None, None, int]]


def run(
    work: Callable[[], Coroutine[None, None, int]], interrupts: Interrupts, guard: CrashGuard
) -> int:
    """Runs a command on its own event loop; returns the exit code.

    The first signal cancels it, so that it ends in order and records that.
    """

    async def cancellable() -> int:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        loop.set_exception_handler(guard.on_loop)
        cancel = partial(loop.call_soon_threadsafe, task.cancel)
        with woken_by_signals(loop), interrupts.handled_by(cancel):
            return await work()

    with asyncio.Runner() as runner:
        runner.get_loop()  # if this fails, no coroutine is left behind
        try:
            return runner.run(cancellable())
        except asyncio.CancelledError as error:
            if not interrupts.number:
                raise RuntimeError("the command was cancelled without a signal") from error
            return exit_with_error(INTERRUPTED_TEXT, interrupts.exit_code)


async def sync(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.bootstrap import start_application

    request = Request(
        trigger=Trigger.CLI,
        account_id=settings.account,
        calculate_pnl=not arguments.no_realized_pnl,
        allow_mass_close=arguments.allow_mass_close,
        dry_run=arguments.dry_run,
    )
    report: Report | None = None
    statistics: Statistics | None = Statistics()
    try:
        async with start_application(settings) as application:
            report = await application.service.run(request)
            statistics = await read_statistics(application.store, report.run.error)
    except StoreError as error:
        # After the run this does not change its result; only the statistics are missing.
        report = report or unstarted_report(request, error)
    with printing_result():
        if arguments.json:
            print_json(json_rows.sync_row(report, statistics))
        elif report.run.is_success:
            print_sync(report, is_dry=request.dry_run)
    if report.run.status is RunStatus.HELD:
        print_held(report)
    elif report.run.error:
        warn(report.run.error)
    if report.run.note:
        warn(report.run.note)
    return EXIT_CODES[report.run.status]


async def read_statistics(store: "SqliteStore", printed: str | None) -> Statistics | None:
    """None if they cannot be read, which does not change the result of the sync.

    Args:
        printed: the run's error, which is not printed twice.
    """
    try:
        return await store.statistics()
    except StoreError as error:
        if error.text != printed:
            warn(error)
        return None


async def import_flex(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.bootstrap import start_application

    report = None
    try:
        async with start_application(settings) as application:
            report = await application.service.import_statement(arguments.file)
    except StoreError as error:
        report = report or unstarted_report(Request(trigger=Trigger.FLEX), error)
    with printing_result():
        if arguments.json:
            print_json(json_rows.import_row(report))
        elif report.run.is_success:
            print_text(text_output.import_text(report))
    if report.run.error:
        warn(report.run.error)
    return EXIT_CODES[report.run.status]


def unstarted_report(request: Request, error: StoreError) -> Report:
    """The report of a run that could not start without a database."""
    now = datetime.now(UTC)
    run = Run(request.trigger, request.account_id, now, 0.0, RunStatus.ERROR, error=error.text)
    return Report(run)


def print_sync(report: Report, *, is_dry: bool) -> None:
    if is_dry:
        print_text(tr("Dry run: nothing was written."))
    if report.changes:
        print_text(text_output.as_table(report.changes, text_output.CHANGE_COLUMNS))
    print_text(text_output.sync_sentence(json_rows.run_row(report.run)))
    unexplained = unexplained_lines(report)
    if unexplained:
        print_text(tr("No execution explains these closes:"))
        print_text("\n".join(f"  {line}" for line in unexplained))


def print_held(report: Report) -> None:
    warn(report.run.error or "")
    for change in report.held:
        warn(f"  {change.after.account}  {change.after.instrument.description}")
    warn(tr("If they really are closed, run sync again with --allow-mass-close."))


async def demo(settings: Settings) -> int:
    """The demo without a display: one sync, then its positions and counts."""
    from app.bootstrap import start_application

    async with start_application(settings) as application:
        report = await application.service.run(Request(trigger=Trigger.STARTUP))
        if not report.run.is_success:
            return exit_with_error(report.run.error or "", EXIT_CODES[report.run.status])
        positions = await application.store.positions()
        with printing_result():
            print_text(text_output.as_table(positions, text_output.POSITION_COLUMNS))
            print_text(text_output.sync_sentence(json_rows.run_row(report.run)))
    return DONE


async def simulate(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.broker.simulator.server.server import serve
    from app.platform.paths import resource

    scenario = Path(arguments.scenario or resource("demo-scenario.json"))
    with contextlib.suppress(asyncio.CancelledError):  # Ctrl+C ends it
        await serve(
            settings.port,
            scenario,
            arguments.seed,
            lambda tws: print_text(
                tr("Simulated TWS at {host}:{port}. Ctrl+C ends it.", host=tws.host, port=tws.port)
            ),
        )
    return DONE


async def watch(
    arguments: argparse.Namespace, settings: Settings, *, flex_base: str | None = None
) -> int:
    """Args: flex_base: the address of another Flex Web Service than IBKR's."""
    from app.cli.unattended.watch import watch_until_ended

    with contextlib.suppress(asyncio.CancelledError):  # a signal ends it
        await watch_until_ended(settings, as_json=arguments.json_lines, flex_base=flex_base)
    return DONE


async def serve(_: argparse.Namespace, settings: Settings) -> int:
    from app.cli.unattended.serve import serve_until_ended

    with contextlib.suppress(asyncio.CancelledError):  # a signal ends it
        await serve_until_ended(settings)
    return DONE


async def fetch_flex(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.cli.fetch_flex import fetch_statements  # imported late: few users need it

    return await fetch_statements(arguments, settings)


VERBS: Mapping[str, Verb] = {
    "sync": sync,
    "watch": watch,
    "serve": serve,
    "status": store_commands.status,
    "positions": store_commands.positions,
    "closes": store_commands.closes,
    "note": notes.note,
    "tag": notes.tag,
    "runs": store_commands.runs,
    "check": store_commands.check,
    "undo": store_commands.undo,
    "import-flex": import_flex,
    "backup": backup_commands.backup,
    "restore": backup_commands.restore,
    "fetch-flex": fetch_flex,
    "simulate": simulate,
}
