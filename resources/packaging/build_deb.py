"""Makes a Debian package of the folder that PyInstaller has built; runs on Debian or Ubuntu, with
binutils, dpkg-dev, patchelf, libwayland-cursor0 and libwayland-egl1.

    uv run python resources/packaging/build_deb.py [FOLDER] [TARGET]

FOLDER is dist/position-sync unless named; the package is written into TARGET, or else beside it.
"""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from xml.etree import ElementTree

from app import __version__
from app.cli.parser import make_parser
from app.platform.desktop.app_menu import ENTRY, FILES
from app.platform.desktop.desktop_entry import desktop_entry
from app.platform.paths import APP

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
# As Debian's own tools take it; without them there is nobody to write to.
MAINTAINER = "{} <{}>".format(
    os.environ.get("DEBFULLNAME", "The Position Sync authors"),
    os.environ.get("DEBEMAIL", "nobody@position-sync.invalid"),
)
CONTROL = """\
Package: {name}
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {size}
Depends: {depends}
Section: misc
Priority: optional
Description: Sync the positions of Interactive Brokers' TWS into your own file
 The window that an Interactive Brokers trader leaves open beside TWS. One
 click copies the positions of TWS or IB Gateway into your own SQLite file,
 with realized P&L for every partial and full close. It only reads: it sends
 and cancels no orders.
 .
 Python, Qt and the other libraries that it needs are inside, as far as Debian
 does not have them.
"""
# Loaded by name when they are needed, so that no list of libraries has them.
ALSO_NEEDED = ("libegl1", "libgl1", "fontconfig")


def build(folder: Path, target: Path) -> Path:
    """Returns: the package."""
    with tempfile.TemporaryDirectory() as made:
        root = Path(made) / "root"
        (root / "DEBIAN").mkdir(parents=True)
        lay_out(folder, root)
        size = sum(file.stat().st_size for file in root.rglob("*") if is_real_file(file)) // 1024
        architecture = output("dpkg", "--print-architecture")
        control = CONTROL.format(
            name=APP,
            version=__version__,
            architecture=architecture,
            maintainer=MAINTAINER,
            size=size,
            depends=dependencies(root / "usr" / "lib" / APP, Path(made)),
        )
        write(root / "DEBIAN" / "control", control)
        write(root / "DEBIAN" / "md5sums", md5sums(root))
        package = target / f"{APP}_{__version__}_{architecture}.deb"
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, package], check=True
        )
    return package


def lay_out(folder: Path, root: Path) -> None:
    """Puts every file where it is to be installed."""
    program = root / "usr" / "lib" / APP
    shutil.copytree(folder, program, symlinks=True)
    drop_system_libraries(program / "_internal")
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == program / APP else 0o644)
    # Python's own, which were built on this computer: with symbols, and with its folders' names.
    for library in (program / "_internal").glob("*python*/**/*.so*"):
        make_portable(library)
    for library in (program / "_internal").glob("libpython*"):
        make_portable(library)
    link = root / "usr" / "bin" / APP
    link.parent.mkdir(parents=True)
    link.symlink_to(f"../lib/{APP}/{APP}")
    share = root / "usr" / "share"
    write(share / ENTRY, desktop_entry([APP]))
    for place, name in FILES.items():
        write(share / place, (ROOT / "resources" / name).read_bytes())
    documents = share / "doc" / APP
    write(documents / "copyright", (HERE / "copyright").read_bytes())
    write(documents / "changelog.gz", packed(changelog()))
    write(share / "man" / "man1" / f"{APP}.1.gz", packed(manual()))
    write(share / "lintian" / "overrides" / APP, (HERE / "lintian-overrides").read_bytes())


def make_portable(library: Path) -> None:
    subprocess.run(["strip", "--strip-unneeded", library], check=True)
    subprocess.run(["patchelf", "--remove-rpath", library], check=True)


def drop_system_libraries(folder: Path) -> None:
    """Deletes the libraries that Debian has too: the package depends on those instead.

    Python's own stays, as the one that everything was built with.
    """
    for library in folder.glob("*.so*"):
        if not library.is_symlink() and not library.name.startswith("libpython"):
            query = ["dpkg", "-S", f"*/{library.name}"]
            found = subprocess.run(query, capture_output=True, check=False)
            if found.returncode == 0:
                library.unlink()


def dependencies(folder: Path, work: Path) -> str:
    """The packages whose libraries the folder needs and does not contain."""
    write(work / "debian" / "control", f"Source: {APP}\n\nPackage: {APP}\nArchitecture: any\n")
    inside = folder / "_internal"
    files = [file for file in inside.rglob("*") if ".so" in file.name and not file.is_symlink()]
    folders = {file.parent for file in files}
    text = output(
        *("dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0"),
        *(f"-l{place}" for place in sorted(folders)),
        *(f"-e{file}" for file in (folder / APP, *sorted(files))),
        cwd=work,
    )
    found = text.partition("shlibs:Depends=")[2].split(", ")
    own = {name for name in ALSO_NEEDED if not any(need.split()[0] == name for need in found)}
    return ", ".join(sorted({*found, *own}))


def md5sums(root: Path) -> str:
    files = sorted(file for file in (root / "usr").rglob("*") if is_real_file(file))
    sums = ((hashlib.md5(file.read_bytes()).hexdigest(), file) for file in files)
    return "".join(f"{digest}  {file.relative_to(root)}\n" for digest, file in sums)


def is_real_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def manual() -> str:
    """The manual page: what --help says, of the program and of each command."""
    parser = make_parser()
    day = datetime.fromisoformat(newest_release()[1]).strftime("%B %Y")
    os.environ["COLUMNS"] = "78"
    parts = [
        f'.TH POSITION-SYNC 1 "{day}" "Position Sync {__version__}" "User Commands"',
        ".SH NAME",
        f"{APP} \\- sync the positions of Interactive Brokers' TWS into your own file",
        ".SH SYNOPSIS",
        f".B {APP}\n[\\fIOPTIONS\\fR] [\\fICOMMAND\\fR]",
        ".SH DESCRIPTION",
        *verbatim(parser.format_help()),
    ]
    verbs = next(action for action in parser._actions if action.dest == "verb")
    for name, verb in (verbs.choices or {}).items():
        parts += [f".SH {name.upper()}", *verbatim(verb.format_help())]
    return "\n".join(parts) + "\n"


def verbatim(text: str) -> list[str]:
    lines = text.replace("\\", "\\e").replace("-", "\\-").splitlines()
    return [".nf", *(f"\\&{line}" if line[:1] in (".", "'") else line for line in lines), ".fi"]


def changelog() -> str:
    version, day = newest_release()
    when = format_datetime(datetime.fromisoformat(day).replace(tzinfo=UTC))
    heading = f"{APP} ({version}) unstable; urgency=low"
    return f"{heading}\n\n  * Version {version}.\n\n -- {MAINTAINER}  {when}\n"


def newest_release() -> tuple[str, str]:
    """Version and day, as the description for software centres has them."""
    found = ElementTree.parse(ROOT / "resources" / "desktop" / "metainfo.xml").find(".//release")
    assert found is not None
    return found.attrib["version"], found.attrib["date"]


def packed(text: str) -> bytes:
    return gzip.compress(text.encode(), 9, mtime=0)


def write(file: Path, content: str | bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    file.chmod(0o644)


def output(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = (line for line in done.stderr.splitlines() if "error:" in line)
        unique = dict.fromkeys(line.partition(" needed by")[0] for line in errors)
        raise SystemExit("\n".join(unique))
    return done.stdout.strip()


if __name__ == "__main__":
    os.umask(0o022)
    folder, *rest = [Path(name).resolve() for name in sys.argv[1:]] or [ROOT / "dist" / APP]
    sys.stdout.write(f"{build(folder, rest[0] if rest else folder.parent)}\n")
