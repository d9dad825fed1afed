"""Attacks through a whole tool call: some files, the call, and the effects that it must not have."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.validators.test_attacks import XS

DEEP = 5_000
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
SOUND = ("valid", "fixed")
OK = f'<xs:schema {XS}><xs:element name="r"/></xs:schema>'
TYPED = f'<xs:schema {XS}><xs:element name="r" type="xs:int"/></xs:schema>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Trick:
    """Files, and a call; `never` are the statuses that it must not have."""

    files: Mapping[str, str | bytes] = field(default_factory=dict[str, str | bytes])
    tool: str = "validate_xml"
    arguments: dict[str, Any]
    never: tuple[str, ...] = ()
    made: tuple[str, ...] = ()  # files that the call may make
    prepare: Callable[[Path, Path], object] | None = None  # puts more into the folder, and beside it


def judged(schema: str, text: str, document: str | bytes = "<r/>", **more: Any) -> Trick:  # noqa: ANN401
    """A document put to one schema file of this name."""
    files = {schema: text, "d.xml": document} | more.pop("files", {})
    return Trick(files=files, arguments={"path": "d.xml", "schema_path": schema}, **more)


def alone(document: str | bytes, **more: Any) -> Trick:  # noqa: ANN401
    return Trick(files={"d.xml": document} | more.pop("files", {}), arguments={"path": "d.xml"}, **more)


def fixed(document: str | bytes, **more: Any) -> Trick:  # noqa: ANN401
    files = {"d.xml": document} | more.pop("files", {})
    arguments = {"path": "d.xml", "engine": "offline"} | more.pop("arguments", {})
    return Trick(tool="troubleshoot_xml", files=files, arguments=arguments, **more)


def link(name: str, target: str) -> Callable[[Path, Path], object]:
    """A function that makes a link in the folder; `target` may name the folder {outside}."""
    return lambda inside, outside: (inside / name).symlink_to(target.format(outside=outside, inside=inside))


def pipe(name: str) -> Callable[[Path, Path], object]:
    """A function that makes a named pipe in the folder."""
    return lambda inside, _: os.mkfifo(inside / name)
