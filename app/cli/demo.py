"""`actionbench demo`: a throw-away vault with the sample workspace, and the demo API beside it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from app.cli import output, start
from app.domain.secret import Secret
from app.errors import WorkbenchError

PASSPHRASE = "demo"  # noqa: S105 - the demo's vault holds nothing secret, and this is printed at its end


def run_api(port: int) -> int:
    """Serve the demo API until interrupted; its URL is the first line on stdout."""
    from app.demo.server import serve

    def announce(url: str) -> None:
        print(url, flush=True)
        output.say("The demo API is running; ctrl+c stops it.")

    serve(port, announce)
    return 0


def run_demo() -> int:
    """Open the workbench on a sample vault in the temporary folder; the demo API runs as a process of its own."""
    start.check_terminal()
    path = Path(tempfile.mkdtemp(prefix="actionbench-demo-")) / "demo.tdx"
    command = [sys.executable, "-m", "app", "demo-api"]
    with subprocess.Popen(  # noqa: S603 - this very program
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        start_new_session=True,
    ) as api:
        try:
            code = _show(path, api)
        finally:
            api.terminate()
    output.say(f"The demo's vault is {path}, its passphrase is {PASSPHRASE}. To look at it again:")
    output.say(f"  {program()} --vault {path}")
    output.say(f"To throw it away: rm -r {path.parent}")
    return code


def _show(path: Path, api: subprocess.Popen[str]) -> int:
    assert api.stdout is not None
    url = api.stdout.readline().strip()
    if not url:
        raise WorkbenchError('The demo API did not start. Run "actionbench demo-api" to see why.')
    return start.show(path.name, lambda _: start.create_vault(path, Secret(PASSPHRASE), base_url=url, is_noted=False))


def program() -> str:
    """How this program was called, for a line that a person can paste."""
    name = Path(sys.argv[0])
    return f"{sys.executable} -m app" if name.suffix == ".py" else str(name)
