"""What edits take away: no word of text, attribute value or element may vanish without an edit that says so."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from ..document.edits import Edit, EditConflictError, apply, ordered
from ..document.references import resolved
from ..document.way_back import OffsetMap

_SECTIONS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_SECTION = re.compile("|".join(map(re.escape, _SECTIONS)))
# what somebody wrote who meant to open or close a section
_MEANT_OPENING = re.compile(r"(?:<|&lt;)\s*[!?\[-]")
_MEANT_CLOSING = re.compile(r"-\s*>|\]\s*>|\?\s*>|--|\]\]|\?")
# a control character in a name is no white space to XML, unless it parts the name from an attribute
_TAG_NAME = re.compile(r"<(?!/)((?:[^\s<>/=\"'!?&]|[\x0b\x0c\x1c-\x1f](?![\w.:\-]++\s*+=))+)")
_END_NAME = re.compile(r"</[^\s<>]*")
# Names are tried from where they begin and never twice: text without blanks, such as base64, may be long.
_ATTRIBUTE_NAME = re.compile(r"(?<![^\s<>=\"'/])[^\s<>=\"'/]++\s*+=(?=\s*[\"']|\s*\Z)")
_OPENING = re.compile(r"<!(?:--|\[CDATA\[)")
_DECLARATION = re.compile(r"<\?xml\b([^<>]*)\?>")
_WORD = re.compile(r"[^ \t\r\n<>\"'=]+")  # a control character is no white space to XML
_MARKUP = re.compile(r"<[^\s<>\"']*|/?>|(?<![^\s<>\"'=])[^\s<>\"'=]++\s*+=\s*+(?=[\"'])|[\"']")
_HIDING = re.compile(r"<[!?]|--|\]\]|\?>|CDATA")
_MARKS = "<>\"'"
_BOUNDARIES = " \t\r\n<>\"'="
_CLOSING = re.compile(r"[ \t\r\n]*=|[ \t\r\n<>\"']")
_UNDECODABLE = re.compile(r"[\udc80-\udcff]+")
_ATTRIBUTE = re.compile(
    r"\s*(?<![^\s\"'])(?P<name>[^\s<>=\"'/]++)\s*+=\s*+(?P<quote>[\"'])(?P<value>[^<]*?)(?P=quote)\s*"
)
# "[name]" in front of a word, "/name" behind one
_GLUED_TAG = re.compile(r"\A[\[({]/?([^\[\](){}/]++)[\])}]?|[\[({]?/([^\[\](){}/]++)[\])}]?\Z")
_OPEN_REFERENCE = re.compile(r"&\w++(?!;)")
# the fence that ends a listing, and what an assistant says behind it
_FENCE = re.compile(r">\s*+(?=(```|~~~))[^<]*+\Z")
_GROUP = re.compile(r"[^\W_]+")
# references to characters in notations other than XML's, which are read as what they mean
_OTHER_NUMBER = re.compile(r"&(?:#(?:0[xX]|[uU]\+?|(?=[0-9]*[A-Fa-f]))|x)([0-9A-Fa-f]{1,6});")
_GARBLED_QUOTES = re.compile("\u00e2\u20ac[\u0153\u017e\u02dc\x9d\u2122]?")  # of UTF-8, read as windows-1252


_ELEMENT = re.compile(r"<([^\s<>/!?]+)")
_TAG = 5_000  # characters of a tag on either side of one of its attributes, at most
_SPACE = 500  # characters of white space between two elements that are beside each other
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SPLIT = 3  # letters of a part of a name, at least


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of the text, widened to whole words, before and after the edits in it."""

    start: int
    before: str
    after: str


def losses(text: str, edits: Sequence[Edit]) -> Counter[str]:
    """What the edits take away: words of text, attribute values, and "<name" for each element.

    The same value in another notation (24/12/2024 as 2024-12-24, 1.234,50 as 1234.50) is no loss, nor is a comment, a
    copy of the element beside it, a character that XML forbids, text in front of the first tag, a fence behind the
    last with what follows it, the boundary of a mail there, or a letter that changes places with a mark beside it.
    """
    lost: Counter[str] = Counter()
    if all(map(partial(_only_escapes, text), edits)):
        return lost
    gained: Counter[str] = Counter()
    names: Counter[str] = Counter()  # that markup came to have
    parts: set[str] = set()  # names and words that it had
    first, last = _frame(text)
    for window in _windows(text, [edit for edit in edits if not _takes_nothing(text, edit)]):
        if window.start + len(window.before) <= first or window.start >= last:
            continue
        lost.update(_content(window.before))
        gained.update(_content(window.after))
        old, new = _names(window.before), _names(window.after)
        names.update(new - old)
        parts.update(old)
    parts.update(lost)
    common = lost & gained
    lost -= common
    gained -= common
    return (
        Counter(
            {
                word: count
                for word, count in lost.items()
                if not _is_preserved(word, gained) and not _named(word, names, gained, parts)
            }
        )
        if lost
        else lost
    )


@lru_cache(maxsize=1)
def _frame(text: str) -> tuple[int, int]:
    """Where the first tag begins, and where the fence behind the last one does; kept, for masses of edits ask.

    As that fence counts the boundary that ends the part of a mail, where the text begins with the one that begins it.
    """
    opening, fence = re.search(r"<[^\W\d]", text), _FENCE.search(text)
    last = fence.start() if fence else len(text) + 1
    boundary, whole = text[: text.find("\n") + 1].strip(), text.rstrip()
    if boundary.startswith("--") and whole.endswith(f"\n{boundary}--"):
        before = whole[: -len(boundary) - 2].rstrip()
        last = len(before) - 1 if before.endswith(">") else last
    return opening.end() if opening else -1, last


def _only_escapes(text: str, edit: Edit) -> bool:
    """Whether an edit writes one character as a reference to it, which takes nothing away; masses of edits do that."""
    return edit.end - edit.start == 1 and _ESCAPES.get(text[edit.start : edit.end]) == edit.after


def _takes_nothing(text: str, edit: Edit) -> bool:
    """Whether what an edit takes away stands elsewhere, or it only lets a letter and a mark beside it change places."""
    before, after = text[edit.start : edit.end], edit.after
    swaps = len(before) == 2 and after == before[::-1] and (before[0] in _MARKS) != (before[1] in _MARKS)  # noqa: PLR2004
    return swaps or _is_repetition(text, edit) or _is_copy(text, edit)


def _is_repetition(text: str, edit: Edit) -> bool:
    """Whether an edit takes out an attribute that its tag still has, with the same value."""
    attribute = None if edit.after.strip() else _ATTRIBUTE.fullmatch(text[edit.start : edit.end])
    if attribute is None:
        return False
    reach = max(edit.start - _TAG, 0)
    begin = max(text.rfind("<", reach, edit.start), text.rfind(">", reach, edit.start))
    end = text.find(">", edit.end, edit.end + _TAG)
    rest = f"{text[begin : edit.start]} {text[edit.end : end]}" if begin >= 0 and text[begin] == "<" else ""
    name, value = attribute["name"], attribute["value"]
    return any(found["name"] == name and found["value"] == value for found in _ATTRIBUTE.finditer(rest))


def _is_copy(text: str, edit: Edit) -> bool:
    """Whether an edit takes out an element beside which the very same one stays."""
    copy = "" if edit.after.strip() else text[edit.start : edit.end].strip()
    element = _ELEMENT.match(copy)
    if element is None or not copy.endswith(("/>", f"</{element[1]}>")):
        return False
    reach = len(copy) + _SPACE
    return text[max(edit.start - reach, 0) : edit.start].rstrip().endswith(copy) or text[
        edit.end : edit.end + reach
    ].lstrip().startswith(copy)


def gains(text: str, edits: Sequence[Edit]) -> tuple[Counter[str], tuple[str, ...]]:
    """The words that the edits bring in, and the whole values (attribute values, stretches of text) that hold them.

    Raises EditConflictError where edits overlap.

    A word that the edits take away elsewhere, or the same value in another notation, is not brought in; nor is what
    stood there already as a part of markup (`<version4.13` for `<version>4.13`, `&#03` for `&amp;#03`).
    """
    lost: Counter[str] = Counter()
    gained: Counter[str] = Counter()
    values: list[str] = []
    stood: set[str] = {"?xml"}
    for window in _windows(text, edits):
        lost.update(_content(window.before))
        stood.update(word for word in _WORD.findall(window.before) if "&" in word)
        gained.update(_content(window.after))
        values += _values(window.after)
    lost, gained = lost - gained, gained - lost
    glued = {word for word in gained for other in lost if other.endswith(word) and other[: -len(word)] in gained}
    # what was read as a tag may be text that only looked like one
    lost.update({word[1:]: count for word, count in lost.items() if word.startswith("<")})
    gained -= lost
    stood |= glued
    new = Counter(
        {
            word: n
            for word, n in gained.items()
            if not word.startswith("<") and word not in stood and not _is_preserved(word, lost)
        }
    )
    return new, tuple(value for value in values if not new.keys().isdisjoint(value.split()))


def lost_values(text: str, edits: Sequence[Edit]) -> list[str]:
    """The words of text and attribute values that the edits take away; names of elements aside.

    None for edits that overlap: they cannot be made at all.
    """
    try:
        return [word for word in losses(text, edits) if not word.startswith("<")]
    except EditConflictError:
        return []


def turned(text: str, edits: Sequence[Edit]) -> list[str]:
    """The values whose parts edits put in another order, where the old one had more than one reading (03/04/2024)."""
    found: list[str] = []
    for window in _windows(text, edits):
        before, after = _content(window.before), _content(window.after)
        for word in before - after:
            shape = _shape(word)
            small = {group for group in shape if group.isdecimal() and int(group) <= 12}  # noqa: PLR2004 - a month
            if len(small) > 1:
                others = [(other, _shape(other)) for other in after - before]
                found += [other for other, parts in others if sorted(parts) == sorted(shape) and parts != shape]
    return found


def undeclared_losses(before: str, after: str, edits: Sequence[Edit]) -> list[str]:
    """Content of `before` that `after` lacks although no edit replaced it: put into a comment, a CDATA section, ..."""
    windows = _windows(before, edits)
    if not any(_HIDING.search(window.after) or _HIDING.search(window.before) for window in windows):
        return []
    old, new = _differing(before, after, windows)
    lost = _content(old) - _content(new)
    for window in windows:
        lost -= _content(window.before) - _content(window.after)
    if lost:
        lost -= _names(new) - _names(old)  # in broken markup a name may read as a word
    if lost:
        lost -= _meant_as_section(before, after, edits, windows)
    lost.pop("?xml", None)  # of a declaration that stood at the wrong place
    return sorted(lost)


def _differing(before: str, after: str, windows: Sequence[_Window]) -> tuple[str, str]:
    """The stretches of both texts that the windows lie in, from a tag to a tag that stand in no section of either."""
    first, last, shift = windows[0].start, windows[-1].start + len(windows[-1].before), len(after) - len(before)
    old, new = ([(start, end) for start, end, _ in _sections(text)] for text in (before, after))
    start = before.rfind("<", 0, first)
    while start > 0 and (_within(old, start) or _within(new, start)):
        start = before.rfind("<", 0, start)
    end = before.find("<", last)
    while end >= 0 and (_within(old, end) or _within(new, end + shift)):
        end = before.find("<", end + 1)
    end = end if end >= 0 else len(before)
    return before[max(start, 0) : end], after[max(start, 0) : end + shift]


def _within(sections: Sequence[tuple[int, int]], offset: int) -> bool:
    """Whether an offset lies in one of the sections, behind where it begins."""
    index = bisect_left(sections, (offset,)) - 1
    return index >= 0 and offset < sections[index][1]


def _meant_as_section(before: str, after: str, edits: Sequence[Edit], windows: Sequence[_Window]) -> Counter[str]:
    """Content inside sections that the author had opened, if not properly: no content, then, but a comment's words.

    Elements count as the comment's only where the author had closed it too, if not properly.
    """
    place = OffsetMap(before, edits).origin
    opened = {start for start, _, _ in _sections(before)}
    found: Counter[str] = Counter()
    for start, end, opening in _sections(after):
        origin = place(start)
        if origin in opened:
            continue
        if before.startswith(opening, origin) or _meant(windows, origin, _MEANT_OPENING):
            closing = _SECTIONS[opening]
            last = place(end - 1) + 1
            closed = before.endswith(closing, origin, last) or _meant(windows, last, _MEANT_CLOSING)
            # its marks, read as text, may be glued to the first and the last word
            inside = _words(after[start + len(opening) : end - len(closing)]) | _words(after[start + 1 : end - 1])
            found.update(inside if closed else Counter({w: n for w, n in inside.items() if not w.startswith("<")}))
    return found


def _meant(windows: Sequence[_Window], offset: int, shape: re.Pattern[str]) -> bool:
    return any(
        window.start <= offset <= window.start + len(window.before) and shape.search(window.before)
        for window in windows
    )


def _sections(text: str) -> Iterator[tuple[int, int, str]]:
    """Comments, CDATA sections and instructions that are closed: start, end, and what opens them."""
    absent: set[str] = set()
    at = 0
    while match := _SECTION.search(text, at):
        at = match.end()
        closing = _SECTIONS[match.group()]
        end = -1 if closing in absent else text.find(closing, at)
        if end < 0:
            absent.add(closing)
            continue
        at = end + len(closing)
        yield match.start(), at, match.group()


def _content(text: str) -> Counter[str]:
    """Elements and words of a stretch of XML, well-formed or not; comments and instructions hold none."""
    found: Counter[str] = Counter()
    at = 0
    for start, end, opening in _sections(text):
        found.update(_words(text[at:start]))
        if opening == "<![CDATA[":
            found.update(word for word in _WORD.findall(text, start + 9, end - 3) if _GROUP.search(word))
        at = end
    found.update(_words(text[at:]))
    return found


def _words(fragment: str) -> Counter[str]:
    """The words of text and attribute values as they read, and "<name" for each element."""
    fragment = _OPENING.sub(" ", fragment)  # of a section that is not closed
    found = Counter("<" + name for name in _TAG_NAME.findall(fragment))
    rest = _ATTRIBUTE_NAME.sub(" ", _TAG_NAME.sub(" ", _END_NAME.sub(" ", fragment)))
    found.update(word for word in _WORD.findall(_unescaped(rest)) if _GROUP.search(word))
    return found


def _unescaped(text: str) -> str:
    return resolved(_OTHER_NUMBER.sub(r"&#x\1;", text)) if "&" in text else text


def _values(fragment: str) -> list[str]:
    """The attribute values and stretches of text of a piece of XML, as they read, with single blanks."""
    chunks = _MARKUP.split(re.sub(r"<!--.*?-->", "<", fragment, flags=re.DOTALL))
    return [value for chunk in chunks if (value := " ".join(resolved(chunk).split()))]


def _names(fragment: str) -> Counter[str]:
    """The names of elements and attributes, and the words of an XML declaration."""
    found = Counter(_TAG_NAME.findall(fragment))
    found.update(name.strip("</ \t\r\n>") for name in _END_NAME.findall(fragment))
    found.update(name.rstrip("= \t\r\n") for name in _ATTRIBUTE_NAME.findall(fragment))
    for declaration in _DECLARATION.findall(fragment):
        found.update(_WORD.findall(declaration))
    return found


def _named(word: str, names: Counter[str], words: Counter[str], parts: set[str]) -> bool:
    """Whether a word that was read as text became the name of an element or attribute, or has lost such a name."""
    rest = _GLUED_TAG.sub(lambda match: "" if (match.group(1) or match.group(2)) in names else match.group(), word)
    bare = word.strip("/:<>=[](){}")
    if bare in names or (rest != word and (not rest or rest in words)):
        return True
    if any(word.endswith(name) and word.removesuffix(name) in words for name in names):
        return True  # the name of an end tag that had lost its "</"
    # a name that a blank had split
    if bare and any(
        (name.startswith(bare) and name[len(bare) :] in parts) or (name.endswith(bare) and name[: -len(bare)] in parts)
        for name in names
    ):
        return True
    return len(bare) >= _SPLIT and any(name.startswith(bare) or name.endswith(bare) for name in names)


def _is_preserved(word: str, gained: Counter[str]) -> bool:
    """Whether a word lives on in another notation among the words that came in."""
    if word.startswith("<"):
        return False
    if _UNDECODABLE.search(word):  # bytes of another encoding: whatever characters they become, the rest stays
        parts = _UNDECODABLE.split(word)
        return any(_holds(other, parts) for other in gained)
    if _OPEN_REFERENCE.search(word):
        ended = resolved(_OPEN_REFERENCE.sub(r"\g<0>;", word))
        if ended in gained or not _GROUP.search(ended):
            return ended != word
    if (plain := _GARBLED_QUOTES.sub("", word)) != word and plain in gained:
        return True
    shape = _shape(word)
    letters = _letters(word)
    return any(
        sorted(shape) == sorted(_shape(other)) or letters == _letters(other)
        for other in gained
        if not other.startswith("<")
    )


def _holds(word: str, parts: Sequence[str]) -> bool:
    """Whether a word is made of these parts, in this order, with at least one character between any two."""
    first, *between, last = parts
    end = len(word) - len(last)
    if not (word.startswith(first) and word.endswith(last)):
        return False
    at = len(first)
    for part in between:
        found = word.find(part, at + 1, end)  # the earliest leaves most room for those behind
        if found < 0:
            return False
        at = found + len(part)
    return at < end


def _letters(word: str) -> str:
    """The letters and digits of a word, without case: what stays when a control character inside it goes."""
    return "".join(_GROUP.findall(word)).casefold()


def _shape(word: str) -> list[str]:
    """The groups of letters and digits of a word, without case and leading zeros."""
    return [group.casefold().lstrip("0") or "0" for group in _GROUP.findall(word)]


def _windows(text: str, edits: Sequence[Edit]) -> list[_Window]:
    """The stretches that the edits touch; edits in one word share a window."""
    groups: list[tuple[int, int, list[Edit]]] = []
    for edit in ordered(edits):
        start, end = _widened(text, edit)
        if groups and start <= groups[-1][1]:
            first, last, members = groups[-1]
            members.append(edit)
            groups[-1] = (first, max(last, end), members)
        else:
            groups.append((start, end, [edit]))
    return [
        _Window(
            start,
            text[start:end],
            apply(text[start:end], [Edit(e.start - start, e.end - start, e.after) for e in members]),
        )
        for start, end, members in groups
    ]


def _widened(text: str, edit: Edit) -> tuple[int, int]:
    """The edit's span out to the next blank, quote or tag delimiter on either side, a word's length at most."""
    reach = 200
    start = max(edit.start - reach, 0)
    for boundary in _BOUNDARIES:
        start = max(start, text.rfind(boundary, start, edit.start))
    closing = _CLOSING.search(text, edit.end, edit.end + reach)
    return start, closing.end() if closing else min(edit.end + reach, len(text))
