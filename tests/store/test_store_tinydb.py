"""TinyDB on the store: stock TinyDB's answers, ids and order, one commit for each call, and no alias to live data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_kit import CHEAP, PASSPHRASE, contents, new_vault, open_vault, put
from tinydb import JSONStorage, Query, TinyDB, where
from tinydb.middlewares import CachingMiddleware
from tinydb.operations import delete, increment
from tinydb.table import Document

from app.errors import VaultBusy, WrongPassphrase
from app.store import SealedStore, open_tinydb
from app.store.documents import NotJson
from app.store.query import indexed_equality, leaks_documents
from app.store.tinydb_open import tinydb_on
from app.store.tinydb_storage import SealedStorage


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.tdx"


@pytest.fixture
def db(path: Path) -> Iterator[TinyDB]:
    database = open_tinydb(path, PASSPHRASE, kdf=CHEAP)
    yield database
    database.close()


def store_of(db: TinyDB) -> SealedStore:
    assert isinstance(db.storage, SealedStorage)
    return db.storage.store


def commits(db: TinyDB, call: Callable[[], object]) -> int:
    before = store_of(db).info().frames
    call()
    return store_of(db).info().frames - before


def test_it_is_a_plain_tinydb_on_a_vault(path: Path) -> None:
    db = open_tinydb(path, PASSPHRASE, kdf=CHEAP)
    assert type(db) is TinyDB
    assert db.insert({"a": 1}) == 1
    assert db.table("orders").insert_multiple([{"n": 1}, {"n": 2}]) == [1, 2]
    with pytest.raises(VaultBusy):
        open_tinydb(path, PASSPHRASE)
    db.close()
    with pytest.raises(WrongPassphrase):
        open_tinydb(path, "wrong")
    with open_vault(path) as store:
        assert contents(store) == {"_default": {1: {"a": 1}}, "orders": {1: {"n": 1}, 2: {"n": 2}}}
        put(store, "orders", 9, n=9)
    with open_tinydb(path, PASSPHRASE, readonly=True) as reader:
        assert reader.table("orders").get(doc_id=9) == {"n": 9}


def test_every_call_is_one_commit_and_a_transaction_is_one_for_all(db: TinyDB) -> None:
    other = db.table("other")
    assert commits(db, lambda: db.insert({"a": 1})) == 1
    assert commits(db, lambda: db.insert_multiple({"a": n} for n in range(300))) == 1
    assert commits(db, lambda: db.update({"b": 1}, where("a") == 1)) == 1
    assert commits(db, lambda: db.upsert({"c": 1}, where("a") == 2)) == 1
    assert commits(db, lambda: db.upsert({"c": 1}, where("a") == -2)) == 1
    assert commits(db, lambda: db.remove(doc_ids=[1, 2, 99])) == 1
    assert commits(db, lambda: db.remove(where("a") == -99)) == 0
    assert commits(db, db.truncate) == 1

    def both() -> None:
        with db.transaction():
            first = db.insert({"a": 1})
            other.insert({"of": first})
            assert db.get(doc_id=first) == {"a": 1}
            assert other.search(where("of") == first) == [{"of": first}]
            assert len(other) == 1

    assert commits(db, both) == 1


def test_an_aborted_transaction_leaves_nothing_and_is_not_remembered(db: TinyDB) -> None:
    db.insert({"a": 1})
    with pytest.raises(LookupError), db.transaction():
        db.update({"a": 2})
        db.table("new").insert({})
        assert db.search(where("a") == 2) == [{"a": 2}]
        raise LookupError
    assert db.all() == [{"a": 1}]
    assert db.search(where("a") == 2) == []
    assert db.tables() == {"_default"}
    assert db.insert({"a": 3}) == 2


def test_a_failing_callable_changes_nothing(db: TinyDB) -> None:
    db.insert_multiple([{"n": 1}, {"n": 2}, {}])
    with pytest.raises(KeyError):
        db.update(increment("n"))
    with pytest.raises(NotJson):
        db.update({"bad": object()}, where("n") == 1)

    def documents() -> Iterator[dict[str, object]]:
        yield {"n": 4}
        raise LookupError

    with pytest.raises(LookupError):
        db.insert_multiple(documents())
    assert db.all() == [{"n": 1}, {"n": 2}, {}]


def test_nothing_handed_out_or_taken_in_is_live(db: TinyDB) -> None:
    mine: dict[str, list[int]] = {"list": [1]}
    db.insert(mine)
    mine["list"].append(2)

    def spoil(document: MutableMapping[str, list[int]]) -> bool:
        document["list"].append(9)
        return True

    queries = [
        where("list").any([1]),
        where("list").test(lambda found: bool(found.append(9) or found)),
        where("list").map(lambda found: found.append(9) or 1) == 1,
        ~where("absent").exists() & where("list").test(lambda found: found.append(9) is None),
        Query().list.any(lambda _each: True),
        spoil,
    ]
    for query in queries:
        for _twice in range(2):
            for document in db.search(query):
                document["list"].append(3)
                document["new"] = 1
            found = db.get(query)
            assert isinstance(found, Document)
            found["list"].append(4)
    for document in [*db, *db.all(), db.get(doc_id=1), *db.get(doc_ids=[1])]:
        document["list"].append(5)  # type: ignore[index]
    assert db.all() == [{"list": [1]}]


def test_an_index_answers_equality_in_the_order_of_a_scan(db: TinyDB) -> None:
    db.insert_multiple({"n": n % 3, "deep": {"n": n % 2}} for n in range(20))
    db.insert(Document({"n": 1, "deep": {"n": 0}}, 500))
    db.insert(Document({"n": 1, "deep": {"n": 0}}, 100))
    wanted = [(each.doc_id, each) for each in db.search(where("n") == 1)]
    deep = [each.doc_id for each in db.search(Query().deep.n == 0)]
    table = db.table("_default")
    table.ensure_index("n")  # type: ignore[attr-defined]
    table.ensure_index("deep.n")  # type: ignore[attr-defined]
    db.clear_cache()
    assert [(each.doc_id, each) for each in db.search(where("n") == 1)] == wanted
    assert [each.doc_id for each in db.search(Query().deep.n == 0)] == deep
    assert [each[0] for each in wanted][-2:] == [500, 100]
    db.update({"n": 1}, doc_ids=[1])
    assert db.count(where("n") == 1) == len(wanted) + 1
    with db.transaction():
        db.update({"n": 7}, doc_ids=[1])
        assert db.count(where("n") == 7) == 1
        assert db.count(where("n") == 1) == len(wanted)


def test_what_somebody_else_commits_is_seen(path: Path) -> None:
    with new_vault(path) as store:
        db = tinydb_on(store)
        assert db.insert({"a": 1}) == 1
        assert db.search(where("a") == 5) == []
        put(store, "_default", 2, a=5)
        assert db.search(where("a") == 5) == [{"a": 5}]
        assert db.insert({"a": 6}) == 3
        db.close()
        assert store.count("_default") == 3


@pytest.mark.parametrize(
    ("query", "equality"),
    [
        (where("a") == 1, (("a",), 1)),
        (Query().a.b == None, (("a", "b"), None)),  # noqa: E711 - a query, not a comparison
        (where("a") == [1], None),
        (where("a") != 1, None),
        ((where("a") == 1) & (where("b") == 2), None),
        (where("a").map(str) == "1", None),
        (lambda _document: True, None),
    ],
)
def test_only_plain_equality_is_answered_by_an_index(query: object, equality: object) -> None:
    assert indexed_equality(query) == equality  # type: ignore[arg-type]


def test_a_query_says_whether_it_hands_documents_on() -> None:
    plain = (where("a") == 1) & ~(where("b").matches("x") | where("c").any(where("d") > 1)) & Query().fragment({"a": 1})
    assert not leaks_documents(plain)
    assert not leaks_documents(Query().noop())
    for leaky in (
        where("a").test(lambda _value: True),
        plain & where("a").test(lambda _value: True),
        where("c").any(where("d").test(lambda _value: True)),
        where("c").all(lambda _value: True),
        where("a").map(str) == "1",
        lambda _document: True,
    ):
        assert leaks_documents(leaky)


def test_any_json_can_be_written_through_the_storage(path: Path) -> None:
    storage = SealedStorage(path, PASSPHRASE, kdf=CHEAP)
    assert storage.read() is None
    odd = {"none": [None], "int": 42, "dict": {"hp": 13}, "t": {"1": {"a": 1}, "x": {}, "-1": {"b": 2}}}
    storage.write(odd)  # type: ignore[arg-type]
    assert storage.read() == odd
    storage.write({"t": {"1": {"a": 1}}, "int": {}})
    assert storage.read() == {"t": {"1": {"a": 1}}, "int": {}}
    frames = storage.store.info().frames
    storage.write({"t": {"1": {"a": 1}}, "int": {}})
    assert storage.store.info().frames == frames, "nothing differs, nothing is written"
    storage.write({"t": {"1": {"a": True}}, "int": {}})
    assert repr(storage.read()) == repr({"t": {"1": {"a": True}}, "int": {}})
    storage.close()


FIELDS = st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from([0, 1, "x", None, [1]]), max_size=2)
CONDITIONS = st.sampled_from([where("a") == 1, where("b").exists(), ~(where("a") == "x"), where("a") == 99])
IDS = st.integers(0, 5)
ROWS = st.one_of(FIELDS, st.builds(Document, FIELDS, IDS))
CALLS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), ROWS),
        st.tuples(st.just("insert_multiple"), st.lists(ROWS, max_size=3)),
        st.tuples(st.just("update"), FIELDS, CONDITIONS),
        st.tuples(st.just("update"), FIELDS, st.none(), st.lists(IDS, max_size=3)),
        st.tuples(st.just("update"), st.just(delete("a")), st.just(where("a").exists())),
        st.tuples(st.just("update"), st.just(increment("a"))),
        st.tuples(st.just("update_multiple"), st.lists(st.tuples(FIELDS, CONDITIONS), max_size=3)),
        st.tuples(st.just("upsert"), FIELDS, CONDITIONS),
        st.tuples(st.just("upsert"), st.builds(Document, FIELDS, IDS)),
        st.tuples(st.just("remove"), CONDITIONS),
        st.tuples(st.just("remove"), st.none(), st.lists(IDS, max_size=3, unique=True)),
        st.tuples(st.just("get"), CONDITIONS),
        st.tuples(st.just("get"), st.none(), IDS),
        st.tuples(st.just("get"), st.none(), st.none(), st.lists(IDS, max_size=3)),
        st.tuples(st.just("search"), CONDITIONS),
        st.tuples(st.just("contains"), CONDITIONS),
        st.tuples(st.sampled_from(["truncate", "drop_tables", "all", "tables", "_get_next_id"])),
        st.tuples(st.just("drop_table"), st.just("_default")),
    ),
    max_size=25,
)


def answer(db: TinyDB, name: str, *arguments: object) -> object:
    try:
        result = getattr(db, name)(*arguments)
    except (ValueError, KeyError, TypeError, RuntimeError) as error:
        kind = next(each for each in (ValueError, KeyError, TypeError, RuntimeError) if isinstance(error, each))
        return kind.__name__
    if isinstance(result, Document):
        return (result.doc_id, dict(result))
    if isinstance(result, list) and result and isinstance(result[0], Document):
        return [(each.doc_id, dict(each)) for each in result]
    return result


@settings(max_examples=150, deadline=None)
@given(CALLS)
def test_every_call_answers_as_stock_tinydb_does(
    tmp_path_factory: pytest.TempPathFactory, calls: list[tuple[object, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("pair")
    stock = TinyDB(folder / "stock.json", storage=JSONStorage)
    stock_cached = TinyDB(folder / "cached.json", storage=CachingMiddleware(JSONStorage))
    ours = open_tinydb(folder / "v.tdx", PASSPHRASE, kdf=CHEAP)
    plain = TinyDB(folder / "w.tdx", PASSPHRASE, kdf=CHEAP, storage=SealedStorage)
    cached = TinyDB(folder / "x.tdx", PASSPHRASE, kdf=CHEAP, storage=CachingMiddleware(SealedStorage))
    pairs = [(stock, ours), (stock, plain), (stock_cached, cached)]
    try:
        for call in [*calls, ("all",)]:
            wanted = {id(db): repr(answer(db, *call)) for db in (stock, stock_cached)}  # type: ignore[arg-type]
            for theirs, db in pairs:
                assert repr(answer(db, *call)) == wanted[id(theirs)], call  # type: ignore[arg-type]
    finally:
        for db in (stock, stock_cached, ours, plain, cached):
            db.close()
    with open_tinydb(folder / "v.tdx", PASSPHRASE) as again, TinyDB(folder / "stock.json") as same:
        assert repr(answer(again, "all")) == repr(answer(same, "all"))
        assert again.tables() == same.tables()
        assert again.table("_default")._get_next_id() == same.table("_default")._get_next_id()
