"""Arguments -> the window, or a verb."""

import os
import sys
from collections.abc import Sequence

from app import cli
from app.arguments import make_parser
from app.display import has_display, missing_packages
from app.domain.errors import SettingsError
from app.exits import DONE, FAILED, USAGE, complain
from app.folders import log_file
from app.logs import log_to
from app.settings import Settings
from app.settings_reading import load_settings


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program; returns its exit code."""
    arguments = make_parser().parse_args(argv)
    try:
        settings = load_settings(vars(arguments), os.environ)
    except SettingsError as error:
        return complain(error, USAGE)
    log_to(log_file(), settings.log_level)
    if arguments.verb is not None:
        return cli.run_verb(arguments, settings)
    return open_window(settings)


def open_window(settings: Settings) -> int:
    """The window; where there is no display, the demo without one."""
    if not has_display():
        if settings.demo:
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
    from app.window import run_window

    return run_window(settings)


if __name__ == "__main__":
    sys.exit(main())
