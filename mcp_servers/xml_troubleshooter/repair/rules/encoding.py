"""Bytes outside the declared encoding, and declarations that name the wrong encoding."""

from __future__ import annotations

from ...document.edits import Edit
from ...document.encodings import intended, undecodable
from ...document.faults import Fault
from ..markup import Case, fix
from ..proposal import Fix

RULE = "encoding"
_NAMES = {"utf-8": "UTF-8", "ascii": "US-ASCII", "latin-1": "ISO-8859-1", "iso8859-1": "ISO-8859-1"}


def repair(case: Case, fault: Fault) -> list[Fix]:
    """The characters that the bytes stand for in the encoding they come from; or the encoding's true name."""
    if fault.name:
        actual = _name(fault.value)
        note = f'The declaration names the encoding of the bytes, {actual}, instead of "{fault.name}".'
        return [fix(RULE, fault, (Edit(fault.start, fault.end, actual),), note)]
    encoding = case.likely_encoding
    characters = intended(fault.value, encoding)
    shown = " ".join(f"0x{byte:02X}" for byte in undecodable(fault.value)[:8])
    note = f'The bytes {shown} are read as {_name(encoding)}: "{characters}".'
    readable = characters.isprintable() or characters.isspace()
    if not readable:
        characters = "".join(each if each.isprintable() or each.isspace() else "\ufffd" for each in characters)
    return [fix(RULE, fault, (Edit(fault.start, fault.end, characters),), note, safe=readable)]


def _name(codec: str) -> str:
    """The registered name of a codec."""
    if codec.startswith("cp125"):
        return f"windows-{codec[2:]}"
    if codec.startswith("iso8859-"):
        return f"ISO-8859-{codec[8:]}"
    return _NAMES.get(codec, codec.removesuffix("-le").removesuffix("-be").upper())
