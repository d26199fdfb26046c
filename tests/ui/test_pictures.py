"""What each screen looks like at both sizes. To write them anew: pytest tests/ui/test_pictures.py --snapshot-update

Look at every picture that changed before you keep it.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

import pytest
from picture import FOLDER, PictureExtension, picture
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input, TextArea
from ui_driver import Driver, FakeSend, driving
from ui_kit import CHEAP, PASSPHRASE

from app.commands import progress
from app.demo.workspace import SAMPLE_DATA, fill
from app.store.vault import Vault
from app.ui.screens.progress import ProgressLine

ORDERS = json.dumps(
    {"orders": json.loads((SAMPLE_DATA / "shop" / "orders.json").read_text("utf-8"))[:25]}, indent=2
).encode()
SIZES = {"80x24": (80, 24), "120x36": (120, 36)}
Scene = Callable[[Driver], Awaitable[None]]


async def start(_: Driver) -> None:
    """As it opens."""


async def request(driver: Driver) -> None:
    await driver.open("List orders")


async def sent(driver: Driver) -> None:
    """The answer as a tree; raw beside it where there is room."""
    await driver.open("List orders")
    await driver.send()


async def raw(driver: Driver) -> None:
    await sent(driver)
    await driver.press("r")


async def mapping(driver: Driver) -> None:
    """The suggestion, with its preview."""
    await sent(driver)
    await driver.press("m")
    driver.screen.focus_pane("mapping")
    await driver.settle()


async def rejected(driver: Driver) -> None:
    """What was left out, after applying."""
    await mapping(driver)
    await driver.press("a")


async def records(driver: Driver) -> None:
    await rejected(driver)
    await driver.press("enter")
    await driver.open("Order")


async def records_sorted(driver: Driver) -> None:
    """By the total, the greatest first."""
    await records(driver)
    await driver.press("right", "right", "S", "S")


async def records_mistake(driver: Driver) -> None:
    """A filter with a mistake, pointed at."""
    await records(driver)
    await driver.press("f")
    await driver.type("total > 40 and status = opn")
    await driver.press("enter")


async def records_filtered(driver: Driver) -> None:
    await records_sorted(driver)
    await driver.press("f")
    await driver.type("total > 40 and not gift")
    await driver.press("enter")


async def records_columns(driver: Driver) -> None:
    """Two hidden, one carried back."""
    await records(driver)
    await driver.press("c", "down", "space", "down", "down", "space", "J")


async def schema(driver: Driver) -> None:
    await driver.open("Order")
    await driver.press("s")


async def record(driver: Driver) -> None:
    """One record with its links and its history."""
    driver.workbench.ids = count(1).__next__
    await driver.workbench_run("record.put", object="People", value=("external_id=c1", "email=zoe@example.com"))
    await driver.workbench_run("record.put", object="Order", value=("external_id=1001", "total=42.5", "customer=c1"))
    await driver.workbench_run("record.put", object="Item", value=("external_id=1001-1", "order=1001"))
    await driver.open("Order")
    await driver.press("enter", "end", *["up"] * 3)


async def copy(driver: Driver) -> None:
    """A change that is no change of a description: refused, and offered as a copy."""
    await driver.workbench_run("record.put", object="Order", value=("external_id=1001", "total=42.5"))
    await schema(driver)
    await driver.press(*["down"] * 4, "c", "ctrl+s")


async def diagram(driver: Driver) -> None:
    """The whole schema."""
    await driver.press("D")


async def refusal(driver: Driver) -> None:
    """A rule that stays in its dialog."""
    await driver.press("n")
    await driver.type("Order")
    await driver.press("ctrl+s")


async def action_form(driver: Driver) -> None:
    await driver.open("List orders")
    await driver.press("e")


async def import_curl(driver: Driver) -> None:
    """What a pasted command line will make, before it is made."""
    await driver.press("c")
    text = "curl https://shop.example/orders -L \\\n  -H 'Authorization: Bearer x' \\\n  --json '{\"sku\": 1}'"
    driver.app.screen.query_one("#arg-text", TextArea).insert(text)
    await driver.settle()


ORDERS_CSV = """Order no;total;status;external_updated_at
A-1;42.50;open;2026-01-02T03:04:05Z
A-2;n/a;open;2026-01-03T03:04:05Z
A-3;7;shipped;2026-01-04T03:04:05Z
"""


async def import_file(driver: Driver) -> None:
    """What was found out about a file, and what would be written of it."""
    await asyncio.to_thread(Path("orders.csv").write_text, ORDERS_CSV)
    await driver.open("Order")
    await driver.press("I")
    driver.app.screen.query_one("#arg-file", Input).value = "orders.csv"
    driver.app.screen.query_one("#arg-map", TextArea).insert("Order no=external_id")
    await driver.settle()


async def importing(driver: Driver) -> None:
    """How far it is, and that Escape stops it."""
    await import_file(driver)
    work = driver.app.screen.query_one(ProgressLine).watching()
    work.__enter__()  # it lasts as long as the picture
    progress.tell("Reading orders.csv", 46, 100)
    await driver.settle()


async def buttons(driver: Driver) -> None:
    """The newest records as a conversation would offer them."""
    await import_file(driver)
    await driver.press("ctrl+s", "b")


async def question(driver: Driver) -> None:
    """Before a request that may change the other system."""
    await driver.open("Cancel item")
    await driver.press("i")
    await driver.type("1001")
    await driver.press("tab")
    await driver.type("1001-1")
    await driver.press("ctrl+s", "f5")


async def failure(driver: Driver) -> None:
    """A server error in HTML."""
    driver.sender.status, driver.sender.body = 500, b"<html><body><h1>Internal Server Error</h1></body></html>\n"
    await driver.open("Broken page (500)")
    await driver.send()


async def palette(driver: Driver) -> None:
    await driver.press("ctrl+p")


async def help(driver: Driver) -> None:
    await driver.press("question_mark")


async def history(driver: Driver) -> None:
    """Runs that came and one that failed."""
    await sent(driver)
    driver.sender.status, driver.sender.body = 503, b'{"error": "busy"}'
    await driver.send()
    driver.sender.status, driver.sender.body = 200, ORDERS.replace(b'"EUR"', b'"SEK"', 2)
    await driver.send()
    await driver.press("H", "m")


async def compare(driver: Driver) -> None:
    """The newest beside the first."""
    await history(driver)
    await driver.press("end", "c")


SCENES: tuple[Scene, ...] = (
    *(start, request, sent, raw, mapping, rejected, records, record, schema, copy, diagram),
    *(refusal, action_form, import_curl, import_file, importing, buttons, question, failure, palette, help),
    *(records_sorted, records_mistake, records_filtered, records_columns),
    *(history, compare),
)


@pytest.fixture(scope="module")
def fixed_vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample workspace, calling an address that is always the same."""
    path = tmp_path_factory.mktemp("pictures") / "sample.tdx"
    vault = Vault.create(path, PASSPHRASE, kdf=CHEAP)
    answers = FakeSend(b'{"access_token": "never-shown", "expires_in": 60}')
    asyncio.run(fill(vault, "http://127.0.0.1:8765", send=answers))
    vault.close()
    return path


@pytest.fixture
def pictures(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """The pictures that are kept."""
    return snapshot.use_extension(PictureExtension)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
async def test_picture(
    scene: Scene,
    size: str,
    fixed_vault: Path,
    tmp_path: Path,
    pictures: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Layout, colours and words, character by character."""
    monkeypatch.chdir(tmp_path)
    path = Path(shutil.copy(fixed_vault, tmp_path / "demo.tdx"))
    async with driving(path, size=SIZES[size], sender=FakeSend(ORDERS)) as driver:
        await scene(driver)
        assert picture(driver.app) == pictures


def test_no_picture_is_left_over() -> None:
    """Each kept picture belongs to a scene."""
    wanted = {f"test_picture[{scene.__name__}-{size}].svg" for scene in SCENES for size in SIZES}
    assert {path.name for path in FOLDER.iterdir()} == wanted


def test_no_picture_loads_anything() -> None:
    """Whoever looks at the README asks no other server."""
    for path in FOLDER.iterdir():
        assert "url(http" not in path.read_text("utf-8")
        assert 'href="http' not in path.read_text("utf-8")
