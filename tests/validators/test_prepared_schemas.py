"""Schemas that are loaded ahead, while there is other work to do."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread

import pytest

from mcp_servers.xml_troubleshooter.disk.file_cache import FileCache
from mcp_servers.xml_troubleshooter.errors import SchemaError
from mcp_servers.xml_troubleshooter.validators.schema import Schema, load, prepare

XSD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"/></xs:schema>'


class Thing:
    files: tuple[Path, ...] = ()


def test_whoever_wants_what_is_just_being_made_waits_for_it() -> None:
    cache: FileCache[Thing] = FileCache()
    made: list[Thing] = []
    together = Barrier(4)
    got: list[Thing] = []

    def make() -> Thing:
        made.append(Thing())
        return made[-1]

    def want() -> None:
        together.wait()
        got.append(cache.get("a", make))

    threads = [Thread(target=want) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert got == made * 4


def test_what_was_prepared_is_what_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "a.xsd").write_text(XSD)
    prepare([str(tmp_path / "a.xsd"), str(tmp_path / "gone.xsd")])
    schema = load(tmp_path / "a.xsd")
    assert isinstance(schema, Schema)
    assert load(tmp_path / "a.xsd") is schema
    with pytest.raises(SchemaError):
        load(tmp_path / "gone.xsd")
