"""Rows of rights and names: umasks, a medium for reading only, and what was planted where the vault's files go."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from app.errors import VaultError
from tests.torture import child
from tests.torture.crashes import folder
from tests.torture.model import FIRST, NAME, OPEN, SECOND, Row, contents

NOBODY = 65534


def every_umask(row: Row, *, long: bool) -> None:
    """Umask 000 to 777: every file is 0600, and the vault works, for an ordinary user too."""
    for mask in range(0, 0o1000, 1 if long else 0o57):
        with folder() as place:
            outcome = child.collect(lambda _say, place=place, mask=mask: _under_umask(place, mask))
            row.check(outcome.status == 0, f"umask {mask:03o}: {outcome.said}")
            for each in (*place.iterdir(), *(place / "state").iterdir()):
                rights = stat.S_IMODE(each.stat().st_mode)
                row.check(rights == (0o700 if each.is_dir() else 0o600), f"umask {mask:03o}: {each.name} {rights:o}")


def _under_umask(place: Path, mask: int) -> None:
    _become_nobody(place)
    os.umask(mask)
    path = place / NAME
    with OPEN(path, FIRST) as store:
        with store.transaction() as transaction:
            transaction.put("t", 1, {"a": 1})
        store.compact()
    with path.open("ab") as file:
        file.write(b"torn")
    with OPEN(path, FIRST) as store:
        assert store.report.torn_copy is not None
        store.change_passphrase(SECOND)


def _become_nobody(*folders: Path) -> None:
    if os.geteuid() == 0:
        for each in folders:
            os.chown(each, NOBODY, NOBODY)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def a_medium_for_reading_only(row: Row, *, long: bool) -> None:
    """Opens for reading and changes nothing, torn or not; opening for writing says what to do."""
    for tail in (b"", b"torn"):
        with folder() as place:
            path = place / NAME
            with OPEN(path, FIRST) as store, store.transaction() as transaction:
                transaction.put("t", 1, {"a": 1})
            path.write_bytes(path.read_bytes() + tail)
            before = path.read_bytes()
            path.chmod(0o444)
            place.chmod(0o555)
            outcome = child.collect(lambda say, place=place: _read_only(place / NAME, say))
            row.check(outcome.status == 0, f"reading only: {outcome.said}")
            row.check("reading only" in " ".join(outcome.said), f"the refusal does not say how: {outcome.said}")
            row.check(path.read_bytes() == before, "reading changed the file")
            row.check({each.name for each in place.iterdir()} == {NAME, "state"}, "reading left something behind")
            place.chmod(0o755)


def _read_only(path: Path, say: Callable[[str], None]) -> None:
    if os.geteuid() == 0:
        for each in (path, path.parent, *path.parent.glob("state/*"), path.parent / "state"):
            os.chown(each, NOBODY, NOBODY)
    _become_nobody()
    try:
        OPEN(path, FIRST).close()
        raise AssertionError("opened for writing")
    except VaultError as error:
        say(str(error))
    with OPEN(path, FIRST, readonly=True) as store:
        assert contents(store) == {"t": {1: {"a": 1}}}
        try:
            store.compact()
            raise AssertionError("rewritten by a reader")
        except VaultError:
            pass


def planted_links(row: Row, *, long: bool) -> None:
    """Whatever lies in the way of the vault's files is neither followed nor harmed."""
    for plant, is_vault in _PLANTS.items():
        with folder() as place:
            victim = place / "victim"
            victim.write_text("mine")
            plant(place, victim)
            try:
                with OPEN(place / NAME, FIRST) as store:
                    with store.transaction() as transaction:
                        transaction.put("t", 1, {"a": 1})
                    store.compact()
                with (place / NAME).open("ab") as file:
                    file.write(b"torn")
                with OPEN(place / NAME, FIRST) as store:
                    row.check(is_vault and store.count("t") == 1, f"{plant.__name__}: opened")
            except VaultError as error:
                row.check(not is_vault, f"{plant.__name__}: {error}")
            row.check(victim.read_text() == "mine", f"{plant.__name__}: the victim was written")


def _torn_is_a_link(place: Path, victim: Path) -> None:
    (place / f"{NAME}.torn").symlink_to(victim)


def _torn_is_a_folder(place: Path, victim: Path) -> None:
    (place / f"{NAME}.torn").mkdir()


def _torn_is_a_second_name(place: Path, victim: Path) -> None:
    (place / f"{NAME}.torn").hardlink_to(victim)


def _vault_is_a_link_elsewhere(place: Path, victim: Path) -> None:
    (place / "elsewhere").mkdir()
    OPEN(place / "elsewhere" / NAME, FIRST).close()
    (place / NAME).symlink_to(place / "elsewhere" / NAME)


def _vault_is_a_link_to_nothing(place: Path, victim: Path) -> None:
    (place / NAME).symlink_to(place / "nothing")


def _vault_is_a_link_to_the_victim(place: Path, victim: Path) -> None:
    (place / NAME).symlink_to(victim)


def _vault_is_a_folder(place: Path, victim: Path) -> None:
    (place / NAME).mkdir()


def _vault_is_a_pipe(place: Path, victim: Path) -> None:
    os.mkfifo(place / NAME)


def _vault_is_empty(place: Path, victim: Path) -> None:
    (place / NAME).touch()


def _leftovers_are_links(place: Path, victim: Path) -> None:
    for suffix in ("tmp", "new"):
        (place / f"{NAME}.{suffix}-0123456789abcdef").symlink_to(victim)


_PLANTS: dict[Callable[[Path, Path], None], bool] = {
    _torn_is_a_link: True,
    _torn_is_a_folder: True,
    _torn_is_a_second_name: True,
    _vault_is_a_link_elsewhere: True,
    _vault_is_a_link_to_nothing: False,
    _vault_is_a_link_to_the_victim: False,
    _vault_is_a_folder: False,
    _vault_is_a_pipe: False,
    _vault_is_empty: False,
    _leftovers_are_links: True,
}


RIGHTS = (every_umask, a_medium_for_reading_only, planted_links)
