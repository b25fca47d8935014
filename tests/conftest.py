"""One Qt application and one qasync loop a test process, offscreen; and the suite's watchdogs."""

import asyncio
import gc
import inspect
import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from gettext import NullTranslations
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
# The texts are English, whatever the developer's desktop speaks.
os.environ["LC_ALL"] = "C.UTF-8"
# No test touches the keyring of the developer's desktop.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

import pytest
from hypothesis import settings
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.domain.connection.maintenance_windows import MaintenanceWindow, Region, reset_window
from app.domain.model.clock import utc_now
from app.domain.text.messages import use_catalogue, write_values
from tests.examples import USUAL

LIMIT_S = 180  # for what never ends; what takes long on a busy machine is no fault
LOOP = pytest.StashKey[QEventLoop]()

settings.load_profile(USUAL)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--mutated-frames",
        type=int,
        default=20,
        metavar="N",
        help="break so many of TWS's answers, each in its own way (default: 40)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Sets the loop before any test module imports ib_insync: eventkit takes one at import.

    The process that hands the tests out to others needs none.
    """
    if is_foreman(config):
        return
    application = QApplication.instance() or QApplication(["pytest"])
    application.setQuitOnLastWindowClosed(False)
    loop = QEventLoop(application)
    asyncio.set_event_loop(loop)
    config.stash[LOOP] = loop


def is_foreman(config: pytest.Config) -> bool:
    """Whether this process only gives the tests to others."""
    return config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")


def pytest_collection_finish() -> None:
    """What is there before the first test is no test's: each one's collection may pass it over.

    Without this, looking through all modules and tests after each test takes most of the time.
    """
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    if is_foreman(config):
        return
    asyncio.set_event_loop(None)
    config.stash[LOOP].close()


@pytest.fixture(autouse=True)
def loop(pytestconfig: pytest.Config, qapp: QApplication) -> Iterator[QEventLoop]:  # noqa: ARG001
    """Each test runs on the session's loop, and must leave no task and no asyncio error behind."""
    loop = pytestconfig.stash[LOOP]
    errors: list[str] = []
    loop.set_exception_handler(
        lambda _loop, context: errors.append(f"{context.get('message')}: {context!r}")
    )
    yield loop
    gc.collect()
    gc.freeze()  # what is left by now is no later test's: see `pytest_collection_finish`
    leaked = [task for task in asyncio.all_tasks(loop) if not task.done()]
    for task in leaked:
        task.cancel()
    if leaked:
        loop.run_until_complete(asyncio.gather(*leaked, return_exceptions=True))
    assert not leaked, f"tasks left running: {leaked}"
    assert not errors, errors


@pytest.fixture(autouse=True)
def log_level() -> Iterator[None]:
    """The settings decide how much is logged, for the whole process; the next test's are others."""
    root = logging.getLogger()
    level = root.level
    yield
    root.setLevel(level)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The language of the texts is the whole process's; the next test's is English."""
    yield
    use_catalogue(NullTranslations())
    write_values(str)


@pytest.fixture(autouse=True)
def no_reset_at_this_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite passes at every hour: IBKR's resets are only those that a test's clock shows.

    Otherwise all that waits for a connection would fail at night and for half a Saturday.
    """
    from app.broker.connection import manager  # it imports ib_insync, so it needs the loop

    def window(at: datetime, region: Region) -> MaintenanceWindow | None:
        is_now = abs(at - utc_now()) < timedelta(minutes=1)
        return None if is_now else reset_window(at, region)

    monkeypatch.setattr(manager, "reset_window", window)


@pytest.fixture
def expected_warnings() -> list[str]:
    """Parts of the log warnings that the test provokes on purpose; it appends them itself."""
    return []


@pytest.fixture(autouse=True)
def no_unexpected_warnings(
    caplog: pytest.LogCaptureFixture, expected_warnings: list[str]
) -> Iterator[None]:
    """A warning in the log of `app` or asyncio that the test did not announce fails it."""
    yield
    unexpected = [
        record
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.WARNING and record.name.partition(".")[0] in ("app", "asyncio")
    ]
    texts = [record.getMessage() for record in unexpected]
    assert not [t for t in texts if not any(part in t for part in expected_warnings)], texts


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs `async def` tests on the session's loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    loop = pyfuncitem.funcargs["loop"]
    names = pyfuncitem._fixtureinfo.argnames
    kwargs: dict[str, Any] = {name: pyfuncitem.funcargs[name] for name in names}
    loop.run_until_complete(asyncio.wait_for(pyfuncitem.obj(**kwargs), LIMIT_S))
    return True
