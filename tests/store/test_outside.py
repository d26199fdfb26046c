"""Files outside of the vault: what is refused before a byte moves, and that a written file is private and whole."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.store import disk, outside


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _link(path: Path) -> None:
    path.with_name("real.csv").write_text("id\n1\n")
    path.symlink_to(path.with_name("real.csv"))


def _dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


SPECIAL: list[tuple[Callable[[Path], object], str]] = [
    (Path.mkdir, "is a folder, not a file"),
    (_pipe, "is a pipe, not a file"),
    (_link, "is a link to another file"),
    (_dangling, "is a link to another file"),
]


@pytest.mark.parametrize(("make", "words"), SPECIAL)
def test_what_is_no_plain_file_is_neither_read_nor_written(
    make: Callable[[Path], object], words: str, tmp_path: Path
) -> None:
    """Also with --overwrite; a pipe is not waited for."""
    path = tmp_path / "x.csv"
    make(path)
    with pytest.raises(InvalidInput, match=words):
        outside.read(path)
    before = sorted(tmp_path.iterdir())
    for overwrite in (False, True):
        with pytest.raises(InvalidInput, match=words):
            outside.write(path, [b"new"], overwrite=overwrite)
    assert sorted(tmp_path.iterdir()) == before


def test_devices_and_sockets_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/zero never ends, /dev/null swallows."""
    for path in (Path("/dev/zero"), Path("/dev/null")):
        with pytest.raises(InvalidInput, match="is a device, not a file"):
            outside.read(path)
        with pytest.raises(InvalidInput, match="is a device, not a file"):
            outside.check_target(path, overwrite=True)
    monkeypatch.chdir(tmp_path)
    _socket(Path("s"))
    with pytest.raises(InvalidInput, match=r"cannot be read|is a socket"):
        outside.read(Path("s"))


def test_a_sparse_file_of_20_gb_is_refused_at_once(tmp_path: Path) -> None:
    """By its size, without reading it."""
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(20 * 10**9)
    with pytest.raises(InvalidInput, match="20,000,000,000 bytes; at most 100,000,000 are read"):
        outside.read(path)


def test_a_file_that_grows_while_it_is_read_is_bounded(tmp_path: Path) -> None:
    """Its size is counted, not believed."""
    path = tmp_path / "x.csv"
    path.write_bytes(b"a" * 10)

    def grow() -> None:
        with path.open("ab") as file:
            file.write(b"b" * 10)

    with pytest.raises(InvalidInput, match="at most 25 are read"):
        outside.read(path, limit=25, check=grow)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "A file name is needed"),
        ("a\0b", "holds a NUL character"),
        ("../x.csv", "leads out of the folder"),
        ("a/../../x.csv", "leads out of the folder"),
        ("/etc/passwd", "leads out of the folder"),
        ("away/x.csv", "through a link"),
    ],
)
def test_a_name_stays_in_the_chosen_folder(name: str, words: str, tmp_path: Path) -> None:
    """Not by dots, not by a slash, not by a link on the way."""
    base = tmp_path / "base"
    base.mkdir()
    (base / "away").symlink_to(tmp_path)
    with pytest.raises(InvalidInput, match=words):
        outside.place(name, str(base))


def test_names_that_are_fine(tmp_path: Path) -> None:
    """A home folder is found; a folder that is none is told."""
    assert outside.place("x.csv", str(tmp_path)) == tmp_path / "x.csv"
    assert outside.place("x.csv") == Path("x.csv")
    assert outside.place("~/x.csv") == Path.home() / "x.csv"
    with pytest.raises(InvalidInput, match="is not a folder"):
        outside.place("x.csv", str(tmp_path / "none"))
    with pytest.raises(InvalidInput, match="There is no file"):
        outside.read(tmp_path / "none.csv")
    with pytest.raises(InvalidInput, match="There is no folder"):
        outside.check_target(tmp_path / "none" / "x.csv", overwrite=False)


def test_a_written_file_is_private_and_replaces_only_when_asked(tmp_path: Path) -> None:
    """Whatever the umask."""
    path = tmp_path / "x.csv"
    before = os.umask(0)
    try:
        assert outside.write(path, [b"one", b"two"]) == 6
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(InvalidInput, match=r"exists already. Choose another name, or say --overwrite"):
        outside.write(path, [b"three"], overwrite=False)
    with pytest.raises(InvalidInput, match=r"exists already and is not overwritten. Choose another name."):
        outside.write(path, [b"three"])
    assert path.read_bytes() == b"onetwo"
    outside.write(path, [b"three"], overwrite=True)
    assert path.read_bytes() == b"three"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_stops_in_the_middle_leaves_nothing(overwrite: bool, tmp_path: Path) -> None:
    """Neither a half file nor a piece of one; the file that was there stays."""
    path = tmp_path / "x.csv"
    if overwrite:
        path.write_bytes(b"old")

    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outside.write(path, pieces(), overwrite=overwrite)
    assert [(each, each.read_bytes()) for each in tmp_path.iterdir()] == ([(path, b"old")] if overwrite else [])


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "write", full)
    with pytest.raises(InvalidInput, match=r"cannot be written: No space left on device. Nothing was changed there."):
        outside.write(tmp_path / "x.csv", [b"a"])
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    """The check and the naming are one step."""
    path = tmp_path / "x.csv"

    def pieces() -> Iterator[bytes]:
        path.write_bytes(b"theirs")
        yield b"ours"

    with pytest.raises(InvalidInput, match="exists already"):
        outside.write(path, pieces())
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]
