"""The one table of codes: the faults of documents by stable names, and the meaning of each.

The causes of a fault are listed the usual first, with the things to send to find out which cause it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import Self


class Concern(Flag):
    """The stage that finds a fault: the parser, which reads syntax, or a layer that judges a parsed document."""

    SYNTAX = auto()
    VALIDITY = auto()


_DOCUMENT = "the document"
_BYTES = "the file itself, by its path: text that was copied has lost what is to be seen in its bytes"
_BOTH = "the document, and the schema that the system judges by"
_RULES = "the document, and the rule set (.sch or its compiled .xsl) that the system runs"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A fault in one sentence, its usual causes in order, and the things to send to find out which it is.

    `article` is the id of the article about faults of its kind, for a fault that has none of its own.
    """

    what: str
    causes: tuple[str, ...]
    send: str
    article: str


# a row of the table: the name of the fault, the stages that find it, and its meaning
_Row = tuple[str, Concern, Meaning]


def _syntax(name: str, what: str, *causes: str, send: str = _DOCUMENT, article: str = "") -> _Row:
    return name, Concern.SYNTAX, Meaning(what, causes, send, article)


def _validity(name: str, what: str, *causes: str, send: str = _BOTH, article: str = "") -> _Row:
    return name, Concern.VALIDITY, Meaning(what, causes, send, article)


def _either(name: str, what: str, *causes: str, send: str = _DOCUMENT) -> _Row:
    return name, Concern.SYNTAX | Concern.VALIDITY, Meaning(what, causes, send, "")


class Code(StrEnum):
    """Stable names of faults: public, never renamed, never reused; each with its stage and its meaning."""

    concern: Concern
    meaning: Meaning

    def __new__(cls, name: str, concern: Concern, meaning: Meaning) -> Self:
        """A code of this name."""
        code = str.__new__(cls, name)
        code._value_ = name
        code.concern = concern
        code.meaning = meaning
        return code

    # the bytes and the frame
    EMPTY_DOCUMENT = _syntax(
        "empty-document",
        "There was nothing to read, or nothing but white space and comments.",
        "the sender's answer was empty: an error, a time-out, a redirect that was not followed",
        "the file was read before it was written, or its stream was read twice",
        "a name was passed where the content was expected",
        send=_BYTES,
    )
    NOT_XML = _syntax(
        "not-xml",
        "What was read is no XML from its first character on.",
        "it is an error page of a server (HTML), JSON, or plain text",
        "it is packed (gzip, zip, Base64) or a PDF that carries the XML inside",
        "the name of the file was passed where its content was expected",
        send=_BYTES,
    )
    ENCODING_MISMATCH = _syntax(
        "encoding-mismatch",
        "The bytes are not in the encoding that the XML declaration names (UTF-8 where it names none).",
        "the file was saved as Windows-1252 or Latin-1 while its declaration says UTF-8",
        "a program converted the text and left the declaration as it was",
        "pieces in different encodings were put together",
        send=_BYTES,
    )
    UNKNOWN_ENCODING = _syntax(
        "unknown-encoding",
        "The XML declaration names an encoding that the program does not know.",
        "its name is misspelt (utf8, UTF_8)",
        "it is one that this parser lacks; UTF-8 is known to all",
        send=_BYTES,
    )
    CONTENT_BEFORE_ROOT = _syntax(
        "content-before-root",
        "Something stands in front of the document element; only the declaration, comments and a DOCTYPE may.",
        "a byte order mark that the program does not expect, or that stands there twice",
        "a blank line or white space in front of the XML declaration",
        "an error page, a log line or a mail header in front of the XML",
        "the file is packed or in another encoding than it is read in",
        send=_BYTES,
    )
    EXTRA_CONTENT = _syntax(
        "extra-content",
        "Something follows after the end of the document element.",
        "two documents were put one behind the other, or a list lacks the element around it",
        "an end tag too many closes the document element early",
        "the file was overwritten by a shorter one and keeps the old one's end",
    )
    DECLARATION_NOT_FIRST = _syntax(
        "declaration-not-first",
        "The XML declaration (<?xml …?>) is not the very first thing.",
        "a blank line or white space in front of it",
        "a byte order mark in front of it that is read as a character",
        "a whole document, with its declaration, was put inside another one",
        send=_BYTES,
    )
    MALFORMED_DECLARATION = _syntax(
        "malformed-declaration",
        "The XML declaration cannot be read.",
        "version is missing or does not come first",
        "quotes or the closing ?> are missing, or are typographic",
    )
    MALFORMED_DOCTYPE = _syntax(
        "malformed-doctype",
        "The DOCTYPE cannot be read, or the program refuses every DOCTYPE.",
        (
            "the program forbids DTDs, as protection against external entities: remove the DOCTYPE where nothing "
            "needs it"
        ),
        "quotes, brackets or a > are missing in it",
    )
    RESOURCE_LIMIT = _syntax(
        "resource-limit",
        "The parser stopped at a limit of its own (depth, length, expansions of entities).",
        "a very long text node, such as a file in Base64",
        "elements nested hundreds deep, by a fault of the program that wrote them",
        "entities that multiply each other, as an attack does",
    )
    EXTERNAL_ENTITY = _validity(
        "external-entity",
        "The document refers to something outside of it that was not read.",
        "the DTD or entity lies at an address that the program does not ask",
        "its path is relative to another folder",
        send=_DOCUMENT,
    )
    # characters and references
    INVALID_CHARACTER = _syntax(
        "invalid-character",
        "The text has a character that XML does not allow, mostly a control character.",
        "text from a mainframe, a database or a PDF was taken over without cleaning",
        "binary data stands where text should",
        "the bytes are read in the wrong encoding",
        send=_BYTES,
    )
    INVALID_CHARACTER_REFERENCE = _syntax(
        "invalid-character-reference",
        "A reference such as &#0; or &#x1F; stands for a character that XML does not allow, or is misspelt.",
        "a control character was escaped instead of removed",
        "its digits or its x are wrong",
    )
    BARE_AMPERSAND = _syntax(
        "bare-ampersand",
        "An & stands in the text as itself; in XML it begins a reference and has to be written &amp;.",
        "the XML was put together from strings: a company name or a link has an & in it",
        "a library's escaping was switched off",
    )
    UNTERMINATED_REFERENCE = _syntax(
        "unterminated-reference",
        "A reference lacks its semicolon (&lt 5), or an & that was meant as a character is followed by letters.",
        "an & in a link (&page=2) was not written &amp;",
        "the semicolon was lost",
        article="bare-ampersand",
    )
    UNDEFINED_ENTITY = _syntax(
        "undefined-entity",
        "A reference such as &nbsp; has a name that is not declared; XML knows five (amp, lt, gt, quot, apos).",
        "it comes from HTML: write the character itself",
        "the DTD that declares it is missing or was not read",
    )
    LESS_THAN_IN_TEXT = _syntax(
        "less-than-in-text",
        "A < stands in the text as itself, and what follows is no tag; it has to be written &lt;.",
        "a comparison, a formula or an address in pointed brackets was not escaped",
        "the start of a tag is broken",
    )
    CDATA_END_IN_TEXT = _syntax(
        "cdata-end-in-text",
        "]]> stands in the text, where only the end of a CDATA section may: write ]]&gt;.",
        "a CDATA section was put inside another one",
        "the beginning of a CDATA section was lost",
    )
    # tags
    MISSING_END_TAG = _syntax(
        "missing-end-tag",
        "An element is not closed; parsers say so at the next end tag that does not fit, often far below.",
        "the end tag was forgotten, or its / was",
        "the text between was cut out together with the end tag",
        "an empty element was written as in HTML (<br>)",
    )
    UNEXPECTED_END_TAG = _syntax(
        "unexpected-end-tag",
        "An end tag has no start tag that it could close.",
        "a start tag was deleted or is broken",
        "the end tag stands there twice",
    )
    TAG_MISMATCH = _syntax(
        "tag-mismatch",
        "An end tag has another name than the start tag that it should close.",
        "one of the two is misspelt, or differs in upper and lower case",
        "one of the two was renamed and the other forgotten",
        "an end tag in between is missing",
    )
    OVERLAPPING_TAGS = _syntax(
        "overlapping-tags",
        "Two elements overlap: the one that began later ends later, too.",
        "end tags were written in the wrong order, as HTML forgives",
        "a piece was moved without its end tag",
    )
    TRUNCATED = _syntax(
        "truncated",
        "The document ends before its elements do.",
        "the transfer or the write broke off: a time-out, a full disk, a field or message that is too short",
        "the file was read while it was being written",
        "end tags are missing, and nothing else",
        send="the document, and where you have it the original or its length in bytes",
    )
    MALFORMED_TAG = _syntax(
        "malformed-tag",
        "A tag cannot be read.",
        "its > is missing",
        "a quote is missing around a value, or too many are there",
        "a < of the text was not escaped",
    )
    INVALID_NAME = _syntax(
        "invalid-name",
        "A name of an element or attribute is none in XML: it begins with a digit, or holds a blank or a sign.",
        "column headings of a table became names",
        "two colons, or a colon at the edge of a name",
    )
    UNBOUND_PREFIX = _syntax(
        "unbound-prefix",
        "A prefix (cbc: in cbc:ID) is used where no xmlns:… declares it.",
        "a piece was copied without the declaration on the element around it",
        "the prefix is misspelt, or differs in upper and lower case",
        "the program writes prefixes as text and forgets the declaration",
    )
    # attributes
    UNQUOTED_ATTRIBUTE = _syntax(
        "unquoted-attribute",
        "The value of an attribute has no quotes.",
        "it was written as in HTML",
        "the program put the XML together from strings",
    )
    UNCLOSED_ATTRIBUTE_VALUE = _syntax(
        "unclosed-attribute-value",
        "The value of an attribute is not closed by the quote that opened it.",
        "the closing quote is missing",
        "it is closed by the other kind of quote",
        "the tag was cut off",
    )
    WRONG_QUOTES = _syntax(
        "wrong-quotes",
        "The value of an attribute stands in typographic quotes (\u201c\u201d) instead of \" or '.",
        "the XML went through a word processor, a mail or a chat",
    )
    ATTRIBUTE_WITHOUT_VALUE = _syntax(
        "attribute-without-value",
        "An attribute has no value; XML knows no attribute by its name alone.",
        "it was written as in HTML (checked)",
        "its = or its value was lost",
    )
    DUPLICATE_ATTRIBUTE = _syntax(
        "duplicate-attribute",
        "An element has the same attribute twice.",
        "a program adds it without looking whether it is there",
        "two versions were merged",
        "two prefixes stand for the same namespace",
    )
    LESS_THAN_IN_ATTRIBUTE = _syntax(
        "less-than-in-attribute",
        "A < stands in the value of an attribute; it has to be written &lt; there.",
        "a condition or markup in the value was not escaped",
        "the value's closing quote is missing",
    )
    MISSING_SPACE = _syntax(
        "missing-space",
        "White space is missing, mostly between two attributes.",
        "two attributes were put together without a blank",
    )
    # comments, CDATA sections, processing instructions
    MALFORMED_COMMENT = _syntax(
        "malformed-comment",
        "A comment has -- in it, or is not begun or ended as it must.",
        "a line of hyphens, or a comment inside a comment",
        "its --> is written ->",
    )
    UNTERMINATED_SECTION = _syntax(
        "unterminated-section",
        "A comment, CDATA section or instruction has no end.",
        "its end was forgotten or misspelt",
        "the document is cut off inside it",
    )
    MALFORMED_INSTRUCTION = _syntax(
        "malformed-instruction",
        "A processing instruction (<?…?>) cannot be read.",
        "its ?> is missing",
        "its target is missing, or is xml, which is reserved",
    )
    # anything else that the parser rejects
    NOT_WELL_FORMED = _syntax(
        "not-well-formed",
        "The parser could not read the document; its message does not say more.",
        "an & or < that is not escaped",
        "tags that do not pair",
        "a quote that is missing",
    )
    # elements that are not valid
    UNDECLARED_ROOT = _validity(
        "undeclared-root",
        "The schema does not know the document element, or the DOCTYPE names another one.",
        "the document is judged by the wrong schema, or by one for another version",
        "the document element has no namespace, or another one than the schema's",
        "its name is misspelt, here or in the DOCTYPE",
    )
    WRONG_NAMESPACE = _either(
        "wrong-namespace",
        "An element is in another namespace than the schema expects, though its name may look right.",
        "xmlns is missing, misspelt, or that of another version",
        "an element lacks its prefix, or the default namespace covers what it should not",
        "the document is judged by a schema for something else",
        send=_BOTH,
    )
    UNEXPECTED_ELEMENT = _validity(
        "unexpected-element",
        "An element stands where the schema does not allow it; what may stand there is what the message lists.",
        "the elements are in the wrong order",
        "an element before it that is required is missing",
        "its name is misspelt or belongs elsewhere",
        "it occurs more often than it may",
        "it is in the wrong namespace",
    )
    MISSING_ELEMENT = _validity(
        "missing-element",
        "An element ends before all that it must contain is there.",
        "the program had no value and left the element out",
        "it is there, but misspelt or in the wrong place or namespace",
        "the document was written for another version of the schema",
    )
    TEXT_NOT_ALLOWED = _validity(
        "text-not-allowed",
        "Text stands directly in an element that may contain elements only.",
        "a tag around the text is missing",
        "a stray character was left behind by an edit",
        "the value stands in the parent of the element where it belongs",
    )
    # attributes that are not valid
    UNEXPECTED_ATTRIBUTE = _validity(
        "unexpected-attribute",
        "An element has an attribute that the schema does not know there.",
        "its name is misspelt, or differs in upper and lower case",
        "it belongs to another element, or should be an element itself",
        "it comes from another version of the schema",
    )
    MISSING_ATTRIBUTE = _validity(
        "missing-attribute",
        "An element lacks an attribute that the schema requires.",
        "the program had no value for it",
        "it is there under a misspelt name",
    )
    # values that are not valid
    EMPTY_VALUE = _validity(
        "empty-value",
        "An element or attribute is empty where a value is required.",
        "the program had no value and wrote the empty element all the same: leave it out where it is optional",
        "the value was lost in a conversion",
    )
    INVALID_VALUE = _validity(
        "invalid-value",
        "A value is not written as its type demands.",
        "a date or a number in the local format (27.03.2026, 1.234,50)",
        "blanks, a currency sign or a unit beside the number",
        "the value belongs into another element",
    )
    NOT_IN_ENUMERATION = _validity(
        "not-in-enumeration",
        "A value is none of those that the schema or code list has.",
        "it is a name where a code is wanted (Germany for DE), or differs in case",
        "the code comes from another list or an older version of it",
        "white space around the code",
    )
    PATTERN_MISMATCH = _validity(
        "pattern-mismatch",
        "A value does not have the form that the schema prescribes by a pattern.",
        "blanks, hyphens or dots that people write and the pattern does not allow",
        "characters are missing or too many",
        "it is another kind of number than is wanted",
    )
    LENGTH_OUT_OF_BOUNDS = _validity(
        "length-out-of-bounds",
        "A value is longer or shorter than the schema allows.",
        "a free text goes on for too long",
        "the value was filled up with blanks",
        "leading zeros were lost",
    )
    VALUE_OUT_OF_RANGE = _validity(
        "value-out-of-range",
        "A number or date lies outside the range that the schema allows, or has too many digits.",
        "more decimals than are allowed: the number was not rounded",
        "a negative number, or zero, where only more is allowed",
        "another unit was meant",
    )
    # faults across the document
    DUPLICATE_ID = _either(
        "duplicate-id",
        "Two elements have the same ID.",
        "a piece was copied with its ID",
        "the program numbers anew in every part",
    )
    DANGLING_REFERENCE = _validity(
        "dangling-reference",
        "A reference names an ID that nothing has.",
        "what it refers to was removed or renamed",
        "it is misspelt",
        send=_DOCUMENT,
        article="identifiers",
    )
    IDENTITY_CONSTRAINT = _validity(
        "identity-constraint",
        "A key that the schema defines is missing, occurs twice, or is referred to and not there.",
        "a piece was copied with its key",
        "what is referred to was removed or renamed",
    )
    SCHEMA_LOCATION = _validity(
        "schema-location",
        "The program found no schema at the place that xsi:schemaLocation names, or cannot read that attribute.",
        "the path is relative to another folder, or an address that is not reached",
        "the attribute must hold pairs: a namespace, then a location",
    )
    ASSERTION_FAILED = _validity(
        "assertion-failed",
        "A business rule does not hold: a test over the values of the document, beyond its schema.",
        "sums that do not fit each other, mostly by rounding",
        "a value that another one demands is missing",
        "a code that is not in the list of this profile",
        send=_RULES,
    )
    RULE_NOT_EVALUATED = _validity(
        "rule-not-evaluated",
        "A business rule broke off: its test could not be worked out on this document.",
        "a value that the test calculates with is no number or date, or occurs twice",
        "the rule needs a newer version of XPath than the program has",
        send=_RULES,
    )
    NOT_VALID = _validity(
        "not-valid",
        "The document does not follow its schema; the message does not say where.",
        "an element in the wrong place or missing",
        "a value that does not follow its type",
    )
    # demands of a vocabulary beyond its schema
    DUPLICATE_ELEMENT = _validity(
        "duplicate-element",
        "An element stands there twice that the program takes once.",
        "two versions were merged",
        "a piece was pasted beside the one that it should replace",
        send=_DOCUMENT,
    )
    DUPLICATE_KEY = _validity(
        "duplicate-key",
        "Two entries have the same name or key.",
        "two versions were merged",
        "an entry was copied and not renamed",
        send=_DOCUMENT,
    )
    UNESCAPED_TEXT = _validity(
        "unescaped-text",
        "A text holds a sign that the program wants escaped in its own way (in Android strings \\').",
        "a translation was pasted in as it was",
        send=_DOCUMENT,
    )
    PLACEHOLDER_MISMATCH = _validity(
        "placeholder-mismatch",
        "The placeholders of a text (%1$s) are not those that the program puts values in for.",
        "a translation lost, doubled or reordered one",
        "several placeholders have no numbers",
        send=_DOCUMENT,
    )
    # faults for which a schema or a program cannot be used
    UNRESOLVED_REFERENCE = _validity(
        "unresolved-reference",
        "A schema or a stylesheet refers to a type, an element or a variable that is not defined.",
        "a file that it includes or imports is missing or was not read",
        "the name is misspelt, or lacks its prefix",
        "the files are of different versions",
        send="the schema or stylesheet, with the files that it includes, in one folder",
    )
    DOES_NOT_COMPILE = _validity(
        "does-not-compile",
        "A schema, rule set or stylesheet cannot be used, because it is faulty itself.",
        "an element in it stands where it may not",
        "an expression in it cannot be read",
        send="the schema or stylesheet, with the files that it includes, in one folder",
    )
    # faults that a schema lets pass
    LAYOUT_TRACE = _validity(
        "layout-trace",
        "What the schema lets pass looks, by its layout, like an element that closes in the wrong place.",
        "an end tag was moved",
        "a list was cut into two pieces",
        send=_DOCUMENT,
    )


# Nothing that a repair could start from: the document is something else, or there is none.
NO_DOCUMENT = frozenset({Code.EMPTY_DOCUMENT, Code.NOT_XML})
# A value that its type does not take.
WRONG_VALUE = frozenset(
    {
        Code.INVALID_VALUE,
        Code.NOT_IN_ENUMERATION,
        Code.PATTERN_MISMATCH,
        Code.LENGTH_OUT_OF_BOUNDS,
        Code.VALUE_OUT_OF_RANGE,
    }
)


def codes_told_in(article: str) -> tuple[Code, ...]:
    """The codes that the article of this id explains because they have none of their own."""
    return tuple(code for code in Code if code.meaning.article == article)


def near_code(name: str, least: float = 0.6) -> str:
    """The code that a name may be meant as, at `least` so alike, from 0 to 1; "" for none, and for a code itself."""
    import difflib  # noqa: PLC0415 - few names are wrong

    codes = [str(code) for code in Code]
    return "" if name in codes else next(iter(difflib.get_close_matches(name, codes, 1, least)), "")
