"""The one table of codes: what can be wrong with a document, by stable names."""

from __future__ import annotations

from enum import Flag, StrEnum, auto
from typing import Self


class Concern(Flag):
    """Who minds a fault: the parser, which reads syntax, or what judges a document that has been read."""

    SYNTAX = auto()
    VALIDITY = auto()


_SYNTAX, _VALIDITY = Concern.SYNTAX, Concern.VALIDITY
_BOTH = _SYNTAX | _VALIDITY


class Code(StrEnum):
    """Stable names of faults: public, never renamed, never reused; each with whom it concerns."""

    concern: Concern

    def __new__(cls, name: str, concern: Concern) -> Self:
        """A code of this name."""
        code = str.__new__(cls, name)
        code._value_ = name
        code.concern = concern
        return code

    # the bytes and the frame
    EMPTY_DOCUMENT = "empty-document", _SYNTAX
    NOT_XML = "not-xml", _SYNTAX
    ENCODING_MISMATCH = "encoding-mismatch", _SYNTAX
    UNKNOWN_ENCODING = "unknown-encoding", _SYNTAX
    CONTENT_BEFORE_ROOT = "content-before-root", _SYNTAX
    EXTRA_CONTENT = "extra-content", _SYNTAX
    DECLARATION_NOT_FIRST = "declaration-not-first", _SYNTAX
    MALFORMED_DECLARATION = "malformed-declaration", _SYNTAX
    MALFORMED_DOCTYPE = "malformed-doctype", _SYNTAX
    RESOURCE_LIMIT = "resource-limit", _SYNTAX
    EXTERNAL_ENTITY = "external-entity", _VALIDITY
    # characters and references
    INVALID_CHARACTER = "invalid-character", _SYNTAX
    INVALID_CHARACTER_REFERENCE = "invalid-character-reference", _SYNTAX
    BARE_AMPERSAND = "bare-ampersand", _SYNTAX
    UNTERMINATED_REFERENCE = "unterminated-reference", _SYNTAX
    UNDEFINED_ENTITY = "undefined-entity", _SYNTAX
    LESS_THAN_IN_TEXT = "less-than-in-text", _SYNTAX
    CDATA_END_IN_TEXT = "cdata-end-in-text", _SYNTAX
    # tags
    MISSING_END_TAG = "missing-end-tag", _SYNTAX
    UNEXPECTED_END_TAG = "unexpected-end-tag", _SYNTAX
    TAG_MISMATCH = "tag-mismatch", _SYNTAX
    OVERLAPPING_TAGS = "overlapping-tags", _SYNTAX
    TRUNCATED = "truncated", _SYNTAX
    MALFORMED_TAG = "malformed-tag", _SYNTAX
    INVALID_NAME = "invalid-name", _SYNTAX
    UNBOUND_PREFIX = "unbound-prefix", _SYNTAX
    # attributes
    UNQUOTED_ATTRIBUTE = "unquoted-attribute", _SYNTAX
    UNCLOSED_ATTRIBUTE_VALUE = "unclosed-attribute-value", _SYNTAX
    WRONG_QUOTES = "wrong-quotes", _SYNTAX
    ATTRIBUTE_WITHOUT_VALUE = "attribute-without-value", _SYNTAX
    DUPLICATE_ATTRIBUTE = "duplicate-attribute", _SYNTAX
    LESS_THAN_IN_ATTRIBUTE = "less-than-in-attribute", _SYNTAX
    MISSING_SPACE = "missing-space", _SYNTAX
    # comments, CDATA sections, processing instructions
    MALFORMED_COMMENT = "malformed-comment", _SYNTAX
    UNTERMINATED_SECTION = "unterminated-section", _SYNTAX
    MALFORMED_INSTRUCTION = "malformed-instruction", _SYNTAX
    # anything else that the parser rejects
    NOT_WELL_FORMED = "not-well-formed", _SYNTAX
    # elements that are not valid
    UNDECLARED_ROOT = "undeclared-root", _VALIDITY
    WRONG_NAMESPACE = "wrong-namespace", _BOTH
    UNEXPECTED_ELEMENT = "unexpected-element", _VALIDITY
    MISSING_ELEMENT = "missing-element", _VALIDITY
    TEXT_NOT_ALLOWED = "text-not-allowed", _VALIDITY
    # attributes that are not valid
    UNEXPECTED_ATTRIBUTE = "unexpected-attribute", _VALIDITY
    MISSING_ATTRIBUTE = "missing-attribute", _VALIDITY
    # values that are not valid
    EMPTY_VALUE = "empty-value", _VALIDITY
    INVALID_VALUE = "invalid-value", _VALIDITY
    NOT_IN_ENUMERATION = "not-in-enumeration", _VALIDITY
    PATTERN_MISMATCH = "pattern-mismatch", _VALIDITY
    LENGTH_OUT_OF_BOUNDS = "length-out-of-bounds", _VALIDITY
    VALUE_OUT_OF_RANGE = "value-out-of-range", _VALIDITY
    # what is not valid across the document
    DUPLICATE_ID = "duplicate-id", _BOTH
    DANGLING_REFERENCE = "dangling-reference", _VALIDITY
    IDENTITY_CONSTRAINT = "identity-constraint", _VALIDITY
    SCHEMA_LOCATION = "schema-location", _VALIDITY
    ASSERTION_FAILED = "assertion-failed", _VALIDITY
    RULE_NOT_EVALUATED = "rule-not-evaluated", _VALIDITY
    NOT_VALID = "not-valid", _VALIDITY
    # what a vocabulary demands beyond its schema
    DUPLICATE_ELEMENT = "duplicate-element", _VALIDITY
    DUPLICATE_KEY = "duplicate-key", _VALIDITY
    UNESCAPED_TEXT = "unescaped-text", _VALIDITY
    PLACEHOLDER_MISMATCH = "placeholder-mismatch", _VALIDITY
    # what keeps a schema or a program from being used
    UNRESOLVED_REFERENCE = "unresolved-reference", _VALIDITY
    DOES_NOT_COMPILE = "does-not-compile", _VALIDITY
    # what a schema lets pass
    LAYOUT_TRACE = "layout-trace", _VALIDITY
