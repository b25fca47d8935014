"""Saving changes only what is different in the settings file, all of it or nothing."""

import os
import sys
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.connection.profile import Connection
from app.domain.model.errors import SettingsError
from app.settings.loader import load_settings
from app.settings.model import Settings
from app.settings.profiles import with_chosen, with_connection, with_edits_saved, without_profile
from app.settings.writer import save_settings
from tests.examples import examples

COMMENTED = """\
# My settings
theme = "dark"   # easier at night
port = 7496

# the paper account
[connections.paper]
client_id = 5  # another program has 17
port = 4002
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "settings.toml"


def write(file: Path, text: str) -> Settings:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return load_settings({}, {}, file)


def test_a_new_file_has_what_differs_from_the_defaults(file: Path) -> None:
    save_settings(with_edits_saved(replace(Settings(), port=4002, sync_from=time(9, 30))), file)
    assert file.read_text() == 'sync_from = "09:30"\nport = 4002\n'
    assert load_settings({}, {}, file).port == 4002


def test_comments_and_order_stay(file: Path) -> None:
    settings = write(file, COMMENTED)
    save_settings(replace(settings, theme="light"), file)
    assert file.read_text() == COMMENTED.replace('"dark"', '"light"')
    save_settings(with_chosen(settings, "paper"), file)
    assert load_settings({}, {}, file).client_id == 5
    assert "# another program has 17" in file.read_text()


def test_unchanged_settings_leave_the_file_alone(file: Path) -> None:
    settings = write(file, COMMENTED)
    before = file.stat().st_mtime_ns, file.stat().st_ino
    save_settings(settings, file)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_a_value_set_to_its_default_again_is_written_in_its_place(file: Path) -> None:
    settings = write(file, COMMENTED)
    save_settings(replace(settings, theme="system"), file)
    assert 'theme = "system"   # easier at night' in file.read_text()


def test_values_from_the_command_line_are_not_saved(file: Path) -> None:
    write(file, COMMENTED)
    settings = load_settings({"port": "9999"}, {"POSITION_SYNC_THEME": "light"}, file)
    assert (settings.port, settings.theme) == (9999, "light")
    save_settings(with_edits_saved(replace(settings, log_level="debug")), file)
    assert load_settings({}, {}, file) == replace(
        load_settings({}, {}, file), port=7496, theme="dark", log_level="debug"
    )


def test_connections_are_added_and_removed_as_tables(file: Path) -> None:
    settings = write(file, "port = 7496\n")
    added = with_connection(settings, Connection("live", port=4001, accounts=("U1", "U2")))
    save_settings(with_chosen(added, "live"), file)
    read = load_settings({}, {}, file)
    assert (read.connection, read.port, read.connections) == ("live", 4001, added.connections)
    assert '[connections.live]\nport = 4001\naccounts = ["U1", "U2"]\n' in file.read_text()
    save_settings(without_profile(read, "live"), file)
    assert load_settings({}, {}, file).connections == settings.connections
    assert "[connections" not in file.read_text()


@pytest.mark.parametrize(
    "text",
    [
        "connections = { paper = { port = 4002 } }\n",
        "connections.paper.port = 4002\n",
        "[connections]\npaper = { port = 4002 }\n",
        "[connections.paper]\nport = 4002\n",
    ],
)
def test_a_connection_can_be_added_to_any_form_of_table(text: str, file: Path) -> None:
    settings = write(file, text)
    added = with_connection(settings, Connection("live", port=4001))
    changed = replace(added, theme="dark")
    save_settings(changed, file)
    read = load_settings({}, {}, file)
    assert (read.connections, read.theme) == (added.connections, "dark")
    save_settings(without_profile(read, "paper"), file)
    assert [one.name for one in load_settings({}, {}, file).connections] == ["default", "live"]


def test_a_demo_leaves_connection_and_database_in_the_file(file: Path) -> None:
    text = 'port = 7496\ndb = "mine.sqlite"\n'
    write(file, text)
    settings = load_settings({"demo": True}, {}, file)
    save_settings(with_edits_saved(replace(settings, theme="dark")), file)
    assert file.read_text() == text + 'theme = "dark"\n'


def test_a_database_that_is_no_longer_chosen_is_removed(file: Path) -> None:
    settings = write(file, 'db = "mine.sqlite"\nport = 1\n')
    save_settings(replace(settings, db=None), file)
    assert file.read_text() == "port = 1\n"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_only_the_owner_can_read_the_file(file: Path) -> None:
    save_settings(replace(Settings(), theme="dark"), file)
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    file.parent.mkdir()
    real = tmp_path / "dotfiles.toml"
    real.write_text("port = 7496\n")
    file.symlink_to(real)
    save_settings(replace(load_settings({}, {}, file), theme="dark"), file)
    assert file.is_symlink()
    assert 'theme = "dark"' in real.read_text()


def test_a_file_that_became_invalid_is_reported_and_left_alone(file: Path) -> None:
    settings = write(file, COMMENTED)
    file.write_text("theme = ", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"settings\.toml cannot be read: line 1 is not TOML"):
        save_settings(replace(settings, theme="light"), file)
    assert file.read_text() == "theme = "


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = write(file, COMMENTED)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="No space left"):
        save_settings(replace(settings, theme="light"), file)
    assert [path.name for path in file.parent.iterdir()] == ["settings.toml"]
    assert file.read_text() == COMMENTED


names = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True).filter(lambda name: name != "default")
connections = st.builds(
    Connection,
    names,
    host=st.sampled_from(("127.0.0.1", "tws.example", "::1", 'a"b\\c')),
    port=st.integers(1, 65535),
    client_id=st.integers(1, 99),
    timeout=st.floats(0.1, 3600),
    account=st.sampled_from(("All", "DU1")),
    accounts=st.lists(st.sampled_from(("DU1", "DU2", "U3")), unique=True).map(tuple),
)


@given(st.lists(connections, max_size=4, unique_by=lambda one: one.name), st.data())
@examples(30)
def test_saved_settings_are_read_back_unchanged(
    tmp_path: Path, made: list[Connection], data: st.DataObject
) -> None:
    """Each example writes over the file of the one before."""
    file = tmp_path / "settings.toml"
    wanted = Settings(
        theme=data.draw(st.sampled_from(("system", "dark"))),
        sync_every=data.draw(st.integers(0, 1440)),
        sync_from=data.draw(st.times()).replace(second=0, microsecond=0, tzinfo=None),
        mark_rows=data.draw(st.booleans()),
        connections=(Connection(port=data.draw(st.integers(1, 65535))), *made),
    )
    chosen = data.draw(st.sampled_from([one.name for one in wanted.connections]))
    wanted = with_chosen(replace(wanted, port=wanted.connections[0].port), chosen)
    save_settings(wanted, file)
    read = load_settings({}, {}, file)
    assert set(read.connections) == set(wanted.connections)
    assert replace(read, connections=()) == replace(wanted, connections=())
