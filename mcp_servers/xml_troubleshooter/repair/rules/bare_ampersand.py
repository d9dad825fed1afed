"""An ampersand that begins no reference, or a reference without its semicolon."""

from __future__ import annotations

import html.entities
import re

from ...document.edits import Edit
from ...loop.proposal import Fix
from ...wellformedness.characters import PREDEFINED, is_character, number_of
from ...wellformedness.faults import Fault
from ..syntax_context import Case, fix

RULE = "bare-ampersand"
SHORTEST = 3  # letters; "&lt" is XML's own, and shorter names of HTML are words too
_SPACED = re.compile(r"&[ \t]*(amp|lt|gt|quot|apos)[ \t]*;")
_NUMBER = re.compile(r"&#(?:x([0-9a-f]+)|([0-9]+))", re.IGNORECASE)


def repair(case: Case, fault: Fault) -> list[Fix]:
    """Write "&amp;", or end the reference where its name is one and no query string is at hand ("&lt/b>")."""
    following = case.text[fault.end : fault.end + 1]
    if spaced := _SPACED.match(case.text, fault.start):
        note = f'The blanks in the reference "&{spaced.group(1)};" are removed.'
        return [fix(RULE, fault, (Edit(fault.start, spaced.end(), f"&{spaced.group(1)};"),), note)]
    escaped = fix(RULE, fault, (Edit(fault.start, fault.start + 1, "&amp;"),), 'The "&" is written "&amp;".')
    note = f'The reference "{fault.value}" gets its missing ";".'
    ended = (Edit(fault.end, fault.end, ";"),)
    if _ends(case, fault, following):
        return [fix(RULE, fault, ended, note), escaped]
    if _may_be_declared(case, fault, following):
        name = fault.name.rstrip(".-")  # which end a sentence rather than a name
        end, used = fault.end - len(fault.name) + len(name), f"&{name};" in case.text
        note = f'The reference "&{name}" gets its missing ";"; the DTD, which is not at hand, may declare it.'
        ended = (Edit(end, end, ";"),)
        return [fix(RULE, fault, ended, note, safe=used, confidence=0.95 if used else 0.7), escaped]
    return [escaped]


def _ends(case: Case, fault: Fault, following: str) -> bool:
    if fault.value == "&" or following == "=":
        return False
    if number := _NUMBER.fullmatch(fault.value):
        return is_character(number_of(*number.groups()))
    name = fault.name
    if name in PREDEFINED or name in case.head.doctype.entities:
        return True
    if f"{name};" not in html.entities.html5:
        return False
    if name in html.entities.html5 and len(name) > SHORTEST and (following.isspace() or following == "<"):
        return True  # a browser reads it without its semicolon
    return len(name) >= SHORTEST and not case.text[fault.start - 1 : fault.start].isalnum()


def _may_be_declared(case: Case, fault: Fault, following: str) -> bool:
    """Whether a DTD that is not at hand may declare an entity of the name, and nothing says that it is a word."""
    if not fault.name or following == "=" or not case.head.doctype.open:
        return False
    return len(fault.name) >= SHORTEST and not case.text[fault.start - 1 : fault.start].isalnum()
