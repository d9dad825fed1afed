"""The one table of codes: what can be wrong with a document, by stable names."""

from __future__ import annotations

from enum import StrEnum


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
    # elements that are not valid
    UNDECLARED_ROOT = "undeclared-root"
    WRONG_NAMESPACE = "wrong-namespace"
    UNEXPECTED_ELEMENT = "unexpected-element"
    MISSING_ELEMENT = "missing-element"
    TEXT_NOT_ALLOWED = "text-not-allowed"
    # attributes that are not valid
    UNEXPECTED_ATTRIBUTE = "unexpected-attribute"
    MISSING_ATTRIBUTE = "missing-attribute"
    # values that are not valid
    EMPTY_VALUE = "empty-value"
    INVALID_VALUE = "invalid-value"
    NOT_IN_ENUMERATION = "not-in-enumeration"
    PATTERN_MISMATCH = "pattern-mismatch"
    LENGTH_OUT_OF_BOUNDS = "length-out-of-bounds"
    VALUE_OUT_OF_RANGE = "value-out-of-range"
    # what is not valid across the document
    DUPLICATE_ID = "duplicate-id"
    DANGLING_REFERENCE = "dangling-reference"
    IDENTITY_CONSTRAINT = "identity-constraint"
    SCHEMA_LOCATION = "schema-location"
    ASSERTION_FAILED = "assertion-failed"
    NOT_VALID = "not-valid"
    # what a vocabulary demands beyond its schema
    DUPLICATE_ELEMENT = "duplicate-element"
    DUPLICATE_KEY = "duplicate-key"
    UNESCAPED_TEXT = "unescaped-text"
    PLACEHOLDER_MISMATCH = "placeholder-mismatch"
    # what a schema lets pass
    LAYOUT_TRACE = "layout-trace"
