"""What can be wrong with a document. Diagnostics know nothing of repairs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """Whether a system must reject the document for this."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """Stable names of faults: public, never renamed, never reused."""

    # the bytes and the frame
    EMPTY_DOCUMENT = "empty-document"
    NOT_XML = "not-xml"
    ENCODING_MISMATCH = "encoding-mismatch"
    UNKNOWN_ENCODING = "unknown-encoding"
    CONTENT_BEFORE_ROOT = "content-before-root"
    EXTRA_CONTENT = "extra-content"
    DECLARATION_NOT_FIRST = "declaration-not-first"
    MALFORMED_DECLARATION = "malformed-declaration"
    MALFORMED_DOCTYPE = "malformed-doctype"
    RESOURCE_LIMIT = "resource-limit"
    EXTERNAL_ENTITY = "external-entity"
    # characters and references
    INVALID_CHARACTER = "invalid-character"
    INVALID_CHARACTER_REFERENCE = "invalid-character-reference"
    BARE_AMPERSAND = "bare-ampersand"
    UNTERMINATED_REFERENCE = "unterminated-reference"
    UNDEFINED_ENTITY = "undefined-entity"
    LESS_THAN_IN_TEXT = "less-than-in-text"
    CDATA_END_IN_TEXT = "cdata-end-in-text"
    # tags
    MISSING_END_TAG = "missing-end-tag"
    UNEXPECTED_END_TAG = "unexpected-end-tag"
    TAG_MISMATCH = "tag-mismatch"
    OVERLAPPING_TAGS = "overlapping-tags"
    TRUNCATED = "truncated"
    MALFORMED_TAG = "malformed-tag"
    INVALID_NAME = "invalid-name"
    UNBOUND_PREFIX = "unbound-prefix"
    # attributes
    UNQUOTED_ATTRIBUTE = "unquoted-attribute"
    UNCLOSED_ATTRIBUTE_VALUE = "unclosed-attribute-value"
    WRONG_QUOTES = "wrong-quotes"
    ATTRIBUTE_WITHOUT_VALUE = "attribute-without-value"
    DUPLICATE_ATTRIBUTE = "duplicate-attribute"
    LESS_THAN_IN_ATTRIBUTE = "less-than-in-attribute"
    MISSING_SPACE = "missing-space"
    # comments, CDATA sections, processing instructions
    MALFORMED_COMMENT = "malformed-comment"
    UNTERMINATED_SECTION = "unterminated-section"
    MALFORMED_INSTRUCTION = "malformed-instruction"
    # anything else that the parser rejects
    NOT_WELL_FORMED = "not-well-formed"
    # validity: elements
    UNDECLARED_ROOT = "undeclared-root"
    WRONG_NAMESPACE = "wrong-namespace"
    UNEXPECTED_ELEMENT = "unexpected-element"
    MISSING_ELEMENT = "missing-element"
    TEXT_NOT_ALLOWED = "text-not-allowed"
    # validity: attributes
    UNEXPECTED_ATTRIBUTE = "unexpected-attribute"
    MISSING_ATTRIBUTE = "missing-attribute"
    # validity: values
    EMPTY_VALUE = "empty-value"
    INVALID_VALUE = "invalid-value"
    NOT_IN_ENUMERATION = "not-in-enumeration"
    PATTERN_MISMATCH = "pattern-mismatch"
    LENGTH_OUT_OF_BOUNDS = "length-out-of-bounds"
    VALUE_OUT_OF_RANGE = "value-out-of-range"
    # validity: across the document
    DUPLICATE_ID = "duplicate-id"
    DANGLING_REFERENCE = "dangling-reference"
    IDENTITY_CONSTRAINT = "identity-constraint"
    SCHEMA_LOCATION = "schema-location"
    ASSERTION_FAILED = "assertion-failed"
    NOT_VALID = "not-valid"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a diagnostic ("opened here")."""

    start: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One fault of a document, at the characters from `start` up to `end` of its text.

    `name` is the element or attribute at fault (as written, with its prefix), `value` the offending value or text;
    `expected` lists what the schema or the grammar of XML would accept there, complete; `message` is the validator's
    own wording, `explanation` one plain sentence with the document's own names that says what to do; `path` leads to
    the element with names and positions (/Invoice/cac:InvoiceLine[3]/cbc:ID); `masked` marks a fault that the
    validator itself does not report until an earlier one is gone.
    """

    code: Code
    start: int
    end: int
    message: str
    explanation: str
    line: int = 0
    column: int = 0
    path: str = ""
    name: str = ""
    value: str = ""
    expected: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    related: Related | None = None
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on a document: `diagnostics` in document order; `well_formed` and `valid` are the validator's word.

    `schema` names the schema that judged ("" where the document was checked for well-formedness alone), `total` counts
    the diagnostics before any cap.
    """

    well_formed: bool
    valid: bool
    diagnostics: tuple[Diagnostic, ...] = ()
    schema: str = ""
    total: int = field(default=0)
