"""The entry in the applications menu: put there with icons and description, and removed again."""

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from app import __version__
from app.domain.model.errors import SettingsError
from app.platform.desktop.app_menu import FILES, is_in_menu, put_in_menu
from app.platform.desktop.desktop_entry import own_command
from app.platform.paths import resource
from app.ui.application import make_application
from tests.platform.test_desktop_entry import arguments, read_entry

ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it is Linux's menu")
METAINFO = "metainfo/io.github.position_sync.metainfo.xml"


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder, where no package has installed anything."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    return tmp_path / "share"


def files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


@ON_LINUX
def test_everything_is_put_in_place_and_removed_again(share: Path) -> None:
    assert is_in_menu() is False
    put_in_menu(True)
    put_in_menu(True)
    assert is_in_menu() is True
    assert files(share) == {
        "applications/position-sync.desktop",
        "icons/hicolor/scalable/apps/position-sync.svg",
        "icons/hicolor/48x48/apps/position-sync.png",
        "icons/hicolor/128x128/apps/position-sync.png",
        "icons/hicolor/256x256/apps/position-sync.png",
        METAINFO,
    }
    put_in_menu(False)
    put_in_menu(False)
    assert is_in_menu() is False
    assert not files(share)


@ON_LINUX
def test_the_window_belongs_to_the_entry_and_its_icon(share: Path) -> None:
    """A dock shows the icon of the entry that has the window's name."""
    put_in_menu(True)
    entry = share / "applications" / "position-sync.desktop"
    values = read_entry(entry.read_bytes())
    application = make_application()
    assert application.desktopFileName() in ("", entry.stem)  # empty: pytest-qt's own application
    assert values["StartupWMClass"] == entry.stem
    assert values["Icon"] == entry.stem
    assert arguments(values["Exec"]) == own_command()


@ON_LINUX
def test_the_entry_of_another_installation_is_replaced(
    share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/gone/position-sync")
    put_in_menu(True)
    monkeypatch.setattr(sys, "executable", "/here/position-sync")
    assert is_in_menu() is False
    put_in_menu(True)
    assert is_in_menu() is True
    assert b"/gone/" not in (share / "applications" / "position-sync.desktop").read_bytes()


@ON_LINUX
def test_a_package_of_the_system_has_put_it_there_already(share: Path) -> None:
    entry = share.parent / "system" / "applications" / "position-sync.desktop"
    put_in_menu(True)
    entry.parent.mkdir(parents=True)
    entry.touch()
    assert is_in_menu() is True  # the user's own can still be removed
    put_in_menu(False)
    assert is_in_menu() is None


def test_other_systems_have_no_such_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert is_in_menu() is None


@ON_LINUX
def test_a_folder_that_cannot_be_written_is_named(share: Path) -> None:
    share.write_text("in the way")
    with pytest.raises(SettingsError, match=f"could not be changed .*{share}"):
        put_in_menu(True)


@pytest.mark.parametrize("size", [48, 128, 256])
def test_the_icons_in_pixels_are_drawn_from_the_other_one(size: int) -> None:
    drawn = QImage(size, size, QImage.Format.Format_ARGB32)
    drawn.fill(0)
    painter = QPainter(drawn)
    QSvgRenderer(str(resource("app-icon.svg"))).render(painter)
    painter.end()
    shipped = QImage(str(resource(f"desktop/{size}.png"))).convertToFormat(drawn.format())
    assert shipped.size() == drawn.size()
    for x, y in ((0, 0), (size // 2, size // 8), (size // 2, size // 2), (size // 2, size - 5)):
        for value in ("red", "green", "blue", "alpha"):
            pair = [getattr(image.pixelColor(x, y), value)() for image in (shipped, drawn)]
            assert abs(pair[0] - pair[1]) < 8


def test_the_description_names_this_version_and_the_entry() -> None:
    root = ET.parse(resource("desktop/metainfo.xml")).getroot()
    newest = root.find("releases/release")
    assert newest is not None
    assert newest.get("version") == __version__
    assert root.findtext("launchable") == "position-sync.desktop"
    assert f"metainfo/{root.findtext('id')}.metainfo.xml" == METAINFO
    assert METAINFO in {place.as_posix() for place in FILES}


@ON_LINUX
@pytest.mark.skipif(not shutil.which("appstreamcli"), reason="needs appstream")
def test_the_description_is_valid(share: Path) -> None:
    put_in_menu(True)
    done = subprocess.run(
        ["appstreamcli", "validate", "--no-net", "--pedantic", share / METAINFO],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode()
