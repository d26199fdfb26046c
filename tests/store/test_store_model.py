"""The store against a plain dict, over any sequence of steps, reopenings, crashes and rewrites."""

from __future__ import annotations

import copy
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from store_kit import CHEAP, Contents, contents

from app.store import SealedStore

TABLES = st.sampled_from(["t", "u", "naïve table"])
IDS = st.integers(0, 6) | st.integers(0, 2**63 - 1)
VALUES = st.sampled_from([0, 1, True, None, "x", 2**70, "\ud800", 1.5])
DOCUMENTS = st.fixed_dictionaries({"v": VALUES}, optional={"deep": st.fixed_dictionaries({"v": VALUES})})
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), TABLES, IDS, DOCUMENTS),
        st.tuples(st.just("many"), TABLES, st.integers(0, 300)),
        st.tuples(st.just("delete"), TABLES, IDS),
        st.tuples(st.sampled_from(["clear", "drop", "create"]), TABLES),
    ),
    min_size=1,
    max_size=6,
)


class StoreModel(RuleBasedStateMachine):
    @initialize()
    def create(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "v.tdx"
        self.passphrase = "0"
        self.store = SealedStore.create(self.path, "0", kdf=CHEAP)
        self.model: Contents = {}

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(steps=STEPS, fails=st.booleans())
    def commit(self, steps: list[tuple[object, ...]], fails: bool) -> None:
        wanted = copy.deepcopy(self.model)
        with suppress(LookupError), self.store.transaction() as tx:
            for step in steps:
                self._step(tx, wanted, *step)
            assert set(tx.tables()) == set(wanted)
            for table, rows in wanted.items():
                assert tx.view(table).keys() == tuple(rows)
            if fails:
                raise LookupError
        if not fails:
            self.model = wanted

    def _step(self, tx: object, wanted: Contents, kind: str, table: str, *rest: object) -> None:
        if kind == "put":
            wanted.setdefault(table, {})[rest[0]] = rest[1]  # type: ignore[index,assignment]
            tx.put(table, *rest)  # type: ignore[attr-defined]
        elif kind == "many":
            rows = [(n, {"v": n % 5}) for n in range(1, int(str(rest[0])))]
            if rows:
                wanted.setdefault(table, {}).update(rows)
            tx.put_many(table, rows)  # type: ignore[attr-defined]
        elif kind == "delete":
            wanted.get(table, {}).pop(rest[0], None)  # type: ignore[call-overload]
            tx.delete(table, *rest)  # type: ignore[attr-defined]
        elif kind == "clear":
            wanted.get(table, {}).clear()
            tx.clear(table)  # type: ignore[attr-defined]
        elif kind == "drop":
            wanted.pop(table, None)
            tx.drop(table)  # type: ignore[attr-defined]
        else:
            wanted.setdefault(table, {})
            tx.create(table)  # type: ignore[attr-defined]

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = SealedStore.open(self.path, self.passphrase)
        assert self.store.report.remarks == ()

    @rule(torn=st.binary(max_size=40))
    def crash(self, torn: bytes) -> None:
        raw = self.path.read_bytes()
        self.store.close()
        self.path.write_bytes(raw + torn)
        self.store = SealedStore.open(self.path, self.passphrase)
        assert self.store.report.torn_bytes == len(torn)

    @rule()
    def compact(self) -> None:
        self.store.compact()

    @rule(passphrase=st.sampled_from(["1", "2"]))
    def change_passphrase(self, passphrase: str) -> None:
        self.store.change_passphrase(passphrase)
        self.passphrase = passphrase

    @rule(table=TABLES, field=st.sampled_from(["v", "deep.v"]))
    def index(self, table: str, field: str) -> None:
        self.store.ensure_index(table, field)

    @rule(table=TABLES, value=VALUES)
    def find(self, table: str, value: object) -> None:
        for path in (("v",), ("deep", "v")):
            assert self.store.find(table, path, value) == tuple(
                key for key, document in self.model.get(table, {}).items() if holds(document, path, value)
            )

    @rule(table=TABLES, doc_id=IDS)
    def look(self, table: str, doc_id: int) -> None:
        assert self.store.get(table, doc_id) == self.model.get(table, {}).get(doc_id)

    @invariant()
    def agree(self) -> None:
        if hasattr(self, "store"):
            assert repr({t: dict(rows) for t, rows in sorted(contents(self.store).items())}) == repr(
                dict(sorted(self.model.items()))
            )
            assert {t: self.store.ids(t) for t in self.model} == {t: tuple(rows) for t, rows in self.model.items()}


def holds(document: dict[str, object], path: tuple[str, ...], value: object) -> bool:
    found: object = document
    for part in path:
        if not isinstance(found, dict) or part not in found:
            return False
        found = found[part]
    return found == value


StoreModel.TestCase.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)
TestStoreModel = StoreModel.TestCase
