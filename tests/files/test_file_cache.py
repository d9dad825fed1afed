"""What is made of files is kept while they stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mcp_servers.xml_troubleshooter.disk.file_cache import FileCache


@dataclass
class Made:
    files: tuple[Path, ...]


def test_a_thing_is_made_again_when_a_file_of_it_changes_or_goes(tmp_path: Path) -> None:
    kept: FileCache[Made] = FileCache()
    file = tmp_path / "a"
    file.write_text("1")
    first = kept.get("a", lambda: Made((file,)))
    assert kept.get("a", lambda: Made((file,))) is first
    file.write_text("12")
    second = kept.get("a", lambda: Made((file,)))
    assert second is not first
    file.unlink()
    third = kept.get("a", lambda: Made((file,)))
    assert third is not second
    assert kept.get("a", lambda: Made((file,))) is third


def test_the_things_that_were_not_used_for_longest_go_first() -> None:
    kept: FileCache[Made] = FileCache()
    made = [kept.get(number, lambda: Made(())) for number in range(16)]
    assert kept.get(0, lambda: Made(())) is made[0]
    kept.get(16, lambda: Made(()))
    assert kept.get(0, lambda: Made(())) is made[0]
    assert kept.get(2, lambda: Made(())) is made[2]
    assert kept.get(1, lambda: Made(())) is not made[1]
