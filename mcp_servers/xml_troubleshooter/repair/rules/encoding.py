"""Bytes outside the declared encoding, and declarations that name the wrong encoding."""

from __future__ import annotations

from ...document.edits import Edit
from ...document.encodings import intended, likely_encoding, undecodable
from ...document.faults import Fault
from ..markup import Case, fix
from ..proposal import Fix

RULE = "encoding"
_NAMES = {"utf-8": "UTF-8", "cp1252": "windows-1252", "latin-1": "ISO-8859-1", "iso8859-1": "ISO-8859-1"}


def repair(case: Case, fault: Fault) -> list[Fix]:
    """The characters that the bytes stand for in the encoding they come from; or the encoding's true name."""
    if fault.name:
        actual = _NAMES.get(fault.value, fault.value.removesuffix("-le").removesuffix("-be").upper())
        note = f'The declaration names the encoding of the bytes, {actual}, instead of "{fault.name}".'
        return [fix(RULE, fault, (Edit(fault.start, fault.end, actual),), note)]
    encoding = likely_encoding(case.text)
    characters = intended(fault.value, encoding)
    shown = " ".join(f"0x{byte:02X}" for byte in undecodable(fault.value)[:8])
    note = f'The bytes {shown} are read as {_NAMES.get(encoding, encoding)}: "{characters}".'
    readable = characters.isprintable() or characters.isspace()
    if not readable:
        characters = "".join(each if ord(each) >= 0xA0 or each.isspace() else "\ufffd" for each in characters)
    return [fix(RULE, fault, (Edit(fault.start, fault.end, characters),), note, safe=readable)]
