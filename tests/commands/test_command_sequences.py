"""Any sequence of commands keeps the invariants; undo and redo of any prefix are exact, byte for byte of the export."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from command_kit import Bench, new_bench
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.domain.record import Record
from app.domain.schema import Attribute, active_attributes
from app.domain.schema_rules import where_used
from app.errors import InvalidInput
from app.store.exchange import export
from app.store.inspection import inspect
from app.store.relations import referrers

_NAMES = ("A", "B", "C", "D")
_TYPES = st.sampled_from(("A", "A", "B", "C", "People", "Company"))
_OBJECTS = st.sampled_from(_NAMES)
_ATTRIBUTES = st.sampled_from(("a", "b", "c", "external_id"))
_KEYS = st.sampled_from(("1", "2", "3"))
_FORMATS = st.sampled_from(("text", "integer", "decimal", "boolean", "date", "list", "reference"))
_VALUES = st.sampled_from(("1", "2", "true", "x", "1.5", "2026-01-02", "1,2"))
_OPTIONS = st.sampled_from(((), ("x",), ("x", "1")))


class Sequences(RuleBasedStateMachine):
    """Commands as a person may give them in any order; most are refused at some time."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.loop = asyncio.new_event_loop()
        self.bench: Bench = new_bench(self.folder / "v.tdx")
        self.states = [self.exported()]
        self.undone: list[bytes] = []
        """What redo is to give back, the next last."""
        self.run("schema.limits", objects=3, records=4, attributes=2)
        for name in ("A", "B"):
            self.run("object.create", name=name)
        for key in ("1", "2"):
            self.run("record.put", object="A", value=(f"external_id={key}",))
        self.run("attribute.add", object="B", name="a", format="reference", target="A", many=True)
        self.run("attribute.add", object="B", name="b", format="reference", target="A")
        self.run("record.put", object="B", value=("external_id=1", "a=1,2", "b=2"))

    def teardown(self) -> None:
        """Undo everything, do it all again and undo it once more, comparing each export; then remove it."""
        while len(self.states) > 1:
            self.undo()
        while self.undone:
            self.redo()
        while len(self.states) > 1:
            self.undo()
        self.bench.vault.close()
        self.loop.close()
        shutil.rmtree(self.folder)

    def exported(self) -> bytes:
        """The exported workspace."""
        target = self.folder / "x.json"
        export(self.bench.vault.store, target)
        content = target.read_bytes()
        target.unlink()
        return content

    def run(self, command_id: str, **given: object) -> None:
        """A command changes the export and is one undo step, or neither."""
        steps = len(self.bench.vault.undo_list())
        try:
            self.loop.run_until_complete(self.bench.run(command_id, **given))
        except InvalidInput:
            assert self.exported() == self.states[-1]
        made = len(self.bench.vault.undo_list()) - steps
        assert made in (0, 1)
        if made:
            self.states.append(self.exported())
            self.undone.clear()
        assert len(self.bench.vault.redo_list()) == len(self.undone)

    @rule(name=_OBJECTS)
    def create(self, name: str) -> None:
        self.run("object.create", name=name)

    @rule(name=_OBJECTS)
    def archive(self, name: str) -> None:
        self.run("object.archive", object=name)

    @rule(name=_OBJECTS)
    def restore(self, name: str) -> None:
        self.run("object.restore", object=name)

    @rule(name=_OBJECTS, new=_OBJECTS, keep=st.booleans())
    def copy(self, name: str, new: str, keep: bool) -> None:
        self.run("object.copy", object=name, name=new, keep=keep)

    @rule(kind=_TYPES, name=_ATTRIBUTES, format=_FORMATS, option=_OPTIONS, to=_TYPES, many=st.booleans())
    def add(self, kind: str, name: str, format: str, option: tuple[str, ...], to: str, many: bool) -> None:
        is_reference = format == "reference"
        self.run(
            "attribute.add",
            object=kind,
            name=name,
            format=format,
            option=option if format == "list" else (),
            target=to if is_reference else "",
            many=many and is_reference,
        )

    @rule(kind=_TYPES, name=_ATTRIBUTES)
    def archive_attribute(self, kind: str, name: str) -> None:
        self.run("attribute.archive", object=kind, attribute=name)

    @rule(kind=_TYPES, name=_ATTRIBUTES)
    def restore_attribute(self, kind: str, name: str) -> None:
        self.run("attribute.restore", object=kind, attribute=name)

    @rule(kind=_TYPES, name=_ATTRIBUTES, new=_ATTRIBUTES, format=_FORMATS, option=_OPTIONS, to=_TYPES)
    def replace(self, kind: str, name: str, new: str, format: str, option: tuple[str, ...], to: str) -> None:
        self.run(
            "attribute.replace",
            object=kind,
            attribute=name,
            name=new,
            format=format,
            option=option if format == "list" else (),
            target=to if format == "reference" else "",
        )

    @rule(kind=_TYPES, key=_KEYS, name=_ATTRIBUTES, value=_VALUES)
    def put(self, kind: str, key: str, name: str, value: str) -> None:
        self.run("record.put", object=kind, value=(f"{name}={value}", f"external_id={key}"))

    @rule(kind=st.sampled_from(("A", "B")), key=st.sampled_from("123456"))
    def put_another(self, kind: str, key: str) -> None:
        self.run("record.put", object=kind, value=(f"external_id={key}",))

    @rule(kind=_TYPES, key=_KEYS)
    def delete(self, kind: str, key: str) -> None:
        self.run("record.delete", object=kind, record=key)

    @rule(kind=_TYPES, name=_ATTRIBUTES, value=_VALUES)
    def edit_all(self, kind: str, name: str, value: str) -> None:
        self.run("record.edit-all", object=kind, value=(f"{name}={value}",), all=True)

    @rule(kind=_TYPES, name=_ATTRIBUTES, value=_VALUES, key=_KEYS)
    def edit_shown(self, kind: str, name: str, value: str, key: str) -> None:
        self.run("record.edit-all", object=kind, value=(f"{name}={value}",), filter=f'external_id >= "{key}"')

    @rule(kind=_TYPES, key=_KEYS)
    def delete_all(self, kind: str, key: str) -> None:
        self.run("record.delete-all", object=kind, id=(key,))

    @rule(kind=_TYPES, key=_KEYS)
    def delete_shown(self, kind: str, key: str) -> None:
        self.run("record.delete-all", object=kind, filter=f'external_id > "{key}"')

    @precondition(lambda self: len(self.states) > 1)
    @rule()
    def undo(self) -> None:
        self.loop.run_until_complete(self.bench.run("undo"))
        self.undone.append(self.states.pop())
        assert self.exported() == self.states[-1]

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        self.loop.run_until_complete(self.bench.run("redo"))
        self.states.append(self.undone.pop())
        assert self.exported() == self.states[-1]

    @rule()
    def reopen(self) -> None:
        self.bench.reopen()

    @invariant()
    def nothing_is_wrong(self) -> None:
        """Names, limits, formats and values hold; whatever is active refers only to what is active."""
        assert inspect(self.bench.vault.store).problems == ()
        workspace = self.bench.workspace
        for kind in workspace.types:
            if kind.is_archived:
                assert where_used(workspace, kind) == ()
            for attribute in active_attributes(kind):
                target = workspace.type_named(attribute.target) if attribute.target else None
                assert kind.is_archived or target is None or not target.is_archived or target is kind

    @invariant()
    def references_have_both_ends(self) -> None:
        """From the record that is referred to, exactly the records are found that refer to it; however it is told."""
        workspace, records = self.bench.workspace, self.bench.workbench.records
        every = {kind.name: records.window(kind.name, 0, 100) for kind in workspace.types}
        for kind in workspace.types:
            for record in every[kind.name]:
                keys = {record.values.get(name) for name in kind.keys} - {None, ""}
                wanted = {
                    (other.name, attribute.name): sum(
                        not keys.isdisjoint(_ids(one, attribute)) for one in every[other.name]
                    )
                    for other in workspace.types
                    for attribute in active_attributes(other)
                    if attribute.target == kind.name and not other.is_archived
                }
                found = referrers(self.bench.vault.store, workspace, kind, record)
                assert {(f.type_name, f.attribute): f.count for f in found} == {k: n for k, n in wanted.items() if n}


def _ids(record: Record, attribute: Attribute) -> tuple[object, ...]:
    value = record.values.get(attribute.name)
    return value if isinstance(value, tuple) else (value,)


Sequences.TestCase.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSequences = Sequences.TestCase
