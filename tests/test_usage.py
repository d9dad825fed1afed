import logging
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.usage import Call, Tally, UsageStore, percentile

OK = Call(model="m", outcome="ok", attempts=3, seconds=2.0, tokens_reported=100, cost=0.5)
FAILED = Call(model="n", outcome="timeout", attempts=4, seconds=9.0)
ESTIMATED = Call(model="m", outcome="no_action", attempts=1, seconds=1.0, tokens_estimated=40)

WRITER = """
import sys
from pathlib import Path
from mcp_servers.xml_troubleshooter.usage import Call, UsageStore
store = UsageStore(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    store.record_call(Call(model="m", outcome="ok", attempts=2, seconds=0.1, tokens_reported=7))
    store.record_run("fixed")
    if number % 10 == 0:
        print(store.summary()["session"]["requests"], flush=True)
"""


def writer(folder: Path, calls: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(folder), str(calls)], stdout=subprocess.PIPE, text=True)


def test_every_figure_is_counted_once() -> None:
    tally = Tally()
    for call in (OK, FAILED, ESTIMATED):
        tally.record_call(call)
    tally.record_run("fixed")
    tally.record_run("fixed")
    tally.record_run("unchanged")
    summary = tally.summary()
    assert summary["requests"] == 3
    assert (summary["attempts"], summary["retries"], summary["errors"]) == (8, 5, 2)
    assert (summary["tokens_reported"], summary["tokens_estimated"], summary["total_tokens"]) == (100, 40, 140)
    assert summary["cost"] == 0.5
    assert summary["errors_by_kind"] == {"timeout": 1, "no_action": 1}
    assert (summary["latency_p50"], summary["latency_p95"]) == (2.0, 9.0)
    assert {name: figures["requests"] for name, figures in summary["by_model"].items()} == {"m": 2, "n": 1}
    assert summary["runs"] == {"fixed": 2, "unchanged": 1}


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([], 0.5, None), ([4.0], 0.95, 4.0), ([3, 1, 2], 0.5, 2), (list(range(1, 101)), 0.95, 95), ([1, 2], 0.5, 1)],
)
def test_percentiles_are_values_that_occurred(values: list[float], share: float, expected: float | None) -> None:
    assert percentile(values, share) == expected


def test_the_lifetime_outlives_the_session(tmp_path: Path) -> None:
    first = UsageStore(tmp_path)
    first.record_call(OK)
    first.record_run("fixed")
    first.close()
    second = UsageStore(tmp_path)
    second.record_call(FAILED)
    summary = second.summary()
    assert summary["session"]["requests"] == 1
    assert summary["lifetime"]["requests"] == 2
    assert summary["lifetime"]["attempts"] == 7
    assert summary["lifetime"]["errors_by_kind"] == {"timeout": 1}
    assert summary["lifetime"]["latency_p95"] == 9.0
    assert summary["lifetime"]["runs"] == {"fixed": 1}


def test_several_servers_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as threads:
        ended = list(
            threads.map(lambda one: one.communicate()[0].count("\n"), [writer(tmp_path, 40) for _ in range(4)])
        )
    lifetime = UsageStore(tmp_path).summary()["lifetime"]
    assert ended == [4] * 4
    assert (lifetime["requests"], lifetime["attempts"], lifetime["tokens_reported"]) == (160, 320, 1120)
    assert lifetime["runs"] == {"fixed": 160}


def test_a_process_that_ends_without_closing_has_written_all(tmp_path: Path) -> None:
    process = writer(tmp_path, 15)
    process.communicate()
    assert process.returncode == 0
    assert UsageStore(tmp_path).summary()["lifetime"]["requests"] == 15


def test_a_killed_server_leaves_whole_records(tmp_path: Path) -> None:
    process = writer(tmp_path, 100_000)
    assert process.stdout is not None
    written = 0
    for _ in range(20):
        written = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.communicate()
    store = UsageStore(tmp_path)
    store.record_call(OK)
    lifetime = store.summary()["lifetime"]
    calls = lifetime["requests"] - 1
    assert calls >= written
    assert lifetime["tokens_reported"] == calls * 7 + 100
    assert lifetime["runs"]["fixed"] in {calls, calls - 1}


def test_the_latencies_kept_are_the_latest(tmp_path: Path) -> None:
    store = UsageStore(tmp_path)
    for _ in range(3):
        store.record_call(FAILED)
    store.summary()
    with sqlite3.connect(tmp_path / "usage.db") as db:
        db.execute("UPDATE sqlite_sequence SET seq = 5000 WHERE name = 'recent'")
    db.close()
    store.record_call(OK)
    lifetime = store.summary()["lifetime"]
    assert lifetime["requests"] == 4
    assert lifetime["latency_p95"] == OK.seconds


def test_a_store_that_cannot_be_written_warns_once_and_counts_the_session(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    store = UsageStore(blocked / "state")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            store.record_call(OK)
        summary = store.summary()
    assert summary["lifetime"] == summary["session"]
    assert summary["session"]["requests"] == 3
    assert len(caplog.records) == 1
    assert "STATE_DIR" in caplog.text


def test_a_damaged_store_is_put_aside_and_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "usage.db").write_bytes(b"this is no database, but it is long enough to look at" * 40)
    store = UsageStore(tmp_path)
    store.record_call(OK)
    store.close()
    assert UsageStore(tmp_path).summary()["lifetime"]["requests"] == 1
    assert (tmp_path / "usage.db.damaged").exists()
