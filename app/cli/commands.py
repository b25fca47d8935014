"""The verbs: read the arguments, call, print."""

import argparse
import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import json_output, store_commands, text_output
from app.cli.text_output import unexplained_lines
from app.domain.model.errors import StoreError
from app.domain.model.runs import Report, Request, Run, RunStatus, Statistics, Trigger
from app.domain.text.foreign_text import visible
from app.platform.crash_guard import LastResort
from app.platform.exit_codes import DONE, FAILED, HELD, INTERRUPTED_TEXT
from app.platform.interrupts import Interrupts, waking
from app.platform.streams import complain, say, telling, warn
from app.settings.model import Settings

if TYPE_CHECKING:
    from app.store.store import SqliteStore

EXIT_CODES = {RunStatus.SUCCESS: DONE, RunStatus.ERROR: FAILED, RunStatus.HELD: HELD}
Verb = Callable[[argparse.Namespace, Settings], Coroutine[None, None, int]]


def run_verb(
    arguments: argparse.Namespace, settings: Settings, interrupts: Interrupts, net: LastResort
) -> int:
    """Runs one verb on an event loop of its own; returns the exit code."""
    return run(lambda: VERBS[arguments.verb](arguments, settings), interrupts, net)


def run_demo(settings: Settings, interrupts: Interrupts, net: LastResort) -> int:
    """The demo where there is no display."""
    return run(lambda: demo(settings), interrupts, net)


def run(
    work: Callable[[], Coroutine[None, None, int]], interrupts: Interrupts, net: LastResort
) -> int:
    """The first signal cancels the work, which then ends in order and records how."""

    async def followed() -> int:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        loop.set_exception_handler(net.on_loop)
        with waking(loop), interrupts.ending(lambda: loop.call_soon_threadsafe(task.cancel)):
            return await work()

    with asyncio.Runner() as runner:
        runner.get_loop()  # where the system allows none, there is no coroutine left behind
        try:
            return runner.run(followed())
        except asyncio.CancelledError as error:
            if not interrupts.number:
                raise RuntimeError("the command was cancelled by nobody") from error
            return complain(INTERRUPTED_TEXT, interrupts.exit_code)


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
        async with start_application(settings) as parts:
            report = await parts.service.run(request)
            statistics = await statistics_of(parts.store, report.run.error)
    except StoreError as error:
        # After the run it can change nothing of it: the figures beside it are missing.
        report = report or not_begun(request, error)
    with telling():
        if arguments.json:
            say(json_output.as_json(json_output.sync_row(report, statistics)))
        elif report.run.is_success:
            print_sync(report, is_dry=request.dry_run)
    if report.run.status is RunStatus.HELD:
        print_held(report)
    elif report.run.error:
        warn(report.run.error)
    if report.run.note:
        warn(report.run.note)
    return EXIT_CODES[report.run.status]


async def statistics_of(store: "SqliteStore", said: str | None) -> Statistics | None:
    """None where they cannot be read: what the sync did is as stored as ever.

    Args:
        said: the sentence of the run itself, which is not said twice.
    """
    try:
        return await store.statistics()
    except StoreError as error:
        if str(error) != said:
            warn(error)
        return None


async def import_flex(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.bootstrap import start_application

    report = None
    try:
        async with start_application(settings) as parts:
            report = await parts.service.import_statement(arguments.file)
    except StoreError as error:
        report = report or not_begun(Request(trigger=Trigger.FLEX), error)
    with telling():
        if arguments.json:
            say(json_output.as_json(json_output.import_row(report)))
        elif report.run.is_success:
            print_import(report)
    if report.run.error:
        warn(report.run.error)
    return EXIT_CODES[report.run.status]


def not_begun(request: Request, error: StoreError) -> Report:
    """The report of a run that had no database to begin with."""
    now = datetime.now(UTC)
    run = Run(request.trigger, request.account_id, now, 0.0, RunStatus.ERROR, error=str(error))
    return Report(run)


def print_sync(report: Report, *, is_dry: bool) -> None:
    if is_dry:
        say("Dry run: nothing was written.")
    rows = text_output.change_lines(report)
    if rows:
        say(text_output.as_table(rows, text_output.CHANGE_COLUMNS))
    say(text_output.sync_sentence(report))
    unexplained = unexplained_lines(report)
    if unexplained:
        say("No execution explains these closes:")
        say("\n".join(f"  {line}" for line in unexplained))


def print_import(report: Report) -> None:
    if report.changes:
        say(text_output.as_table(text_output.healed_lines(report), text_output.HEALED_COLUMNS))
    say(visible(report.run.note))


def print_held(report: Report) -> None:
    warn(report.run.error)
    for change in report.held:
        warn(f"  {change.after.account}  {change.after.instrument.description}")
    warn("If they really are closed, run sync again with --allow-mass-close.")


async def demo(settings: Settings) -> int:
    """What the demo does where there is no display: one sync, its positions and counts."""
    from app.bootstrap import start_application

    async with start_application(settings) as parts:
        report = await parts.service.run(Request(trigger=Trigger.STARTUP))
        if not report.run.is_success:
            return complain(report.run.error, EXIT_CODES[report.run.status])
        positions = await parts.store.positions()
        rows = [text_output.position_cells(position) for position in positions]
        with telling():
            say(text_output.as_table(rows, text_output.POSITION_COLUMNS))
            say(text_output.sync_sentence(report))
    return DONE


async def simulate(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.broker.simulator.server.server import serve
    from app.platform.assets import resource

    scenario = Path(arguments.scenario or resource("demo-scenario.json"))
    with contextlib.suppress(asyncio.CancelledError):  # Ctrl+C is how it ends
        await serve(
            settings.port,
            scenario,
            arguments.seed,
            lambda tws: say(f"Simulated TWS at {tws.host}:{tws.port}. Ctrl+C ends it."),
        )
    return DONE


async def watch(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.cli.watch import watch_until_ended

    with contextlib.suppress(asyncio.CancelledError):  # a signal is how it ends
        await watch_until_ended(settings, as_json=arguments.json_lines)
    return DONE


VERBS: Mapping[str, Verb] = {
    "sync": sync,
    "watch": watch,
    "status": store_commands.status,
    "positions": store_commands.positions,
    "closes": store_commands.closes,
    "runs": store_commands.runs,
    "check": store_commands.check,
    "undo": store_commands.undo,
    "import-flex": import_flex,
    "simulate": simulate,
}
