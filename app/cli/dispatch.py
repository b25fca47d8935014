"""Arguments -> the window, or a verb. Each way imports only what it needs."""

import gc
import os
from argparse import Namespace
from collections.abc import Mapping, Sequence
from functools import partial

from app.cli.parser import make_parser
from app.domain.model.errors import AppError, SettingsError
from app.platform.crash_guard import LastResort, sentence_of
from app.platform.environment import check_surroundings
from app.platform.exit_codes import DONE, FAILED, USAGE, run_to_exit_code
from app.platform.interrupts import Interrupts
from app.platform.streams import complain, flush_output, prepare_output
from app.settings.loader import load_settings
from app.settings.model import Settings


def run_command(argv: Sequence[str] | None, interrupts: Interrupts) -> int:
    """One command under the one guard that all of them have; returns the exit code.

    Args:
        argv: None: the process's own.
    """
    prepare_output()
    net = LastResort(lambda text: complain(text, FAILED))
    net.install()
    try:
        return run_to_exit_code(lambda: take(parsed(argv), interrupts, net))
    finally:
        if argv is not None:
            net.remove()


def parsed(argv: Sequence[str] | None) -> Namespace:
    """What argparse prints itself (help, version, wrong usage) is written before it ends."""
    try:
        return make_parser().parse_args(argv)
    except SystemExit:
        flush_output()
        raise


def take(arguments: Namespace, interrupts: Interrupts, net: LastResort) -> int:
    if arguments.verb is None:
        return open_window(arguments, interrupts, net)
    check_surroundings()
    settings = load_settings(vars(arguments), os.environ)
    if arguments.verb == "status":
        from app.cli.status import quick_status

        code = quick_status(arguments, settings)
        if code is not None:
            return code
    from app.cli import commands

    start_log(settings, arguments.verb)
    return commands.run_verb(arguments, settings, interrupts, net)


def start_log(settings: Settings, verb: str | None) -> None:
    from app.platform.logs import hide_in_log, log_to
    from app.platform.paths import log_file

    log_to(log_file(verb), settings.log_level)
    hide_in_log(settings.account_numbers)


def open_window(arguments: Namespace, interrupts: Interrupts, net: LastResort) -> int:
    """The window; where there is no display, the demo without one.

    Without a terminal, started from an icon, what is wrong is said in a window too.
    """
    from app.platform.display import has_display, is_without_terminal, missing_packages

    is_by_icon = is_without_terminal() and has_display() and not missing_packages()
    try:
        check_surroundings()
        settings = load_settings(vars(arguments), os.environ)
    except SettingsError as error:
        if not is_by_icon or str(error).startswith("--"):  # no icon gives such an option
            raise
        from app.desktop.startup import ask_for_defaults

        complain(error, USAGE)
        if not ask_for_defaults(error):
            return USAGE
        settings = settings_instead(arguments)
    except AppError as error:
        if is_by_icon:
            say_in_a_window(str(error))
        raise
    if not has_display():
        return demo_or_refusal(settings, interrupts, net)
    packages = missing_packages()
    if packages:
        return complain(
            "The window needs libraries that are not installed; on Debian or Ubuntu: "
            f"sudo apt-get install {' '.join(packages)}",
            FAILED,
        )
    # Starting makes values for good. The collector would look at them again and again, for a tenth
    # of the time that it takes until the window stands.
    gc.disable()
    from app.desktop.startup import open_first

    try:
        return open_first(settings, partial(start_log, settings, None), interrupts, net)
    except Exception as error:
        if is_by_icon:
            say_in_a_window(sentence_of(error))
        raise


def demo_or_refusal(settings: Settings, interrupts: Interrupts, net: LastResort) -> int:
    """What there is without a display."""
    if settings.demo:
        from app.cli import commands

        start_log(settings, "demo")
        complain("There is no display, so the demo syncs once without a window.", DONE)
        return commands.run_demo(settings, interrupts, net)
    return complain(
        "There is no display for a window. Use `position-sync sync`, or start it on a desktop.",
        FAILED,
    )


def settings_instead(arguments: Namespace) -> Settings:
    """Without the settings file; where the environment is to blame, without that too."""
    environments: tuple[Mapping[str, str], ...] = (os.environ, {})
    for environment in environments:
        try:
            return load_settings(vars(arguments), environment, is_file_read=False)
        except SettingsError:
            continue
    return Settings()


def say_in_a_window(text: str) -> None:
    """As far as that is possible: the sentence is said on stderr in any case."""
    from app.desktop.startup import say_at_start

    say_at_start(text)
