"""A medium that loses power: from a log of changes to every file system that may be there afterwards.

What was synced is kept. Every unsynced write is absent, whole or torn by sectors; every unsynced cut or name is there
or not; in any order. What a failed sync left unsynced is gone for good: the system has dropped the pages.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture import native
from tests.torture.native import Event

SECTOR = 512


@dataclass(slots=True)
class File:
    """One file's bytes on the medium, and what is on the way to it."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Event] = field(default_factory=list)


class Medium:
    """Files and names, durable and pending."""

    def __init__(self) -> None:
        self.files: dict[int, File] = {}
        self.names: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._pending: list[tuple[Event, int]] = []

    def take(self, event: Event) -> None:
        """Let one more event happen."""
        file = self.files.get(event.inode)
        match event.op:
            case native.LOG_MAKE:
                self.files[event.inode] = File()
                self._name(event, event.inode)
            case native.LOG_WRITE | native.LOG_CUT if file:
                file.pending.append(event)
            case native.LOG_SYNC if file:
                if not event.code:
                    for each in file.pending:
                        change(file.durable, each)
                file.pending.clear()
            case native.LOG_FOLDER if not event.code:
                for each, inode in self._pending:
                    rename(self.names, each, inode)
                self._pending.clear()
            case native.LOG_RENAME | native.LOG_LINK | native.LOG_UNLINK:
                self._name(event, self._seen.get(event.first, 0))

    def after_power_loss(self, choose: random.Random) -> dict[str, bytes]:
        """One of the file systems that may be found, by name."""
        names = dict(self.names)
        luck = choose.choice((0.0, 0.5, 0.5, 1.0))
        for event, inode in self._pending:
            if choose.random() < luck:
                rename(names, event, inode)
        found: dict[int, bytes] = {}
        for inode in set(names.values()):
            file = self.files.get(inode)
            if file is not None:
                found[inode] = _settled(file, choose, luck)
        return {name: found[inode] for name, inode in names.items() if inode in found}

    def _name(self, event: Event, inode: int) -> None:
        rename(self._seen, event, inode)
        self._pending.append((event, inode))


def rename(names: dict[str, int], event: Event, inode: int) -> None:
    """Carry one change of names out."""
    match event.op:
        case native.LOG_MAKE:
            names[event.first] = inode
        case native.LOG_LINK:
            names[event.second] = inode
        case native.LOG_UNLINK:
            names.pop(event.first, None)
        case native.LOG_RENAME:
            names.pop(event.first, None)
            names[event.second] = inode


def change(data: bytearray, event: Event) -> None:
    """Carry one change of bytes out."""
    if event.op == native.LOG_CUT:
        del data[event.offset :]
        data.extend(bytes(event.offset - len(data)))
        return
    end = event.offset + len(event.data)
    if end > len(data):
        data.extend(bytes(end - len(data)))
    data[event.offset : end] = event.data


def _settled(file: File, choose: random.Random, luck: float) -> bytes:
    data = bytearray(file.durable)
    pending = list(file.pending)
    if luck == 0.5:
        choose.shuffle(pending)
    for event in pending:
        if event.op == native.LOG_WRITE and luck == 0.5 and choose.random() < 0.6:
            _tear(data, event, choose)
        elif choose.random() < luck:
            change(data, event)
    return bytes(data)


def _tear(data: bytearray, event: Event, choose: random.Random) -> None:
    """Some sectors of a write: the others keep what they held, which is nothing in a file that grew."""
    keep = choose.random()
    end = event.offset + len(event.data)
    if end > len(data) and choose.random() < 0.8:
        data.extend(bytes(end - len(data)))
    at = event.offset
    while at < end:
        stop = min(end, (at // SECTOR + 1) * SECTOR)
        if choose.random() < keep:
            piece = event.data[at - event.offset : stop - event.offset]
            if stop > len(data):
                data.extend(bytes(stop - len(data)))
            data[at:stop] = piece
        at = stop


def write_out(files: dict[str, bytes], source: Path, target: Path) -> None:
    """Put a found file system into a folder, names taken from another one."""
    target.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        place = target / Path(name).relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
