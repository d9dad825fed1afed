"""Kill the program while it repairs a file in place, again and again, and look at what is left.

    python benchmarks/trust/kill_in_place.py [--runs 200] [--megabytes 5] [--seed 1]

Each run is a process of its own, killed at a random moment around the one at which the file is replaced. Afterwards the
file must be the original or the result, whole; a backup, where there is one, the original, whole; and the next run,
which is let alone, must end with the result and leave nothing but it and its backup. Exit status 1 where one did not.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

_ROW = f"<row><name>Tea &amp; cake</name><text>{'tea and cake ' * 800}</text></row>\n"  # few and long
_POLL = 0.001  # seconds between two looks at the folder


def main() -> int:
    """Run, and print what was seen, one line a kind."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=200)
    options.add_argument("--megabytes", type=float, default=5)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--in-write", action="store_true", help="kill in the moments of writing alone")
    given = options.parse_args()
    chance = random.Random(given.seed)  # noqa: S311 - no secret
    rows = _ROW * int(given.megabytes * 1_000_000 / len(_ROW))
    original = f"<rows>\n{rows}<row><name>Tea & cake</name></row>\n</rows>\n".encode()
    result = original.replace(b"Tea & cake", b"Tea &amp; cake")
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="kill-in-place-") as place:
        folder, state = Path(place, "documents"), Path(place, "state")
        folder.mkdir()
        path = folder / "rows.xml"
        path.write_bytes(original)
        started = time.monotonic()
        _let_run(path, state)
        whole = time.monotonic() - started
        if path.read_bytes() != result:
            sys.stdout.write("The repair does not do what this script expects of it.\n")
            return 1
        for number in range(given.runs):
            for one in folder.iterdir():
                one.unlink()
            path.write_bytes(original)
            _killed(path, state, chance, whole, in_write=given.in_write or number % 2 == 0)
            _look(path, original, result, seen)
            _let_run(path, state)
            left = {one.name for one in folder.iterdir()}
            seen["next run: result and backup alone"] += left == {"rows.xml", "rows.xml.bak"}
            seen["next run: LITTER"] += not left <= {"rows.xml", "rows.xml.bak"}
            seen["next run: WRONG RESULT"] += path.read_bytes() != result
            sys.stderr.write(f"\r{number + 1} runs: {dict(seen)}")
    sys.stdout.write(f"{given.runs} runs killed, {len(original) / 1e6:.1f} MB, a whole run takes {whole:.1f} s\n")
    for what, times in sorted(seen.items()):
        sys.stdout.write(f"{times:5} {what}\n")
    return int(any(times for what, times in seen.items() if what != what.lower()))


def _command(path: Path, state: Path) -> tuple[list[str], dict[str, str]]:
    command = [sys.executable, "-m", "mcp_servers.xml_troubleshooter", "fix", "--in-place", "--engine", "offline"]
    root = str(Path(__file__).resolve().parents[2])
    return [*command, str(path)], {**os.environ, "STATE_DIR": str(state), "PYTHONPATH": root}


def _let_run(path: Path, state: Path) -> None:
    command, environment = _command(path, state)
    subprocess.run(command, env=environment, check=False, capture_output=True, cwd=path.parent)  # noqa: S603 - ours


def _killed(path: Path, state: Path, chance: random.Random, whole: float, *, in_write: bool) -> None:
    """Start a run and end it, with all processes that it started, at some moment."""
    command, environment = _command(path, state)
    process = subprocess.Popen(  # noqa: S603 - ours
        command,
        env=environment,
        cwd=path.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    if in_write:  # a moment after the first new file has come
        while process.poll() is None and len(os.listdir(path.parent)) == 1:  # noqa: PTH208 - a look, no paths
            time.sleep(_POLL)
        time.sleep(chance.random() * 0.05)
    else:
        time.sleep(chance.random() * whole)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _look(path: Path, original: bytes, result: bytes, seen: Counter[str]) -> None:
    found = path.read_bytes() if path.exists() else b""
    seen["file: original" if found == original else "file: result" if found == result else "file: BROKEN"] += 1
    backup = path.with_name("rows.xml.bak")
    if backup.exists():
        seen["backup: whole" if backup.read_bytes() == original else "backup: BROKEN"] += 1
    elif found == result:
        seen["backup: MISSING"] += 1
    seen["killed while new files lay there"] += any(one.name.endswith(".tmp") for one in path.parent.iterdir())


if __name__ == "__main__":
    sys.exit(main())
