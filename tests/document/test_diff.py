"""The unified diff: what patch makes of it, and how long it takes."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_servers.xml_troubleshooter.document.diff import unified


def test_it_shows_changes_with_their_context() -> None:
    before = "".join(f"<l{number}/>\n" for number in range(1, 13))
    after = before.replace("<l5/>", "<l5 a='1'/>").replace("<l12/>\n", "")
    assert unified(before, after, "a.xml") == (
        "--- a.xml\n+++ a.xml (repaired)\n@@ -2,11 +2,10 @@\n <l2/>\n <l3/>\n <l4/>\n-<l5/>\n+<l5 a='1'/>\n"
        " <l6/>\n <l7/>\n <l8/>\n <l9/>\n <l10/>\n <l11/>\n-<l12/>\n"
    )


def test_equal_texts_have_no_diff() -> None:
    assert unified("<a/>\r\n", "<a/>\r\n") == ""


_LINES = st.lists(st.sampled_from(["<a/>", "<b>", "</b>", "", "\r"]), max_size=30)
_END = st.sampled_from(["", "\n"])


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs the command patch")
@settings(max_examples=50, deadline=None)
@given(before=_LINES, after=_LINES, ends=st.tuples(_END, _END))
def test_patch_makes_the_later_text_of_the_earlier(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], after: list[str], ends: tuple[str, str]
) -> None:
    old, new = "\n".join(before) + ends[0], "\n".join(after) + ends[1]
    diff = unified(old, new)
    if not diff:
        assert old == new
        return
    folder = tmp_path_factory.mktemp("diff")
    for name, text in (("old", old), ("diff", diff)):
        (folder / name).write_bytes(text.encode())
    command = ["patch", "--binary", "--silent", "--output=new", "old", "diff"]
    result = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert (result.returncode, _content(folder / "new")) == (0, new), result.stdout


def _content(path: Path) -> str:
    return path.read_bytes().decode() if path.exists() else ""


@pytest.mark.parametrize("after", ["a{}", "b{}"], ids=["few changes", "nothing in common"])
def test_the_time_grows_with_the_length_and_not_with_its_square(after: str) -> None:
    def seconds(lines: int) -> float:
        old = "\n".join(f"a{number}" for number in range(lines))
        new = "\n".join(after.format(number if number % 1000 else -1) for number in range(lines))
        started = time.process_time()
        assert unified(old, new)
        return time.process_time() - started

    seconds(2_000)
    assert seconds(80_000) < 60 * max(seconds(8_000), 0.005)  # a square would be 100 times


def test_many_changes_of_one_long_line_are_told_without_comparing_all_with_all_for_each() -> None:
    old = "<r>" + "<<a>>x<</a>>" * 1_000 + "</r>"
    new = old.replace("<<", "<").replace(">>", ">")
    started = time.process_time()
    diff = unified(old, new)
    assert time.process_time() - started < 15.0  # a window for each change takes a minute
    assert diff.count("@@ line 1, ") > 1_000
