"""Arguments -> the window, or a verb."""

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from functools import partial

from app.arguments import make_parser
from app.domain.errors import SettingsError
from app.exits import DONE, FAILED, USAGE, guarded
from app.output import complain, flush_output, prepare_output
from app.settings import Settings
from app.settings_reading import load_settings


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program; returns its exit code. Each way imports only what it needs."""
    prepare_output()
    try:
        arguments = make_parser().parse_args(argv)
    except SystemExit as end:  # --help, --version, wrong usage
        sys.exit(guarded(partial(said_by_parser, end)))
    try:
        settings = load_settings(vars(arguments), os.environ)
    except SettingsError as error:
        return complain(error, USAGE)
    if arguments.verb is None:
        return open_window(settings)
    if arguments.verb == "status":
        from app.status import quick_status

        code = guarded(partial(quick_status, arguments, settings))
        if code is not None:
            return code
    return run(arguments, settings)


def said_by_parser(end: SystemExit) -> int:
    """Its exit code, once what it printed is written."""
    flush_output()
    return int(end.code or DONE)


def run(arguments: Namespace, settings: Settings) -> int:
    """All verbs but the quickest."""
    from app import cli

    start_log(settings)
    return cli.run_verb(arguments, settings)


def start_log(settings: Settings) -> None:
    from app.folders import log_file
    from app.logs import log_to

    log_to(log_file(), settings.log_level)


def open_window(settings: Settings) -> int:
    """The window; where there is no display, the demo without one."""
    from app.display import has_display, missing_packages

    if not has_display():
        if settings.demo:
            from app import cli

            start_log(settings)
            complain("There is no display, so the demo syncs once without a window.", DONE)
            return cli.run_demo(settings)
        return complain(
            "There is no display for a window. Use `position-sync sync`, or start it on a desktop.",
            FAILED,
        )
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
    from app.opening import open_first

    return open_first(settings, partial(start_log, settings))


if __name__ == "__main__":
    sys.exit(main())
