"""The settings: where each value comes from, and the sentence for one that cannot be used."""

from dataclasses import fields, replace
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.parser import make_parser
from app.domain.connection.profile import Connection
from app.domain.desktop.auto_sync_rules import AutoSyncRules, Schedule
from app.domain.model.errors import SettingsError
from app.domain.model.sync_policy import SyncPolicy
from app.settings.choices import LOCALES
from app.settings.loader import NAMES, load_settings
from app.settings.model import FLEX_TABLES, GROUPS, Settings
from app.settings.profiles import (
    accounts_of_other_profiles,
    known_accounts,
    with_chosen,
    with_edits_saved,
    with_seen_accounts,
    without_profile,
)
from app.settings.validation import validation_message


def load(tmp_path: Path, text: str = "", *options: str, **environment: str) -> Settings:
    file = tmp_path / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(vars(make_parser().parse_args(options)), environment, file)


def test_every_setting_has_a_help_text() -> None:
    for declared in fields(Settings):
        if declared.name in ("connections", "overrides", *FLEX_TABLES):
            continue
        assert declared.metadata["help"]
        if declared.name not in ("demo", "connection"):
            assert declared.metadata["group"] in GROUPS
            assert declared.metadata["label"]
            assert declared.metadata.get("needs", "host") in NAMES


def test_the_command_line_has_the_contracts_options_only() -> None:
    options = {option for action in make_parser()._actions for option in action.option_strings} - {
        "-h",
        "--help",
        "--version",
    }
    assert options == {
        "--db", "--host", "--port", "--client-id", "--timeout", "--account", "--demo",
    }  # fmt: skip


def test_every_setting_has_a_variable(tmp_path: Path) -> None:
    made = load(tmp_path, POSITION_SYNC_SYNC_ON_TRADE="yes", POSITION_SYNC_SYNC_FROM="9:30")
    assert (made.sync_on_trade, made.sync_from) == (True, time(9, 30))
    assert dict(made.overrides) == {
        "sync_on_trade": "POSITION_SYNC_SYNC_ON_TRADE",
        "sync_from": "POSITION_SYNC_SYNC_FROM",
    }


def test_the_rules_and_the_policy_follow_the_settings(tmp_path: Path) -> None:
    assert load(tmp_path).rules == AutoSyncRules(on_start=True, on_trade=True)
    assert load(tmp_path).policy == SyncPolicy(calculate_pnl=True, mass_close_percent=50)
    made = load(
        tmp_path,
        "sync_on_start = true\nsync_every = 15\nsync_weekdays_only = true\nsync_from = 09:30:00\n"
        'sync_until = "16:00"\ncalculate_pnl = false\nmass_close_percent = 20\n',
    )
    schedule = Schedule(15, weekdays_only=True, begins=time(9, 30), ends=time(16))
    assert made.rules == AutoSyncRules(on_start=True, on_trade=True, schedule=schedule)
    assert made.policy == SyncPolicy(calculate_pnl=False, mass_close_percent=20)


def test_the_chosen_connection_gives_host_to_account(tmp_path: Path) -> None:
    made = load(
        tmp_path,
        'port = 7496\nconnection = "paper"\n[connections.paper]\nport = 4002\nclient_id = 5\n'
        'accounts = ["DU1", "DU2"]\n',
    )
    assert (made.port, made.client_id, made.host) == (4002, 5, "127.0.0.1")
    default, paper = made.connections
    assert default.port == 7496
    assert paper == Connection("paper", port=4002, client_id=5, accounts=("DU1", "DU2"))


def test_an_option_wins_over_the_chosen_connection_but_not_over_the_next_one(
    tmp_path: Path,
) -> None:
    text = (
        'connection = "paper"\n[connections.paper]\nport = 4002\n[connections.live]\nport = 4001\n'
    )
    made = load(tmp_path, text, "--port", "9999")
    assert (made.connection, made.port) == ("paper", 9999)
    live = with_chosen(made, "live")
    assert (live.connection, live.port, live.overrides) == ("live", 4001, ())
    assert with_chosen(live, "paper").port == 4002


def test_after_removing_a_connection_the_default_one_is_chosen(tmp_path: Path) -> None:
    text = 'port = 7496\nconnection = "paper"\n[connections.paper]\nport = 4002\n'
    made = without_profile(load(tmp_path, text), "paper")
    assert (made.connection, made.port) == ("default", 7496)
    assert [connection.name for connection in made.connections] == ["default"]


def test_the_accounts_that_were_seen_are_remembered(tmp_path: Path) -> None:
    made = with_seen_accounts(load(tmp_path), ("U1", "U2"))
    assert made.connections[0].accounts == ("U1", "U2")
    assert with_seen_accounts(made, ()) is made


def test_accounts_of_another_endpoint_are_forgotten_or_left_out(tmp_path: Path) -> None:
    text = 'accounts = ["DU1"]\n[connections.live]\nport = 7496\naccounts = ["U1"]\n'
    made = load(tmp_path, text)
    assert (known_accounts(made), accounts_of_other_profiles(made)) == (("DU1",), {"U1"})
    moved = with_edits_saved(replace(made, port=4002))
    assert known_accounts(moved) == ()
    overridden = load(tmp_path, text, "--port", "7496")
    assert (known_accounts(overridden), accounts_of_other_profiles(overridden)) == ((), frozenset())
    assert with_seen_accounts(overridden, ("U1",)) is overridden


def test_the_demo_takes_no_connection_and_no_database_from_the_file(tmp_path: Path) -> None:
    """Otherwise it would sync an account that it does not have, into the user's database."""
    text = 'db = "mine.sqlite"\naccount = "U1"\nport = 4001\ntheme = "dark"\n'
    made = load(tmp_path, text, "--demo")
    assert (made.account, made.theme) == ("All", "dark")
    assert made.database.name == "demo.sqlite"
    assert dict(made.overrides)["port"] == "--demo"
    assert load(tmp_path, text, "--demo", "--db", "other.sqlite").database.name == "other.sqlite"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("port = 70000", "port"),
        ("port = 7497.5", "port"),
        ("port = true", "port"),
        ('theme = "pink"', "one of system, light, dark"),
        ('sync_from = "half past nine"', "sync_from"),
        ('sync_from = "25:00"', "sync_from"),
        ("mass_close_percent = 0", "between 1 and 100"),
        ('connection = "paper"', "'paper'"),
        ("connections = 3", "tables"),
        ("[connections.paper]\nprot = 3", "connections.paper.prot"),
        ("[connections.paper]\nport = 0", "connections.paper.port"),
        ('[connections."my paper"]\nport = 3', "connections.my paper"),
        ("[connections.default]\nport = 3", "connections.default"),
        ('accounts = "U1"', "accounts"),
        ("[port]\nport = 3", "port"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(text: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, text)
    assert named in str(caught.value)
    assert str(caught.value).endswith(".")


@given(st.text())
def test_any_typed_text_is_a_value_or_has_an_error(text: str) -> None:
    for name in NAMES:
        if name not in ("demo", "connection"):
            assert isinstance(validation_message(name, text), str)


def test_the_error_says_what_is_expected() -> None:
    assert validation_message("port", "7497") == ""
    assert validation_message("port", "seven") == "A whole number from 1 to 65535."
    assert validation_message("timeout", "0") == "A number from 0.1 to 3600."
    assert validation_message("sync_from", "9") == "A time of day, such as 09:30."
    assert validation_message("host", " ") == "This must not be empty."


def test_the_choices_are_unique() -> None:
    assert len({value for value, _ in LOCALES}) == len(LOCALES)
