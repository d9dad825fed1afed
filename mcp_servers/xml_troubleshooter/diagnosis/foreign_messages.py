"""Another system's error message, tied to the place in the document that it means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

from ..codes import Code
from ..diagnostics import Diagnostic
from .translated_messages import TRANSLATED

_END_TAGS = (
    "opening and ending tag mismatch",
    "must be terminated by the matching end-tag",
    "does not match the end tag of",
    "end tag … does not match the start tag",
    "mismatched tag",
    "end tag name … must match start tag name",
    "expected … to finish … end tag",
    "element <… closed by </",
    "expected </",
    "expecting </",
    "tag mismatch",
)
_MISPLACED = (
    "cvc-complex-type.2.4.a",
    "cvc-complex-type.2.4.d",
    "invalid content was found starting with element",
    "this element is not expected",
    "has invalid child element",
    "element … not allowed here; expected element",
    "content is invalid according to the dtd/schema",
    "content of element type … must match",
)
_NO_VALUE = (
    "cvc-datatype-valid",
    "cvc-attribute.3",
    "cvc-type.3.1.3",
    "is not a valid value",
    "is invalid according to its datatype",
)
# What other tools say for a fault: Xerces (Java's own), libxml2 (xmllint, lxml), .NET, MSXML, expat, Jing, xmlschema,
# Saxon, Altova. Fragments in lower case; "…" stands for anything.
SAYINGS: Mapping[Code, tuple[str, ...]] = MappingProxyType(
    {
        Code.EMPTY_DOCUMENT: (
            "document is empty",
            "root element is missing",
            "no element found",
            "premature end of file",
            "must have a top level element",
        ),
        Code.NOT_XML: (
            "start tag expected, '<' not found",
            "data at the root level is invalid",
            "invalid at the top level of the document",
        ),
        Code.ENCODING_MISMATCH: (
            "input is not proper utf-8",
            "invalid bytes in character encoding",
            "-byte utf-8 sequence",
            "can't decode byte",
            "cannot decode byte",
            "invalid byte",
            "invalid utf-8",
            "not valid utf-8",
            "invalid continuation byte",
            "invalid start byte",
            "invalid character in the given encoding",
            "there is no unicode byte order mark",
            "cannot switch to unicode",
            "switch from current encoding to specified encoding not supported",
        ),
        Code.UNKNOWN_ENCODING: (
            "unsupported encoding",
            "encoding … is not supported",
            "system does not support … encoding",
            "unknown encoding",
            "invalid encoding name",
        ),
        Code.CONTENT_BEFORE_ROOT: (
            "content is not allowed in prolog",
            "markup in the document preceding the root element must be well-formed",
            "start tag expected, '<' not found",
            "data at the root level is invalid",
            "invalid at the top level of the document",
            "syntax error: line",
        ),
        Code.EXTRA_CONTENT: (
            "extra content at the end of the document",
            "markup in the document following the root element must be well-formed",
            "content is not allowed in trailing section",
            "there are multiple root elements",
            "junk after document element",
            "only one top level element is allowed",
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
            "invalid xml declaration",
            "string not started expecting",
        ),
        Code.MALFORMED_DOCTYPE: ("doctype improperly terminated", "dtd is prohibited", "document type declaration"),
        Code.RESOURCE_LIMIT: (
            "use xml_parse_huge option",
            "excessive depth in document",
            "resource limit exceeded",
            "more than … entity expansions",
            "amplification factor",
            "exceeded a limit set by",
        ),
        Code.EXTERNAL_ENTITY: ("failed to read external", "failed to load external entity"),
        Code.INVALID_CHARACTER: (
            "invalid char value",
            "an invalid xml character (unicode:",
            "hexadecimal value 0x … is an invalid character",
            "an invalid character was found in text content",
        ),
        Code.INVALID_CHARACTER_REFERENCE: (
            "xmlparsecharref: invalid",
            "charref: invalid",
            "character reference … is an invalid xml character",
            "reference to invalid character number",
        ),
        Code.BARE_AMPERSAND: (
            "xmlparseentityref: no name",
            "entity name must immediately follow the '&'",
            "an error occurred while parsing entityname",
            "whitespace is not allowed at this location",
        ),
        Code.UNTERMINATED_REFERENCE: (
            "entityref: expecting ';'",
            "must end with the ';' delimiter",
            "is an unexpected token. the expected token is ';'",
            "a semi colon character was expected",
        ),
        Code.UNDEFINED_ENTITY: (
            "entity … not defined",
            "was referenced, but not declared",
            "reference to undeclared entity",
            "reference to undefined entity",
            "undefined entity",
        ),
        Code.LESS_THAN_IN_TEXT: (
            "starttag: invalid element name",
            "content of elements must consist of well-formed character data or markup",
            "name cannot begin with the ' ' character",
            "name cannot begin with the '",
            "a name was started with an invalid character",
        ),
        Code.CDATA_END_IN_TEXT: (
            "']]>' not allowed in content",
            'character sequence "]]>" must not appear',
            "']]>' is not allowed in character data",
        ),
        Code.MISSING_END_TAG: _END_TAGS,
        Code.UNEXPECTED_END_TAG: (*_END_TAGS[:2], "unexpected end tag"),
        Code.TAG_MISMATCH: _END_TAGS,
        Code.OVERLAPPING_TAGS: _END_TAGS,
        Code.TRUNCATED: (
            "premature end of data in tag",
            "xml document structures must start and end within the same entity",
            "unexpected end of file has occurred",
            "the following elements are not closed",
            "the following tags were not closed",
            "couldn't find end of start tag",
            "no element found",
        ),
        Code.MALFORMED_TAG: (
            "attributes construct error",
            "error parsing attribute name",
            "expected '>'",
            "couldn't find end of start tag",
            'must be followed by either attribute specifications, ">" or "/>"',
            "is an unexpected token. the expected token is '>'",
        ),
        Code.INVALID_NAME: (
            "invalid element name",
            "name cannot begin with the '",
            "invalid qname",
            "failed to parse qname",
            "a name was started with an invalid character",
            "a name contained an invalid character",
        ),
        Code.UNBOUND_PREFIX: (
            "namespace prefix … is not defined",
            "the prefix … is not bound",
            "is an undeclared prefix",
            "unbound prefix",
            "undeclared namespace prefix",
        ),
        Code.UNQUOTED_ATTRIBUTE: (
            "attvalue: \" or ' expected",
            "open quote is expected for attribute",
            "is an unexpected token. the expected token is '\"' or '''",
            "a string literal was expected, but no opening quote",
        ),
        Code.UNCLOSED_ATTRIBUTE_VALUE: (
            "attvalue: ' expected",
            "attributes construct error",
            "unescaped '<' not allowed in attributes values",
            "close quote is expected for attribute",
            "a string literal was not closed",
        ),
        Code.WRONG_QUOTES: (
            "attvalue: \" or ' expected",
            "open quote is expected for attribute",
            "attributes construct error",
            "a string literal was expected, but no opening quote",
        ),
        Code.ATTRIBUTE_WITHOUT_VALUE: (
            "specification mandates value for attribute",
            "must be followed by the ' = ' character",
            "the expected token is '='",
            "missing equals sign between attribute and attribute value",
        ),
        Code.DUPLICATE_ATTRIBUTE: (
            "attribute … redefined",
            "was already specified for element",
            "is a duplicate attribute name",
            "duplicate attribute",
        ),
        Code.LESS_THAN_IN_ATTRIBUTE: (
            "unescaped '<' not allowed in attributes values",
            "must not contain the '<' character",
            "hexadecimal value 0x3c, is an invalid attribute character",
            "character '<' cannot be used in an attribute value",
        ),
        Code.MISSING_SPACE: (
            "attributes construct error",
            "white space is required",
            "missing required whitespace",
            "required white space was missing",
        ),
        Code.MALFORMED_COMMENT: (
            "double hyphen within comment",
            'string "--" is not permitted within comments',
            "an xml comment cannot contain '--'",
            "comment must not contain",
            "comment must start with",
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
            "parsepi",
            "pi not finished",
            'processing instruction must end with "?>"',
            "processing instruction target name is required",
            "white space is required between the processing instruction target and data",
        ),
        Code.NOT_WELL_FORMED: (),
        Code.UNDECLARED_ROOT: (
            "cvc-elt.1",
            "no matching global declaration",
            "element is not declared",
            "root element … must match doctype root",
            "root and dtd name do not match",
            "is not an element of the schema",
        ),
        Code.WRONG_NAMESPACE: (
            "cvc-elt.1",
            "no matching global declaration",
            "could not find schema information",
            *_MISPLACED,
        ),
        Code.UNEXPECTED_ELEMENT: (
            *_MISPLACED,
            "cvc-complex-type.2.1",
            "cvc-complex-type.2.4.c",
            "cvc-type.3.1.2",
            "no child element is expected at this point",
            "demanded by the strict wildcard",
            "unexpected child with tag",
            "does not allow element … to appear here",
            "element … is not allowed at this location",
            "element … not allowed anywhere",
            "cannot contain child element",
            "did not expect element",
            "content does not follow the dtd",
            "element type … must be declared",
            "no declaration for element",
        ),
        Code.MISSING_ELEMENT: (
            *_MISPLACED,
            "cvc-complex-type.2.4.b",
            "missing child element",
            "content of element … is not complete",
            "has incomplete content",
            "missing required element",
            "content is incomplete according to the dtd/schema",
            "content does not follow the dtd",
        ),
        Code.TEXT_NOT_ALLOWED: (
            "cvc-complex-type.2.3",
            "character content other than whitespace",
            "character content is not allowed",
            "cannot contain text",
            "text not allowed here",
        ),
        Code.UNEXPECTED_ATTRIBUTE: (
            "cvc-complex-type.3.2.2",
            "cvc-type.3.1.1",
            "is not allowed to appear in element",
            "attribute is not declared",
            "the attribute … is not allowed",
            "attribute … not allowed here",
            "attribute … must be declared",
            "attribute not allowed for element",
            "no declaration for attribute",
            "attribute … is not defined in the dtd/schema",
            "is not permitted in the content model",
        ),
        Code.MISSING_ATTRIBUTE: (
            "cvc-complex-type.4",
            "is required but missing",
            "required attribute",
            "attribute … must appear on",
            "is required and must be specified",
            "does not carry attribute",
        ),
        Code.EMPTY_VALUE: (
            "cvc-datatype-valid.1.2.1: ''",
            "'' is not a valid value",
            "the value ''",
            *_NO_VALUE,
        ),
        Code.INVALID_VALUE: (
            *_NO_VALUE,
            "is not valid with respect to its type",
            "content of element … invalid; must be",
            "value of attribute … is invalid; must be",
            "value … is not allowed for element",
            "does not match the required simple type",
        ),
        Code.NOT_IN_ENUMERATION: (
            "cvc-enumeration-valid",
            "facet 'enumeration'",
            "enumeration constraint",
            "is invalid; must be equal to",
            "must have a value from the list",
            "is not among the enumerated set",
            "value must be one of",
            "contravenes the enumeration facet",
        ),
        Code.PATTERN_MISMATCH: (
            "cvc-pattern-valid",
            "facet 'pattern'",
            "pattern constraint",
            "doesn't match any pattern",
            "contravenes the pattern facet",
        ),
        Code.LENGTH_OUT_OF_BOUNDS: (
            "length-valid",
            "facet 'length'",
            "facet 'maxlength'",
            "facet 'minlength'",
            "length constraint",
            "than the maxlength value",
            "than the minlength value",
            "not equal to the specified length",
        ),
        Code.VALUE_OUT_OF_RANGE: (
            "clusive-valid",
            "digits-valid",
            "clusive'] the value",
            "digits'] the value",
            "clusive constraint",
            "digits constraint",
            "fraction digits",
        ),
        Code.DUPLICATE_ID: (
            "cvc-id.2",
            "id … already defined",
            "id … has already been defined",
            "is already used as an id",
            "duplicate id",
            "of type id must be unique",
        ),
        Code.DANGLING_REFERENCE: (
            "cvc-id.1",
            "no id/idref binding",
            "references an unknown id",
            "reference to undeclared id",
            "element with the identifier … must appear in the document",
        ),
        Code.IDENTITY_CONSTRAINT: (
            "cvc-identity-constraint",
            "duplicate key",
            "duplicate unique",
            "no match found for key",
            "in keyref fails to refer",
        ),
        Code.SCHEMA_LOCATION: (
            "schema_reference.4",
            "failed to read schema document",
            "must have even number of uri",
            "cvc-elt.1",
        ),
        Code.ASSERTION_FAILED: ("cvc-assertion", "assertion evaluation", "failed-assert", "assertion test"),
        Code.NOT_VALID: ("is not valid against the schema",),
        Code.DUPLICATE_ELEMENT: (
            "duplicated tag:",
            "sections must only appear once",
            "only one <configsections> element allowed",
        ),
        Code.DUPLICATE_KEY: (
            "duplicate value for resource",
            "found item … more than one time",
            "has already been added",
            "must be unique: … -> duplicate declaration",
            "duplicate resource name",
        ),
        Code.UNESCAPED_TEXT: (
            "apostrophe not preceded by \\",
            "unescaped apostrophe",
            "invalid unicode escape sequence",
        ),
        Code.UNRESOLVED_REFERENCE: (
            "src-resolve",
            "does not resolve to a(n)",
            "cannot resolve the name",
            "has not been declared",
            "undefined variable",
            "has no matching definition",
            "is not declared, or is not a",
        ),
        Code.DOES_NOT_COMPILE: (
            "compilation error",
            "cos-nonambig",
            "content model is not determinist",
            "s4s-elt",
            "could not compile",
            "errors were reported during stylesheet compilation",
        ),
        Code.RULE_NOT_EVALUATED: ("could not be evaluated", "dynamic error while evaluating", "error evaluating xpath"),
        Code.PLACEHOLDER_MISMATCH: ("multiple substitutions specified in non-positional format",),
        Code.LAYOUT_TRACE: (),  # no other tool looks at the layout
    }
)
_VAGUE = ("not well-formed", "not well formed")  # what expat says, whatever is wrong with the markup
_LINE = re.compile(r"\bline(?:number)?\W{1,3}(\d+)|:(\d+):\d+|\.\w+:(\d+):")
# the identifier of a business rule, such as BR-CO-15, and what it says
_RULE = re.compile(r"(?:\[?(?P<name>[a-z]+(?:[-_.][a-z0-9]+)*[-_.][a-z]*\d+[a-z]?)\]?[ :\-]*)?(?P<said>.*)", re.DOTALL)
_SAID = 30  # characters of a business rule's words that make it known
_KNOWN = 2  # what a fragment of a message weighs, against one for a name, a value or a line in it


@cache
def of_markup() -> frozenset[Code]:
    """The faults of markup, by whose absence a document is well-formed."""
    from ..wellformedness.families import FAULT_KINDS  # noqa: PLC0415 - most messages are held against a few faults

    return frozenset({*FAULT_KINDS, Code.NOT_WELL_FORMED})


def recognised(message: str, diagnostics: Sequence[Diagnostic]) -> Diagnostic | None:
    """The diagnostic that a message of another system is about; None where it resembles none of them.

    A message is known by the words that other tools have for a fault, and tied to one of several by the names, values
    and lines that it mentions; where it mentions none, by how much of its wording is known.
    """
    words = message.lower()
    lines = {int(number) for found in _LINE.findall(words) for number in found if number}
    likeness = {code: _likeness(words, code) for code in {item.code for item in diagnostics}}
    best: tuple[tuple[int, int], Diagnostic] | None = None
    for item in diagnostics:
        known = max(likeness[item.code], _of_rule(words, item))
        if not known:
            continue
        mentioned = sum(
            _mentions(message, word) for word in (item.name.rpartition(":")[2], item.value, *item.expected[:3])
        )
        rank = (_KNOWN + (item.line in lines) + mentioned, known)
        if best is None or rank > best[0]:
            best = (rank, item)
    return best[1] if best else None


def spoken_of(message: str) -> frozenset[Code]:
    """The codes that a message of another system may stand for: those that share the longest words known in it."""
    words = message.lower()
    likeness = {code: _likeness(words, code) for code in SAYINGS}
    longest = max(likeness.values())
    return frozenset(code for code, known in likeness.items() if 0 < known == longest)


def _of_rule(words: str, item: Diagnostic) -> int:
    """How many characters of a message are the identifier or the words of the business rule that does not hold."""
    if item.code is not Code.ASSERTION_FAILED:
        return 0
    flat, told = " ".join(words.split()), " ".join(item.message.lower().split())
    rule = _RULE.match(told)
    assert rule is not None
    name, said = rule["name"] or "", rule["said"]
    named = len(name) if _mentions(flat, name) else 0
    return max(named, len(said) if said[:_SAID] and said[:_SAID] in flat else 0)


def _likeness(words: str, code: Code) -> int:
    """How many characters of a message are known as words for a code, in the longest fragment that it holds."""
    fragments = (*SAYINGS[code], *TRANSLATED.get(code, ()), *(_VAGUE if code in of_markup() else ()))
    return max((len(fragment) for fragment in fragments if _holds(words, fragment)), default=0)


def _holds(words: str, fragment: str) -> bool:
    at = 0
    for part in fragment.split(" … "):
        at = words.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def _mentions(message: str, word: str) -> bool:
    return bool(word) and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", message) is not None
