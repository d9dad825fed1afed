"""Work in worker processes: results and failures come back, and no hang or crash takes the caller with it."""

import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from lxml import etree

from mcp_servers.xml_troubleshooter.errors import LimitError, SchemaError
from mcp_servers.xml_troubleshooter.schemas.documentation import meanings
from mcp_servers.xml_troubleshooter.workers.offload import WorkerError, offload

pytestmark = pytest.mark.anyio
PATIENCE = 60  # seconds; far more than any of this takes


async def test_the_result_comes_from_another_process_that_is_used_again() -> None:
    first = await offload(os.getpid, seconds=PATIENCE)
    second = await offload(os.getpid, seconds=PATIENCE)
    assert first == second != os.getpid()


async def test_a_hang_ends_at_the_time_limit_and_the_next_call_works() -> None:
    started = time.monotonic()
    with pytest.raises(LimitError, match="within 1 seconds"):
        await offload(time.sleep, 600.0, seconds=1)
    assert time.monotonic() - started < PATIENCE
    assert await offload(len, "next", seconds=PATIENCE) == 4


async def test_a_crash_ends_one_call_and_the_next_one_works() -> None:
    with pytest.raises(LimitError, match="crashed"):
        await offload(os.abort, seconds=PATIENCE)
    assert await offload(len, "next", seconds=PATIENCE) == 4


async def test_a_cancelled_call_returns_at_once() -> None:
    with anyio.move_on_after(1) as scope:
        await offload(time.sleep, 600.0, seconds=PATIENCE)
    assert scope.cancelled_caught


async def test_memory_beyond_the_limit_is_refused_in_a_sentence() -> None:
    with pytest.raises(LimitError, match="memory"):
        await offload(bytearray, 1 << 40, seconds=PATIENCE)


async def test_a_time_out_ends_what_the_work_has_started(tmp_path: Path) -> None:
    noted = tmp_path / "process"
    with pytest.raises(LimitError, match="The time was up"):
        await offload(subprocess.call, ["sh", "-c", f"echo $$ >{noted}; exec sleep 600"], seconds=3)
    with anyio.fail_after(PATIENCE):
        while _runs(noted.read_text().strip()):
            await anyio.lowlevel.checkpoint()


def _runs(process: str) -> bool:
    state = Path(f"/proc/{process}/stat")
    return state.exists() and ") Z " not in state.read_text()


async def test_short_work_does_not_wait_behind_heavy_work() -> None:
    with anyio.fail_after(PATIENCE):
        async with anyio.create_task_group() as tasks:
            for _ in range(8):
                tasks.start_soon(partial(offload, time.sleep, 600.0, seconds=PATIENCE * 10, heavy=True))
            # small, but not short either
            tasks.start_soon(partial(offload, time.sleep, 600.0, seconds=PATIENCE * 10))
            await anyio.wait_all_tasks_blocked()
            assert await offload(len, "short", seconds=PATIENCE) == 5
            tasks.cancel_scope.cancel()


def test_a_worker_ends_with_its_parent_whatever_it_does() -> None:
    code = """
import anyio, sys, time
from mcp_servers.xml_troubleshooter.workers.offload import offload
async def work():
    await offload(len, "", seconds=60)
    print("works", flush=True)
    await offload(time.sleep, 600.0, seconds=600)
anyio.run(work)
"""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdout=pipe, stderr=pipe, text=True) as parent:
        assert parent.stdout
        assert parent.stderr
        assert parent.stdout.readline() == "works\n"
        parent.kill()
        assert parent.stderr.read() == ""  # to its end, which comes when nobody holds the pipe any more


async def test_failures_that_a_user_can_act_on_cross_the_process_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"gone\.xsd cannot be read"):
        await offload(meanings, str(tmp_path / "gone.xsd"), ["/a"], (), seconds=PATIENCE)


async def test_exceptions_keep_their_type_where_they_can_and_their_text_where_they_cannot() -> None:
    with pytest.raises(json.JSONDecodeError):
        await offload(json.loads, "{", seconds=PATIENCE)
    with pytest.raises(WorkerError, match="XMLSyntaxError"):
        await offload(etree.fromstring, "<a", seconds=PATIENCE)


async def test_what_a_worker_prints_stays_out_of_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    await offload(print, "noise", seconds=PATIENCE)
    assert capfd.readouterr().out == ""
