"""Plain words for faults of well-formedness."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from ..codes import Code
from ..document.document import Document
from ..wellformedness.encodings import Guess, in_hexadecimal, intended, likely_encoding, name_of
from ..wellformedness.faults import Fault

MAX_SHOWN = 60  # characters of the document that a sentence quotes

# code: (short message, explanation). Fields: name, value, line and column of the related place, spot (of the fault).
WORDS: Mapping[Code, tuple[str, str]] = MappingProxyType(
    {
        Code.EMPTY_DOCUMENT: (
            "Document is empty",
            "The document is empty; it needs a root element.",
        ),
        Code.NOT_XML: (
            "No element found",
            'This is not an XML document as it stands. It begins with "{value}".',
        ),
        Code.UNKNOWN_ENCODING: (
            'Unknown encoding "{name}"',
            'No encoding is called "{name}"; the bytes read as {value}, so the declaration should say that.',
        ),
        Code.CONTENT_BEFORE_ROOT: (
            "Content is not allowed before the root element",
            'The text "{value}" stands before the document begins; nothing but comments may stand there.',
        ),
        Code.EXTRA_CONTENT: (
            "Extra content behind the root element",
            (
                'The root element "{name}" has ended, and "{value}" follows; a document has one root element '
                "and nothing behind it."
            ),
        ),
        Code.DECLARATION_NOT_FIRST: (
            "XML declaration not at the start of the document",
            (
                'The XML declaration "<?xml ...?>" may stand only at the start of the document, once, with nothing '
                "before it, not even a space."
            ),
        ),
        Code.MALFORMED_DECLARATION: (
            "Malformed XML declaration",
            (
                'The XML declaration is wrong: it reads <?xml version="1.0" encoding="..." standalone="..."?>, '
                "in this order and in lower case."
            ),
        ),
        Code.MALFORMED_DOCTYPE: (
            "Malformed document type declaration",
            (
                "The document type declaration is wrong; it begins with <!DOCTYPE, names the root element and "
                "ends with >."
            ),
        ),
        Code.INVALID_CHARACTER: (
            "Character {value} is not allowed in XML",
            (
                "The character {value} may not stand in an XML document, in no form; it was probably carried in from a "
                "database or the clipboard."
            ),
        ),
        Code.INVALID_CHARACTER_REFERENCE: (
            'Invalid character reference "{value}"',
            'The reference "{value}" names a character that XML does not allow, or is written wrongly.',
        ),
        Code.BARE_AMPERSAND: (
            "Bare ampersand",
            'The "&" stands for itself here; in XML it begins a reference and must be written "&amp;".',
        ),
        Code.UNTERMINATED_REFERENCE: (
            'Reference "{value}" lacks its ";"',
            'After "{value}" a ";" is missing; where the "&" stands for itself it must be written "&amp;".',
        ),
        Code.UNDEFINED_ENTITY: (
            'Entity "{name}" is not defined',
            'The entity "&{name};" is declared nowhere; XML itself knows only amp, lt, gt, quot and apos.',
        ),
        Code.LESS_THAN_IN_TEXT: (
            'Unescaped "<"',
            'This "<" begins no tag.',
        ),
        Code.CDATA_END_IN_TEXT: (
            '"]]>" in text',
            'The characters "]]>" may not stand in text; they must be written "]]&gt;".',
        ),
        Code.MISSING_END_TAG: (
            'End tag "</{name}>" is missing',
            'The element "{name}", opened in line {line}, is never closed; its end tag "</{name}>" is missing here.',
        ),
        Code.UNEXPECTED_END_TAG: (
            'Unexpected end tag "</{name}>"',
            'The end tag "</{name}>" closes nothing: no element "{name}" is open here.',
        ),
        Code.TAG_MISMATCH: (
            'Tag mismatch: "{name}" is closed by "</{value}>"',
            'The element "{name}", opened in line {line}, is closed by "</{value}>"; both tags need the same name.',
        ),
        Code.OVERLAPPING_TAGS: (
            'Element "{name}" overlaps another',
            (
                'The element "{name}", opened in line {line}, does not end inside the element it began in; the inner '
                "element must end first."
            ),
        ),
        Code.TRUNCATED: (
            'Document ends inside "{name}"',
            (
                'The document stops before the element "{name}", opened in line {line}, is closed; its end seems to be '
                "cut off."
            ),
        ),
        Code.MALFORMED_TAG: (
            'Malformed tag "{name}"',
            'The tag "{name}" is written wrongly.',
        ),
        Code.INVALID_NAME: (
            'Invalid name "{name}"',
            (
                '"{name}" cannot be a name: names begin with a letter or "_" and hold letters, digits, "-", "_" or '
                '".", no spaces.'
            ),
        ),
        Code.UNBOUND_PREFIX: (
            'Prefix "{value}" is not declared',
            (
                'The prefix "{value}" of "{name}" is bound to no namespace; a declaration xmlns:{value}="..." belongs '
                "in this tag or in one around it, best in that of the root element."
            ),
        ),
        Code.UNQUOTED_ATTRIBUTE: (
            'Value of attribute "{name}" is not quoted',
            'The value "{value}" of the attribute "{name}" must stand in quotation marks.',
        ),
        Code.UNCLOSED_ATTRIBUTE_VALUE: (
            'Value of attribute "{name}" is not closed',
            'The value of the attribute "{name}" lacks its closing quotation mark.',
        ),
        Code.WRONG_QUOTES: (
            'Wrong quotation marks at attribute "{name}"',
            (
                'The value of the attribute "{name}" must stand between two straight quotation marks, and hold none of '
                "them itself."
            ),
        ),
        Code.ATTRIBUTE_WITHOUT_VALUE: (
            'Attribute "{name}" has no value',
            'The attribute "{name}" needs "=" and a value in quotation marks.',
        ),
        Code.DUPLICATE_ATTRIBUTE: (
            'Attribute "{name}" stands twice',
            'The attribute "{name}" stands twice in one tag, here with the value "{value}"; once is allowed.',
        ),
        Code.LESS_THAN_IN_ATTRIBUTE: (
            'Unescaped "<" in attribute "{name}"',
            'In the value of the attribute "{name}" the "<" must be written "&lt;".',
        ),
        Code.MISSING_SPACE: (
            'Space missing before attribute "{name}"',
            'A space must stand before the attribute "{name}".',
        ),
        Code.MALFORMED_COMMENT: (
            "Malformed comment",
            'A comment begins with "<!--", ends with "-->" and holds no "--" in between.',
        ),
        Code.UNTERMINATED_SECTION: (
            "Section is not closed",
            'A comment or CDATA section begins here and is not closed: its "-->" or "]]>" is missing.',
        ),
        Code.WRONG_NAMESPACE: (
            'The namespace of "{name}" cannot be one',
            'The value "{value}" of "{name}" cannot name a namespace: it is empty or holds white space.',
        ),
        Code.DUPLICATE_ID: (
            'ID "{value}" stands twice',
            'The ID "{value}" stands twice, first in line {line}; an ID may stand once in a document.',
        ),
        Code.MALFORMED_INSTRUCTION: (
            "Malformed processing instruction",
            'A processing instruction reads "<?name ...?>"; this one is written wrongly.',
        ),
    }
)

_MARK = frozenset("\ufeff\u00ef\u00bb\u00bf")  # a byte order mark, or its three bytes read one by one
_OUTSIDE = frozenset({Code.CONTENT_BEFORE_ROOT, Code.EXTRA_CONTENT})
_SECOND_MARK = (
    "Byte order mark where none may stand",
    (
        "A byte order mark (U+FEFF, invisible in most editors) stands here outside the root element; it may stand only "
        "once, as the very first character. It usually comes from joining files that each began with one."
    ),
)

# faults whose repair belongs to their explanation
_WITH_NOTE = frozenset({Code.MALFORMED_TAG, Code.LESS_THAN_IN_TEXT, Code.NOT_XML})


class Words:
    """Puts the faults of one document, in their order, into words."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._offsets = (0, len(document.bom))  # a place in characters and the same place in bytes

    def describe(self, fault: Fault) -> tuple[str, str]:
        """A short message and an explanation in one sentence, both in the document's own names."""
        if fault.code is Code.ENCODING_MISMATCH:
            return self._encoding(fault)
        if fault.code in _OUTSIDE and fault.value and set(fault.value) <= _MARK:
            return _SECOND_MARK
        if fault.code is Code.UNKNOWN_ENCODING and fault.value != self._document.encoding:
            return (
                f'Unsupported encoding "{fault.name}"',
                f'The parser cannot read this text in the encoding "{fault.name}"; the same text can be written in '
                "UTF-8, with nothing lost.",
            )
        short, sentence = WORDS[fault.code]
        document = self._document
        first = min(fault.start, fault.other) if fault.other >= 0 else fault.start
        value = _characters(fault.value) if fault.code is Code.INVALID_CHARACTER else _shown(fault.value)
        fields: dict[str, Any] = {"name": _shown(fault.name), "value": value, "line": document.position(first).line}
        explanation = sentence.format_map(fields)
        if fault.code in _WITH_NOTE and fault.readings:
            explanation += " " + fault.readings[0].note
        return short.format_map(fields), explanation

    def _encoding(self, fault: Fault) -> tuple[str, str]:
        document = self._document
        if fault.name:
            return (
                f'The declaration names "{fault.name}", the bytes are {fault.value}',
                f'The declaration says encoding="{fault.name}", but the bytes of the document are {fault.value}.',
            )
        data = document.with_text(fault.value).to_bytes()[len(document.bom) :]
        shown = in_hexadecimal(data)
        name = name_of(document.encoding)
        explanation = f"At byte offset {self._byte_offset(fault.start)} stands {shown}, which is not {name}; "
        likely = self._likely
        names = list(dict.fromkeys(map(name_of, (likely.encoding, *likely.others))))
        if not likely.encoding:
            explanation += "it is text in no likely encoding. Which encoding was the document written in?"
        elif likely.whole:
            explanation += (
                f"the whole text seems to be written in {names[0]}"
                + (f", or else in {' or '.join(names[1:])}" if names[1:] else "")
                + ". If that is so, it can be written as UTF-8, or the declaration can name the encoding."
            )
        else:
            explanation += f'it looks like "{_shown(intended(fault.value, likely.encoding))}" written in {names[0]}.'
        return f"{shown} is not {name}", explanation

    @cached_property
    def _likely(self) -> Guess:
        return likely_encoding(self._document)

    def _byte_offset(self, at: int) -> int:
        characters, size = self._offsets
        if at < characters:
            characters, size = 0, len(self._document.bom)
        size += len(self._document.with_text(self._document.text[characters:at]).to_bytes()) - len(self._document.bom)
        self._offsets = (at, size)
        return size


def _characters(value: str) -> str:
    return ", ".join(f"U+{ord(character):04X}" for character in value[:4])


def _shown(value: str) -> str:
    flat = " ".join(value.split())
    flat = "".join(character if character.isprintable() else "\ufffd" for character in flat)
    return flat if len(flat) <= MAX_SHOWN else flat[: MAX_SHOWN - 1] + "\u2026"
