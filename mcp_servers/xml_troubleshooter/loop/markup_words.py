"""The words, values, names and sections of a stretch of XML, well-formed or not."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from ..document.character_references import resolved

CDATA = "<![CDATA["
SECTIONS = {"<!--": "-->", CDATA: "]]>", "<?": "?>"}
_SECTION = re.compile("|".join(map(re.escape, SECTIONS)))
# a control character in a name is no white space to XML, unless it parts the name from an attribute
_TAG_NAME = re.compile(r"<(?!/)((?:[^\s<>/=\"'!?&]|[\x0b\x0c\x1c-\x1f](?![\w.:\-]++\s*+=))+)")
_END_NAME = re.compile(r"</[^\s<>]*")
# Names are tried from where they begin and never twice: text without blanks, such as base64, may be long.
_ATTRIBUTE_NAME = re.compile(r"(?<![^\s<>=\"'/])[^\s<>=\"'/]++\s*+=(?=\s*[\"']|\s*\Z)")
_EMPTY = re.compile(r"<([^\s<>/]+)[^<>]*/>")
_OPENING = re.compile(r"<!(?:--|\[CDATA\[)")
_DECLARATION = re.compile(r"<\?xml\b([^<>]*)\?>")
_WORD = re.compile(r"[^ \t\r\n<>\"'=]+")  # a control character is no white space to XML
_MARKUP = re.compile(r"<[^\s<>\"']*|/?>|(?<![^\s<>\"'=])[^\s<>\"'=]++\s*+=\s*+(?=[\"'])|[\"']")
GROUP = re.compile(r"[^\W_]+")  # letters and digits, at least one of which makes a word
# character references in notations other than XML's, which are resolved as they are meant
_OTHER_NUMBER = re.compile(r"&(?:#(?:0[xX]|[uU]\+?|(?=[0-9]*[A-Fa-f]))|x)([0-9A-Fa-f]{1,6});")


def sections_in(text: str) -> Iterator[tuple[int, int, str]]:
    """The comments, CDATA sections and instructions that are closed: start, end, and the opening delimiter."""
    absent: set[str] = set()
    at = 0
    while match := _SECTION.search(text, at):
        at = match.end()
        closing = SECTIONS[match.group()]
        end = -1 if closing in absent else text.find(closing, at)
        if end < 0:
            absent.add(closing)
            continue
        at = end + len(closing)
        yield match.start(), at, match.group()


def section_around(sections: Sequence[tuple[int, int]], offset: int) -> tuple[int, int] | None:
    """The section that an offset lies in, behind its start; None where it lies in none."""
    index = bisect_left(sections, (offset,)) - 1
    return sections[index] if index >= 0 and offset < sections[index][1] else None


def without_cdata(text: str) -> str:
    """The text without its CDATA sections, in which a tag is only text."""
    kept, at = [], 0
    for start, end, opening in sections_in(text):
        if opening == CDATA:
            kept.append(text[at:start])
            at = end
    return " ".join([*kept, text[at:]])


def content_in(text: str) -> Counter[str]:
    """The elements and words of a stretch of XML, well-formed or not, except those in comments and instructions."""
    found: Counter[str] = Counter()
    at = 0
    for start, end, opening in sections_in(text):
        found.update(words_in(text[at:start]))
        if opening == CDATA:
            found.update(filter(GROUP.search, _WORD.findall(text, start + len(opening), end - len("]]>"))))
        at = end
    found.update(words_in(text[at:]))
    return found


def words_in(fragment: str) -> Counter[str]:
    """The words of text and attribute values, references resolved, and "<name" for each element."""
    fragment = _OPENING.sub(" ", fragment)  # of a section that is not closed
    found = Counter("<" + name for name in _TAG_NAME.findall(fragment))
    rest = _ATTRIBUTE_NAME.sub(" ", _TAG_NAME.sub(" ", _END_NAME.sub(" ", fragment)))
    if "&" in rest:
        rest = resolved(_OTHER_NUMBER.sub(r"&#x\1;", rest))
    found.update(filter(GROUP.search, _WORD.findall(rest)))
    return found


def raw_words_in(fragment: str) -> list[str]:
    """The words between blanks and markup delimiters, names and unresolved references included."""
    return _WORD.findall(fragment)


def values_in(fragment: str) -> list[str]:
    """The attribute values and stretches of text of a piece of XML, references resolved, with single blanks."""
    chunks = _MARKUP.split(re.sub(r"<!--.*?-->", "<", fragment, flags=re.DOTALL))
    return [value for chunk in chunks if (value := " ".join(resolved(chunk).split()))]


def names_in(fragment: str) -> Counter[str]:
    """The names of elements and attributes, and the words of an XML declaration."""
    found = Counter(_TAG_NAME.findall(fragment))
    found.update(name.strip("</ \t\r\n>") for name in _END_NAME.findall(fragment))
    found.update(name.rstrip("= \t\r\n") for name in _ATTRIBUTE_NAME.findall(fragment))
    for declaration in _DECLARATION.findall(fragment):
        found.update(_WORD.findall(declaration))
    return found


def unclosed_in(fragment: str) -> list[str]:
    """The names of start tags that no end tag of the fragment closes."""
    closed = {name.strip("</ \t\r\n>") for name in _END_NAME.findall(fragment)} | set(_EMPTY.findall(fragment))
    return [name for name in _TAG_NAME.findall(fragment) if name not in closed]
