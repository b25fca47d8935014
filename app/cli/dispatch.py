"""Parses the arguments, then opens the window or runs a command, with only the imports it needs."""

import contextlib
import gc
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from app.cli.parser import make_parser, with_words_first
from app.domain.model.errors import AppError, SettingsError
from app.domain.text.messages import tr
from app.platform.crash_guard import CrashGuard, log_bug, message_for
from app.platform.environment import check_environment
from app.platform.interrupts import Interrupts
from app.platform.language import SYSTEM, use_language
from app.platform.streams import (
    DONE,
    FAILED,
    INTERRUPTED,
    INTERRUPTED_TEXT,
    USAGE,
    ReaderGoneError,
    exit_with_error,
    flush_output,
    prepare_output,
    warn,
)
from app.settings.loader import load_settings
from app.settings.model import PREFIX, Settings


def run_command(argv: Sequence[str] | None, interrupts: Interrupts) -> int:
    """Runs one command, whatever goes wrong in it; returns the exit code.

    Args:
        argv: None for the process's own arguments.
    """
    prepare_output()
    use_language(os.environ.get(f"{PREFIX}LANGUAGE", SYSTEM))
    guard = CrashGuard(warn)
    guard.install()
    try:
        return run_to_exit_code(lambda: dispatch(parse_arguments(argv), interrupts, guard))
    finally:
        if argv is not None:
            guard.remove()


def run_to_exit_code(call: Callable[[], int]) -> int:
    """The exit code of the call. Whatever it raises becomes a sentence on stderr and a code."""
    try:
        return call()
    except ReaderGoneError:
        return DONE
    except SettingsError as error:
        return exit_with_error(error, USAGE)
    except AppError as error:
        return exit_with_error(error, FAILED)
    except KeyboardInterrupt:
        return exit_with_error(INTERRUPTED_TEXT, INTERRUPTED)
    except Exception as error:
        with contextlib.suppress(Exception):
            log_bug("the command failed", error)
        return exit_with_error(message_for(error), FAILED)


def parse_arguments(argv: Sequence[str] | None) -> Namespace:
    """Flushes what argparse prints on its own (help, version, usage) before it exits."""
    try:
        words = sys.argv[1:] if argv is None else argv
        return make_parser().parse_args(with_words_first(words))
    except SystemExit:
        flush_output()
        raise


def dispatch(arguments: Namespace, interrupts: Interrupts, guard: CrashGuard) -> int:
    if arguments.verb is None:
        return start_window(arguments, interrupts, guard)
    check_environment()
    settings = load_settings(vars(arguments), os.environ)
    use_language(settings.language)
    if arguments.verb == "status":
        from app.cli.status import quick_status

        code = quick_status(arguments, settings)
        if code is not None:
            return code
    from app.cli import commands

    start_log(settings, arguments.verb)
    verb = commands.VERBS[arguments.verb]
    return commands.run(lambda: verb(arguments, settings), interrupts, guard)


def start_log(settings: Settings, verb: str | None) -> None:
    from app.platform.logs import hide_in_log, log_to
    from app.platform.paths import log_file

    log_to(log_file(verb), settings.log_level)
    hide_in_log(settings.account_numbers)


def start_window(arguments: Namespace, interrupts: Interrupts, guard: CrashGuard) -> int:
    """Opens the window; without a display, runs the demo without one.

    If there is no terminal, as when started from an icon, errors are shown in a window too.
    """
    from app.platform.desktop.display import has_display, is_without_terminal, missing_packages

    is_by_icon = is_without_terminal() and has_display() and not missing_packages()
    try:
        check_environment()
        settings = load_settings(vars(arguments), os.environ)
    except SettingsError as error:
        if not is_by_icon or str(error).startswith("--"):  # no icon passes such an option
            raise
        from app.desktop.startup import ask_for_defaults

        warn(error)
        if not ask_for_defaults(error):
            return USAGE
        settings = fallback_settings(arguments)
    except AppError as error:
        if is_by_icon:
            show_error_window(error.text)
        raise
    if not has_display():
        return run_without_display(settings, interrupts, guard)
    packages = missing_packages()
    if packages:
        return exit_with_error(
            tr(
                "The window needs libraries that are not installed; on Debian or Ubuntu: "
                "sudo apt-get install {packages}",
                packages=" ".join(packages),
            ),
            FAILED,
        )
    # What is created at startup lives as long as the process. Collecting it again and again would
    # take a tenth of the time until the window is shown.
    gc.disable()
    from app.desktop.qt_imports import import_qt

    import_qt()
    from app.desktop.startup import open_window

    try:
        return open_window(settings, partial(start_log, settings, None), interrupts, guard)
    except Exception as error:
        if is_by_icon:
            show_error_window(message_for(error))
        raise


def run_without_display(settings: Settings, interrupts: Interrupts, guard: CrashGuard) -> int:
    if settings.demo:
        from app.cli import commands

        start_log(settings, "demo")
        warn(tr("There is no display, so the demo syncs once without a window."))
        return commands.run(lambda: commands.demo(settings), interrupts, guard)
    return exit_with_error(
        tr("There is no display for a window. Use `position-sync sync`, or start it on a desktop."),
        FAILED,
    )


def fallback_settings(arguments: Namespace) -> Settings:
    """Settings without the settings file; if that is not enough, without the environment too."""
    environments: tuple[Mapping[str, str], ...] = (os.environ, {})
    for environment in environments:
        try:
            return load_settings(vars(arguments), environment, is_file_read=False)
        except SettingsError:
            continue
    return Settings()


def show_error_window(text: str) -> None:
    from app.desktop.startup import show_startup_error

    show_startup_error(text)
