"""Plain words for faults of well-formedness, and the words that other tools have for them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from ..document.document import Document
from ..document.encodings import intended, likely_encoding, undecodable
from ..document.faults import Fault
from .diagnostics import Code

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
            'This "<" begins no tag; in text it must be written "&lt;".',
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
            'The prefix "{value}" of "{name}" is bound to no namespace; a declaration xmlns:{value}="..." is missing.',
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

# faults whose repair belongs to their explanation
_WITH_NOTE = frozenset({Code.MALFORMED_TAG, Code.LESS_THAN_IN_TEXT, Code.NOT_XML})

# What other parsers say for the same fault: libxml2, Xerces, .NET, expat. Fragments, in lower case.
OTHER_NAMES: Mapping[Code, tuple[str, ...]] = MappingProxyType(
    {
        Code.EMPTY_DOCUMENT: (
            "document is empty",
            "root element is missing",
            "no element found",
            "premature end of file",
        ),
        Code.NOT_XML: ("start tag expected, '<' not found", "data at the root level is invalid"),
        Code.ENCODING_MISMATCH: (
            "input is not proper utf-8",
            "invalid bytes in character encoding",
            "-byte utf-8 sequence",
            "invalid character in the given encoding",
            "there is no unicode byte order mark",
            "cannot switch to unicode",
            "not well-formed (invalid token)",
        ),
        Code.UNKNOWN_ENCODING: (
            "unsupported encoding",
            "is not supported",
            "unknown encoding",
            "invalid encoding name",
        ),
        Code.CONTENT_BEFORE_ROOT: (
            "content is not allowed in prolog",
            "start tag expected, '<' not found",
            "data at the root level is invalid",
            "syntax error: line 1, column 0",
        ),
        Code.EXTRA_CONTENT: (
            "extra content at the end of the document",
            "markup in the document following the root element must be well-formed",
            "content is not allowed in trailing section",
            "there are multiple root elements",
            "junk after document element",
        ),
        Code.DECLARATION_NOT_FIRST: (
            "xml declaration allowed only at the start of the document",
            'processing instruction target matching "[xx][mm][ll]" is not allowed',
            "unexpected xml declaration",
            "xml or text declaration not at start of entity",
        ),
        Code.MALFORMED_DECLARATION: (
            "malformed declaration expecting version",
            "version is required in the xml declaration",
            "blank needed here",
            "parsing xml declaration: '?>' expected",
            "syntax for an xml declaration is invalid",
            "xml declaration not well-formed",
            "string not started expecting",
        ),
        Code.MALFORMED_DOCTYPE: ("doctype improperly terminated", "dtd is prohibited", "document type declaration"),
        Code.RESOURCE_LIMIT: ("use xml_parse_huge option", "excessive depth in document", "resource limit exceeded"),
        Code.INVALID_CHARACTER: (
            "invalid char value",
            "invalid xmlchar value",
            "an invalid xml character (unicode:",
            "hexadecimal value 0x",
            "is an invalid character",
        ),
        Code.INVALID_CHARACTER_REFERENCE: (
            "xmlparsecharref: invalid",
            "charref: invalid",
            'character reference "&#',
            "reference to invalid character number",
        ),
        Code.BARE_AMPERSAND: (
            "xmlparseentityref: no name",
            "entity name must immediately follow the '&'",
            "an error occurred while parsing entityname",
        ),
        Code.UNTERMINATED_REFERENCE: (
            "entityref: expecting ';'",
            "must end with the ';' delimiter",
            "is an unexpected token. the expected token is ';'",
        ),
        Code.UNDEFINED_ENTITY: (
            "entity '",
            "was referenced, but not declared",
            "reference to undeclared entity",
            "undefined entity",
        ),
        Code.LESS_THAN_IN_TEXT: (
            "starttag: invalid element name",
            "content of elements must consist of well-formed character data or markup",
            "name cannot begin with the ' ' character",
            "name cannot begin with the '",
        ),
        Code.CDATA_END_IN_TEXT: ("sequence ']]>' not allowed in content", 'character sequence "]]>" must not appear'),
        Code.MISSING_END_TAG: (
            "opening and ending tag mismatch",
            "must be terminated by the matching end-tag",
            "does not match the end tag of",
            "mismatched tag",
        ),
        Code.UNEXPECTED_END_TAG: (
            "opening and ending tag mismatch",
            "unexpected end tag",
            "must be terminated by the matching end-tag",
        ),
        Code.TAG_MISMATCH: (
            "opening and ending tag mismatch",
            "must be terminated by the matching end-tag",
            "does not match the end tag of",
            "mismatched tag",
        ),
        Code.OVERLAPPING_TAGS: (
            "opening and ending tag mismatch",
            "must be terminated by the matching end-tag",
            "mismatched tag",
        ),
        Code.TRUNCATED: (
            "premature end of data in tag",
            "xml document structures must start and end within the same entity",
            "unexpected end of file has occurred",
            "the following elements are not closed",
            "couldn't find end of start tag",
        ),
        Code.MALFORMED_TAG: (
            "attributes construct error",
            "error parsing attribute name",
            "expected '>'",
            "couldn't find end of start tag",
            'must be followed by either attribute specifications, ">" or "/>"',
            "is an unexpected token. the expected token is '>'",
        ),
        Code.INVALID_NAME: ("invalid element name", "name cannot begin with the '", "invalid qname"),
        Code.UNBOUND_PREFIX: (
            "namespace prefix",
            'the prefix "',
            "is an undeclared prefix",
            "is not bound",
            "unbound prefix",
        ),
        Code.UNQUOTED_ATTRIBUTE: (
            "attvalue: \" or ' expected",
            "open quote is expected for attribute",
            "is an unexpected token. the expected token is '\"' or '''",
        ),
        Code.UNCLOSED_ATTRIBUTE_VALUE: (
            "attvalue: ' expected",
            "attributes construct error",
            "unescaped '<' not allowed in attributes values",
            "close quote is expected for attribute",
        ),
        Code.WRONG_QUOTES: ("attvalue: \" or ' expected", "open quote is expected for attribute"),
        Code.ATTRIBUTE_WITHOUT_VALUE: (
            "specification mandates value for attribute",
            "must be followed by the ' = ' character",
            "the expected token is '='",
        ),
        Code.DUPLICATE_ATTRIBUTE: (
            "redefined",
            "was already specified for element",
            "is a duplicate attribute name",
            "duplicate attribute",
        ),
        Code.LESS_THAN_IN_ATTRIBUTE: (
            "unescaped '<' not allowed in attributes values",
            "must not contain the '<' character",
            "'<', hexadecimal value 0x3c, is an invalid attribute character",
        ),
        Code.MISSING_SPACE: ("attributes construct error", "white space is required", "missing required whitespace"),
        Code.MALFORMED_COMMENT: (
            "double hyphen within comment",
            'string "--" is not permitted within comments',
            "an xml comment cannot contain '--'",
            "comment must not contain",
        ),
        Code.UNTERMINATED_SECTION: (
            "comment not terminated",
            "cdata section not finished",
            'must end with "]]>"',
            'comment must end with "-->"',
            "unclosed token",
            "unclosed cdata section",
        ),
        Code.MALFORMED_INSTRUCTION: (
            "xmlparsepi",
            "pi not finished",
            'processing instruction must end with "?>"',
            "processing instruction target name is required",
        ),
    }
)


class Words:
    """Puts the faults of one document, in their order, into words."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._offsets = (0, len(document.bom))  # a place in characters and the same place in bytes

    def describe(self, fault: Fault) -> tuple[str, str]:
        """A short message and an explanation in one sentence, both in the document's own names."""
        if fault.code is Code.ENCODING_MISMATCH:
            return self._encoding(fault)
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
        data = undecodable(fault.value)
        shown = " ".join(f"0x{byte:02X}" for byte in data[:8])
        meant = _shown(intended(fault.value, self._likely))
        explanation = (
            f"The bytes {shown} at byte offset {self._byte_offset(fault.start)} are not {document.encoding}; "
            f'they look like "{meant}" written in {self._likely}.'
        )
        return f"Bytes {shown} are not {document.encoding}", explanation

    @cached_property
    def _likely(self) -> str:
        return likely_encoding(self._document.text)

    def _byte_offset(self, at: int) -> int:
        characters, size = self._offsets
        if at < characters:
            characters, size = 0, len(self._document.bom)
        size += len(self._document.text[characters:at].encode(self._document.encoding, "surrogateescape"))
        self._offsets = (at, size)
        return size


def _characters(value: str) -> str:
    return ", ".join(f"U+{ord(character):04X}" for character in value[:4])


def _shown(value: str) -> str:
    flat = " ".join(value.split())
    flat = "".join(character if character.isprintable() else "\ufffd" for character in flat)
    return flat if len(flat) <= MAX_SHOWN else flat[: MAX_SHOWN - 1] + "\u2026"
