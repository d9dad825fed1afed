"""A reference to an entity that nothing declares, mostly one of HTML's."""

from __future__ import annotations

import html.entities

from ...document.edits import Edit
from ...loop.proposal import Fix
from ...wellformedness.characters import PREDEFINED
from ...wellformedness.faults import Fault
from ..syntax_context import Case, fix

RULE = "undefined-entity"
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


def repair(case: Case, fault: Fault) -> list[Fix]:
    """The character that HTML means by the name; the name of a declared entity in the wrong case; else "&amp;name;"."""
    name = fault.name
    lower = name.lower()
    known = PREDEFINED | set(case.head.doctype.entities)
    if lower in known:
        note = f'The entity is called "{lower}", in lower case.'
        return [fix(RULE, fault, (Edit(fault.start, fault.end, f"&{lower};"),), note)]
    character = html.entities.html5.get(f"{name};") or html.entities.html5.get(f"{lower};")
    if character:
        written = "".join(_MARKUP.get(each, each) for each in character)
        note = f'The entity "&{name};" of HTML becomes the character it stands for: {_shown(character)}.'
        return [fix(RULE, fault, (Edit(fault.start, fault.end, written),), note)]
    note = f'No entity "{name}" is declared: the "&" is written "&amp;", so that the text says "&{name};".'
    return [fix(RULE, fault, (Edit(fault.start, fault.start + 1, "&amp;"),), note, safe=False, confidence=0.5)]


def _shown(character: str) -> str:
    numbers = " ".join(f"U+{ord(each):04X}" for each in character)
    return f'"{character}" ({numbers})' if character.isprintable() and not character.isspace() else numbers
