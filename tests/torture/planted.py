"""The row of planted bugs: each bug, the rows that must catch it, and whether they did."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator

from tests.torture import bugs, changed, child, crashes, failures, hazards, moved, others, rights, values
from tests.torture.model import CaughtError, Row

Check = Callable[..., None]
PATIENCE = 60
"""Seconds after which a program with a bug is taken for one that hangs."""

BUGS: dict[Callable[[], None], tuple[Check, ...]] = {
    bugs.no_sync: (crashes.power_lost_at_every_event,),
    bugs.no_sync_of_a_new_file: (crashes.power_lost_at_every_event,),
    bugs.no_sync_of_the_folder: (crashes.power_lost_at_every_event,),
    bugs.no_sync_of_the_folder_on_opening: (crashes.power_lost_after_a_kill,),
    bugs.tail_not_cut: (crashes.killed_within_every_write,),
    bugs.failed_write_not_cut: (failures.errors_at_every_call,),
    bugs.failed_sync_left_readable: (crashes.power_lost_after_a_failed_sync,),
    bugs.failed_sync_forgiven: (failures.errors_at_every_call,),
    bugs.failed_write_acknowledged: (failures.errors_at_every_call,),
    bugs.partial_commit_applied: (crashes.killed_within_every_write,),
    bugs.one_header_copy_only: (changed.every_byte_changed,),
    bugs.header_damage_not_told: (changed.every_byte_changed,),
    bugs.applied_before_durable: (failures.a_limit_of_file_size,),
    bugs.acknowledged_before_durable: (crashes.killed_before_every_call,),
    bugs.no_lock: (others.a_second_writer,),
    bugs.lock_after_publishing: (others.a_second_writer,),
    bugs.session_used_again: (hazards.a_key_never_seals_twice,),
    bugs.one_session_for_all: (hazards.a_key_never_seals_twice,),
    bugs.witness_ignored: (changed.older_copies_put_back,),
    bugs.witness_looks_at_the_number_only: (changed.older_copies_put_back,),
    bugs.durable_too_low: (changed.every_byte_changed,),
    bugs.durable_too_high: (crashes.power_lost_at_every_event,),
    bugs.damage_taken_for_a_torn_tail: (moved.frames_moved,),
    bugs.tag_chain_not_checked: (moved.frames_of_another_past,),
    bugs.commits_during_a_rewrite_lost: (hazards.commits_beside_a_rewrite,),
    bugs.leftovers_not_swept: (crashes.killed_before_every_call,),
    bugs.loose_rights: (rights.every_umask,),
    bugs.fork_not_noticed: (others.a_fork,),
    bugs.link_followed: (rights.planted_links,),
    bugs.documents_shared: (values.aliased_documents,),
}


def planted_bugs(row: Row, *, long: bool) -> None:
    """Each bug in turn, in a process of its own: the rows named beside it must complain."""
    for bug, checks in _chosen(long=long):
        outcome = child.collect(lambda say, bug=bug, checks=checks: _hunt(bug, checks, say))
        complaints = [line for line in outcome.said if line.startswith("caught")]
        if outcome.status == -signal.SIGALRM:
            complaints.append(f"caught: not at an end after {PATIENCE} s")
        row.check(bool(complaints), f"{bug.__name__} was not caught: {outcome.said[-1:]}")
        row.notes.append(f"{bug.__name__}: {complaints[0][:110] if complaints else 'NOT CAUGHT'}")


_QUICK = (
    "tail_not_cut",
    "one_header_copy_only",
    "witness_ignored",
    "durable_too_low",
    "no_lock",
    "no_sync_of_the_folder",
)


def _chosen(*, long: bool) -> Iterator[tuple[Callable[[], None], tuple[Check, ...]]]:
    for bug, checks in BUGS.items():
        if long or bug.__name__ in _QUICK:
            yield bug, checks


def _hunt(bug: Callable[[], None], checks: tuple[Check, ...], say: Callable[[str], None]) -> None:
    signal.alarm(PATIENCE)
    bug()
    for check in checks:
        row = Row(name=check.__name__, ends_at_once=True)
        try:
            check(row, long=False)
        except CaughtError as error:
            say(f"caught by {check.__name__}: {error}")
        except BaseException as error:  # noqa: BLE001 - a program this broken may fail in any way
            say(f"caught by {check.__name__}: {type(error).__name__}: {error}")
        else:
            if row.violations:  # found by trials that go on after the first
                say(f"caught by {check.__name__}: {row.violations[0]}")
