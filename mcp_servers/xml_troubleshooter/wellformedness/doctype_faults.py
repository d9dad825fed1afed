"""The document type declaration: its entities, and its proper form where it is written wrongly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..codes import Code
from ..document.tokens import NAME
from .fault_kinds import FaultKind

MAX_LITERALS = 2  # in a document type declaration: public and system identifier

DOCTYPE = re.compile(
    r"<!DOCTYPE\b(?:[^\[<>\"']|\"[^\"]*+\"|'[^']*+')*+"
    r"(?:\[(?:[^\]<\"']|\"[^\"]*+\"|'[^']*+'|<!--(?:(?!-->)(?s:.))*+-->|<\?(?:(?!\?>)(?s:.))*+\?>"
    r"|<!(?!--)(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+>)*+\]\s*+)?>"
)
PLAIN_DOCTYPE = re.compile(
    rf"<!DOCTYPE\s++{NAME}"
    r"(?:\s++(?:SYSTEM|PUBLIC\s++(?:\"[^\"]*+\"|'[^']*+'))\s++(?:\"[^\"]*+\"|'[^']*+'))?\s*+>"
)
_LITERAL = re.compile(r"\"[^\"<>\r\n]*+\"?|'[^'<>\r\n]*+'?|[-+]//[^\"'<>\r\n]*+[\"']|[^\s\"'<>\[\]]++[\"']")
LOOSE_DOCTYPE = re.compile(
    rf"<!\s*+DOCTYPE\s++({NAME})(?:\s++(?:SYSTEM|PUBLIC)\b)?+"
    rf"((?:\s*+(?:{_LITERAL.pattern}))*+)(?:\s*+>|(?=\s*+<))",
    re.IGNORECASE,
)
ENTITY = re.compile(rf"<!ENTITY\s++({NAME})\s++(?:\"([^\"]*+)\"|'([^']*+)'|(SYSTEM|PUBLIC)\b)")
_EXTERNAL = re.compile(rf"<!DOCTYPE\s++{NAME}\s++(?:SYSTEM|PUBLIC)\b")
_DTD_COMMENT = re.compile(r"<!--(?s:.*?)(?:-->|\Z)")  # one without an end takes the rest: many cost no more than one
_PARAMETER_REFERENCE = re.compile(rf"(?:^|[>\]\[\s])%{NAME};")


@dataclass(frozen=True, slots=True)
class Doctype:
    """The declarations of a DOCTYPE: the values of general entities by name, None for external ones.

    `open`: it may have further declarations outside the document, by an external subset or a parameter entity.
    """

    entities: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    open: bool = False


def rewritten_doctype(loose: re.Match[str]) -> str:
    """A declaration without an internal subset in its proper form, "" where part of it got lost."""
    literals = [literal.strip("\"' \t\r\n") for literal in _LITERAL.findall(loose.group(2))]
    if len(literals) > MAX_LITERALS or any(quote in literal for literal in literals for quote in "\"'"):
        return ""
    if not literals:
        return f"<!DOCTYPE {loose.group(1)}>"
    if len(literals) == 1 and literals[0].startswith(("-//", "+//")):
        return ""  # the address of the definition got lost
    keyword = "SYSTEM" if len(literals) == 1 else "PUBLIC"
    return f"<!DOCTYPE {loose.group(1)} {keyword} " + " ".join(f'"{literal}"' for literal in literals) + ">"


def read_doctype(declaration: str) -> Doctype:
    """Read a document type declaration, as far as the document holds it."""
    declaration = _DTD_COMMENT.sub("", declaration)
    entities: dict[str, str | None] = {}
    for match in ENTITY.finditer(declaration):
        value = match.group(2) if match.group(2) is not None else match.group(3)
        entities.setdefault(match.group(1), value)
    subset = declaration.find("[")
    outside = bool(_EXTERNAL.match(declaration))
    referenced = subset >= 0 and _PARAMETER_REFERENCE.search(declaration, subset) is not None
    return Doctype(MappingProxyType(entities), outside or referenced)


FAULTS = (
    FaultKind(
        code=Code.MALFORMED_DOCTYPE,
        rule="declaration",
        message="Malformed document type declaration",
        explanation=(
            "The document type declaration is wrong; it begins with <!DOCTYPE, names the root element and ends with >."
        ),
    ),
)
