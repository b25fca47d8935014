"""All settings, each declared once with its default and its texts in dialog, help and README.

loader.py reads them, and writer.py writes them.
"""

from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.connection.profile import DEFAULT, Connection
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.text.messages import message, message_in
from app.platform.paths import data_folder
from app.settings.choices import CLOCKS, LANGUAGES, LOCALES, LOG_LEVELS, THEMES

if TYPE_CHECKING:
    from app.domain.desktop.auto_sync_rules import AutoSyncRules
    from app.domain.fetching.queries import FlexQuery, FlexToken
    from app.domain.model.sync_policy import SyncPolicy
PREFIX = "POSITION_SYNC_"
FLEX_TABLES = ("flex_queries", "flex_tokens")  # of the settings file
MIDNIGHT = time(0)
# The pages of the settings dialog.
CONNECTION = message("Connection")
SYNCING = message("Syncing")
LOOK = message("Appearance")
STATEMENTS = message("Statements")
NOTIFICATIONS = message("Notifications")
STORAGE = message("Database & log")
AUTOMATION = message("Automation")
GROUPS = (CONNECTION, SYNCING, LOOK, NOTIFICATIONS, STATEMENTS, STORAGE, AUTOMATION)


def setting(default: Any, group: str, label: str, meaning: str = "", **more: Any) -> Any:
    """One setting.

    Args:
        meaning: the text for --help, a tooltip and the README; empty if the label is enough.
        more: `range` (minimum, maximum), `choices` ((value, text) ...), `unit`, `option` (its
            placeholder on the command line), `needs` (the setting without which it has no effect),
            `is_folder` (a path of a folder, not of a file).
    """
    about = {"group": group, "label": label, "help": meaning or label}
    return field(default=default, metadata=about | more)


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's settings; host to account are those of the chosen connection.

    Attributes:
        connections: all saved connections, the default one first.
        flex_queries, flex_tokens: as set up at IBKR; the tokens themselves are not here.
        overrides: (setting, "--port" or "POSITION_SYNC_PORT") of those not from the file.
    """

    db: Path | None = setting(
        None,
        STORAGE,
        message("Database file"),
        message("the SQLite file (default: in your user data folder)"),
        option="FILE",
    )
    host: str = setting(
        "127.0.0.1", CONNECTION, message("Host"), message("host of TWS or IB Gateway"), option="H"
    )
    port: int = setting(
        7497,
        CONNECTION,
        message("Port"),
        message("API port: TWS 7496 live, 7497 paper; Gateway 4001 live, 4002 paper"),
        range=(1, 65535),
        option="N",
    )
    client_id: int = setting(
        17,
        CONNECTION,
        message("Client id"),
        message("API client id, 1 or higher"),
        range=(1, 2**31 - 6),
        option="N",
    )
    timeout: float = setting(
        10.0,
        CONNECTION,
        message("Timeout"),
        message("seconds to wait for each answer of TWS"),
        range=(0.1, 3600),
        unit=message_in("seconds", "s"),
        option="S",
    )
    account: str = setting(
        ALL_ACCOUNTS,
        CONNECTION,
        message("Account"),
        message("sync this account only (default: all)"),
        option="ACCOUNT",
    )
    demo: bool = field(
        default=False,
        metadata={"help": message("use the embedded simulated TWS and a database of its own")},
    )
    sync_on_start: bool = setting(True, SYNCING, message("Sync at startup"))
    sync_on_trade: bool = setting(True, SYNCING, message("Sync when IBKR reports a trade"))
    sync_every: int = setting(
        0,
        SYNCING,
        message("Sync every"),
        message("minutes between scheduled syncs; 0 for never"),
        range=(0, 1440),
        unit=message("minutes; 0 for never"),
    )
    sync_weekdays_only: bool = setting(
        False, SYNCING, message("On weekdays only"), needs="sync_every"
    )
    sync_from: time = setting(
        MIDNIGHT,
        SYNCING,
        message_in("time of day", "From"),
        message("scheduled syncs from this time of day on, such as 09:30"),
        needs="sync_every",
    )
    sync_until: time = setting(
        MIDNIGHT,
        SYNCING,
        message_in("time of day", "Until"),
        message("scheduled syncs until this time of day; all day if it is the same as From"),
        needs="sync_every",
    )
    calculate_pnl: bool = setting(True, SYNCING, message("Calculate realized P&L"))
    mass_close_percent: int = setting(
        50,
        SYNCING,
        message("Ask if a sync closes more than"),
        message(
            "ask before a sync marks more than this share of ten or more positions as closed "
            "without a trade"
        ),
        range=(1, 100),
        unit=message("% of the positions"),
    )
    flex_daily: bool = setting(
        True,
        STATEMENTS,
        message("Fetch Flex statements once a day"),
        message("fetch the statements of your Flex Queries once a day, after IBKR's reset"),
    )
    language: str = setting(
        "system",
        LOOK,
        message("Language"),
        message("the language of the window and of what commands print for people"),
        choices=LANGUAGES,
    )
    theme: str = setting("system", LOOK, message("Theme"), choices=THEMES)
    locale: str = setting("system", LOOK, message("Number format"), choices=LOCALES)
    clock: str = setting("system", LOOK, message("Time format"), choices=CLOCKS)
    mark_rows: bool = setting(True, LOOK, message("Mark rows changed by a sync"))
    tray: bool = setting(False, LOOK, message("Icon in the system tray"))
    close_to_tray: bool = setting(
        False, LOOK, message("Keep running in the tray when the window is closed"), needs="tray"
    )
    notify_changes: bool = setting(True, NOTIFICATIONS, message("Positions opened or closed"))
    notify_held: bool = setting(True, NOTIFICATIONS, message("A sync waits for your decision"))
    notify_failed: bool = setting(True, NOTIFICATIONS, message("Syncs fail"))
    notify_failed_after: int = setting(
        3,
        NOTIFICATIONS,
        message("Notify after"),
        message("number of failed syncs in a row"),
        range=(1, 100),
        unit=message("failed syncs in a row"),
        needs="notify_failed",
    )
    notify_lost: bool = setting(True, NOTIFICATIONS, message("The connection is lost"))
    notify_lost_after: int = setting(
        5,
        NOTIFICATIONS,
        message("Notify after"),
        message("minutes without connection"),
        range=(1, 1440),
        unit=message("minutes"),
        needs="notify_lost",
    )
    backups: bool = setting(
        True,
        STORAGE,
        message("Back up the database every week"),
        message("back up the database every week, and after an update changed it"),
    )
    backup_folder: Path | None = setting(
        None,
        STORAGE,
        message("Backup folder"),
        message('the folder of the backups (default: "backups" beside the database)'),
        needs="backups",
        is_folder=True,
    )
    log_level: str = setting("info", STORAGE, message("Log"), choices=LOG_LEVELS)
    api_enabled: bool = setting(
        False,
        AUTOMATION,
        message("Let other programs on this computer use Position Sync"),
        message("offer the HTTP API while the window is open"),
    )
    api_port: int = setting(
        8000, AUTOMATION, message("Port"), message("port of the HTTP API"), range=(1, 65535)
    )
    connection: str = field(
        default=DEFAULT, metadata={"help": message("which of the named connections to use")}
    )
    connections: tuple[Connection, ...] = (Connection(),)
    overrides: tuple[tuple[str, str], ...] = ()
    flex_queries: "tuple[FlexQuery, ...]" = ()
    flex_tokens: "tuple[FlexToken, ...]" = ()

    @property
    def database(self) -> Path:
        """The SQLite file to use."""
        if self.db is not None:
            return self.db
        return data_folder() / ("demo.sqlite" if self.demo else "positions.sqlite")

    @property
    def account_numbers(self) -> frozenset[str]:
        """All account numbers in the settings."""
        named = {self.account, *(made.account for made in self.connections)}
        seen = (account for made in self.connections for account in made.accounts)
        return frozenset({*named, *seen} - {ALL_ACCOUNTS})

    @property
    def rules(self) -> "AutoSyncRules":
        """When to sync automatically."""
        from app.domain.desktop.auto_sync_rules import (  # imported late: `status` must be fast
            AutoSyncRules,
            Schedule,
        )

        schedule = None
        if self.sync_every:
            schedule = Schedule(
                self.sync_every, self.sync_weekdays_only, self.sync_from, self.sync_until
            )
        return AutoSyncRules(self.sync_on_start, self.sync_on_trade, schedule)

    @property
    def policy(self) -> "SyncPolicy":
        """What applies to every sync, automatic or not."""
        from app.domain.model.sync_policy import SyncPolicy

        return SyncPolicy(self.calculate_pnl, self.mass_close_percent)
