"""A whole document inside another notation: a JSON string, or markup written as text."""

from __future__ import annotations

import re

from .edits import Edit
from .faults import Code, Fault, fault

MIN_QUOTES = 2  # escaped quotation marks that make a JSON string
_JSON_QUOTE = re.compile(r"(?<!\\)(?:\\\\)*\\\"")
_PLAIN_QUOTE = re.compile(r"(?<!\\)\"")
_JSON_ESCAPE = re.compile(r"\\(?:([\"\\/bfnrt])|u([0-9A-Fa-f]{4}))")
_ESCAPED_QUOTE = re.compile(r"\\([\"/])()")
_LINE_END = re.compile(r"[\r\n]")
_JSON_VALUES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_REFERENCE = re.compile(r"&(lt|gt|quot|apos|#39|#34|#x27|#x22|amp);")
_VALUES = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "#39": "'", "#34": '"', "#x27": "'", "#x22": '"', "amp": "&"}
_ESCAPED_TAG = re.compile(r"\s*(?:&lt;[?!A-Za-z_])")


def wrapping_fault(text: str) -> Fault | None:
    """The one fault of a document that is XML only after the notation around it is undone."""
    if _ESCAPED_TAG.match(text) and "<" not in text:
        edits = [Edit(match.start(), match.end(), _VALUES[match.group(1)]) for match in _REFERENCE.finditer(text)]
        note = "The markup, which is written as text (&lt; for <), becomes markup."
        return _whole(text, edits, note)
    if '\\"' not in text:
        return None
    opening = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    closing = len(text.rstrip())
    quoted = closing - opening > 1 and text[opening] == '"' == text[closing - 1]
    inner = (opening + 1, closing - 1) if quoted else (opening, closing)
    if not text.startswith("<", inner[0]) or len(_JSON_QUOTE.findall(text, *inner)) < MIN_QUOTES:
        return None
    if _PLAIN_QUOTE.search(text, *inner):
        return None
    edits = [Edit(opening, opening + 1, ""), Edit(closing - 1, closing, "")] if quoted else []
    # with line ends of its own the text is no JSON string; only its quotation marks were escaped
    escape = _JSON_ESCAPE if not _LINE_END.search(text, *inner) else _ESCAPED_QUOTE
    for match in escape.finditer(text, *inner):
        sign, number = match.groups()
        edits.append(Edit(match.start(), match.end(), chr(int(number, 16)) if number else _JSON_VALUES.get(sign, sign)))
    return _whole(text, edits, 'The document, which is written as a JSON string (\\" for "), is taken out of it.')


def _whole(text: str, edits: list[Edit], note: str) -> Fault:
    return fault(Code.NOT_XML, 0, min(len(text), 80), tuple(edits), note, value=text[:80].strip())
