"""What the shell loads, proved in fresh interpreters: the only way to see that an import is really put off."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("textual", "rich", "httpx", "httpcore", "tinydb", "starlette", "uvicorn", "anyio", "cryptography")
_REPORT = "; import sys; print(' '.join(sorted({name.split('.')[0] for name in sys.modules})))"


def _loaded(code: str) -> set[str]:
    """The top packages that are loaded after `code`."""
    done = subprocess.run(
        [sys.executable, "-c", code + _REPORT], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "code",
    [
        "import app.cli.main",
        "import app.__main__",
        "from app.commands import load_all; load_all(); from app.cli import grammar; grammar.build('1')",
        "import app.cli.main, app.cli.demo, app.cli.start; from app.commands import load_all; load_all()",
        "import app.workbench, app.demo.server",
    ],
)
def test_the_shell_loads_no_screen_and_no_network(code: str) -> None:
    """Neither the import of the shell nor the whole grammar needs a heavy package."""
    assert _loaded(code).isdisjoint(HEAVY)


def test_a_command_that_reads_the_vault_loads_no_screen_and_no_network(tmp_path: Path) -> None:
    """Nor does a refusal; only the vault's cryptography is needed."""
    code = f"from app.cli.main import main; main(['--vault', {str(tmp_path / 'none.tdx')!r}, 'object', 'list'])"
    assert _loaded(code).isdisjoint(HEAVY)


def test_the_store_loads_no_tinydb() -> None:
    """TinyDB's own classes are for scripts; opening a vault does without."""
    assert _loaded("import app.store.vault").isdisjoint({*HEAVY} - {"cryptography"})


def test_the_vocabulary_loads_the_standard_library_alone() -> None:
    """The domain can be used anywhere."""
    modules = "pkgutil.iter_modules(app.domain.__path__)"
    code = f"import pkgutil, app.domain; [__import__('app.domain.' + module.name) for module in {modules}]"
    bare = _loaded("pass")
    found = {name for name in _loaded(code) - bare if name not in sys.stdlib_module_names}
    assert found == {"app"}
