"""Content that edits remove: no word of text, attribute value or element may vanish without an edit that names it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from ..document.character_references import resolved
from ..document.edits import Edit, EditConflictError, apply, ordered
from ..document.way_back import OffsetMap
from .markup_words import (
    CDATA,
    GROUP,
    SECTIONS,
    content_in,
    names_in,
    raw_words_in,
    section_around,
    sections_in,
    unclosed_in,
    values_in,
    without_cdata,
    words_in,
)

# the marks of an author who meant to open or close a section
_MEANT_OPENING = re.compile(r"(?:<|&lt;)\s*[!?\[-]")
_MEANT_CLOSING = re.compile(r"-\s*>|\]\s*>|\?\s*>|--|\]\]|\?")
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
# the fence that ends a listing, and an assistant's text behind it
_FENCE = re.compile(r">\s*+(?=(```|~~~))[^<]*+\Z")
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
    """The content that the edits remove: words of text, attribute values, and "<name" for each element.

    The same value in another notation (24/12/2024 as 2024-12-24, 1.234,50 as 1234.50) is no loss, nor is a comment, a
    copy of the element beside it, a character that XML forbids, text in front of the first tag, a fence behind the last
    with the text after it, the boundary of a mail there, or a letter that changes places with a mark beside it.
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
        lost.update(content_in(window.before))
        gained.update(content_in(window.after))
        old, new = names_in(window.before), names_in(window.after)
        names.update(new - old)
        parts.update(old)
    parts.update(lost)
    lost, gained = lost - gained, gained - lost
    return Counter(
        {
            word: count
            for word, count in lost.items()
            if not _is_preserved(word, gained) and not _named(word, names, gained, parts)
        }
    )


@lru_cache(maxsize=1)
def _frame(text: str) -> tuple[int, int]:
    """The offsets of the first tag and of the fence behind the last one; cached, because each of many edits asks.

    In a text that begins with the boundary of a mail part, the boundary that ends the part counts as that fence.
    """
    opening, fence = re.search(r"<[^\W\d]", text), _FENCE.search(text)
    last = fence.start() if fence else len(text) + 1
    boundary, whole = text[: text.find("\n") + 1].strip(), text.rstrip()
    if boundary.startswith("--") and whole.endswith(f"\n{boundary}--"):
        before = whole[: -len(boundary) - 2].rstrip()
        last = len(before) - 1 if before.endswith(">") else last
    return opening.end() if opening else -1, last


def _only_escapes(text: str, edit: Edit) -> bool:
    """Whether an edit only writes one character as a reference, which removes nothing; such edits come in masses."""
    return edit.end - edit.start == 1 and _ESCAPES.get(text[edit.start : edit.end]) == edit.after


def _takes_nothing(text: str, edit: Edit) -> bool:
    """Whether an edit only changes a comment, removes a repetition or a copy, or swaps a letter and a mark."""
    before, after = text[edit.start : edit.end], edit.after
    swaps = len(before) == 2 and after == before[::-1] and (before[0] in _MARKS) != (before[1] in _MARKS)  # noqa: PLR2004
    return swaps or _is_remark(text, edit) or _is_repetition(text, edit) or _is_copy(text, edit)


def _is_remark(text: str, edit: Edit) -> bool:
    """Whether an edit changes the text of a comment, and leaves it a comment."""
    if (comment := section_around(_comments(text), edit.start)) is None:
        return False
    first, last = comment[0] + len("<!--"), comment[1] - len("-->")
    around = text[max(edit.start - 2, first) : edit.start] + edit.after + text[edit.end : min(edit.end + 2, last)]
    return first <= edit.start and edit.end <= last and "-->" not in around


@lru_cache(maxsize=1)
def _comments(text: str) -> list[tuple[int, int]]:
    """The spans of the comments; cached, as `_frame` is."""
    return [(start, end) for start, end, opening in sections_in(text) if opening == "<!--"]


def _is_repetition(text: str, edit: Edit) -> bool:
    """Whether an edit removes an attribute that its tag has once more, with the same value."""
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
    """Whether an edit removes an element beside which an identical one stays."""
    copy = "" if edit.after.strip() else text[edit.start : edit.end].strip()
    element = _ELEMENT.match(copy)
    if element is None or not copy.endswith(("/>", f"</{element[1]}>")):
        return False
    reach = len(copy) + _SPACE
    return text[max(edit.start - reach, 0) : edit.start].rstrip().endswith(copy) or text[
        edit.end : edit.end + reach
    ].lstrip().startswith(copy)


def gains(text: str, edits: Sequence[Edit]) -> tuple[Counter[str], tuple[str, ...]]:
    """The words that the edits add, and the whole values (attribute values, stretches of text) that contain them.

    Raises EditConflictError where edits overlap.

    A word that the edits remove elsewhere, or the same value in another notation, is not added; nor is a word that was
    part of the markup before (`<version4.13` for `<version>4.13`, `&#03` for `&amp;#03`).
    """
    lost: Counter[str] = Counter()
    gained: Counter[str] = Counter()
    values: list[str] = []
    stood: set[str] = {"?xml"}
    names: Counter[str] = Counter()  # that markup came to have
    for window in _windows(text, [edit for edit in edits if not _is_remark(text, edit)]):
        lost.update(content_in(window.before))
        stood.update(word for word in raw_words_in(window.before) if "&" in word)
        gained.update(content_in(window.after))
        names.update(names_in(window.after) - names_in(window.before))
        values += values_in(window.after)
    lost, gained = lost - gained, gained - lost
    for other in lost:
        stood.update(word for word in gained if may_read(other, word))
        stood.update(word for word in gained if other.endswith(word) and other.removesuffix(word) in gained)
        stood.update(word for word in gained if other.startswith(word) and other[len(word) :].lstrip("/") in names)
    # a supposed tag may be text that only looked like one
    lost.update({word[1:]: count for word, count in lost.items() if word.startswith("<")})
    gained -= lost
    new = Counter(
        {
            word: n
            for word, n in gained.items()
            if not word.startswith("<") and word not in stood and not _is_preserved(word, lost)
        }
    )
    return new, tuple(value for value in values if not new.keys().isdisjoint(value.split()))


def lost_values(text: str, edits: Sequence[Edit]) -> list[str]:
    """The words of text and attribute values that the edits remove, without the names of elements.

    None for edits that overlap: they cannot be made at all.
    """
    try:
        return [word for word in losses(text, edits) if not word.startswith("<")]
    except EditConflictError:
        return []


def unclear(text: str, edits: Sequence[Edit]) -> list[str]:
    """The values that edits write for text with several readings: a date (03/04/2024), bytes of an unknown encoding."""
    found: list[str] = []
    for window in _windows(text, edits):
        before, after = content_in(window.before), content_in(window.after)
        others = [(other, _shape(other)) for other in after - before]
        for word in before - after:
            shape = _shape(word)
            small = {group for group in shape if group.isdecimal() and int(group) <= 12}  # noqa: PLR2004 - a month
            found += [
                other
                for other, parts in others
                if may_read(word, other) or (len(small) > 1 and sorted(parts) == sorted(shape) and parts != shape)
            ]
    return found


def undeclared_losses(before: str, after: str, edits: Sequence[Edit]) -> list[str]:
    """Content of `before` that `after` lacks although no edit replaced it: put into a comment, a CDATA section, ..."""
    windows = _windows(before, edits)
    if not any(_HIDING.search(window.after) or _HIDING.search(window.before) for window in windows):
        return []
    old, new = _differing(before, after, windows)
    lost = content_in(old) - content_in(new)
    for window in windows:
        lost -= content_in(window.before) - content_in(window.after)
    if lost:  # in broken markup, and in a section, a name may read as a word
        names = names_in(without_cdata(new)) - names_in(without_cdata(old))
        lost -= names + Counter({f"/{name}": times for name, times in names.items()})
    if lost:
        lost -= _meant_as_section(before, after, edits, windows)
    lost.pop("?xml", None)  # of a declaration that was in the wrong place
    return sorted(lost)


def _differing(before: str, after: str, windows: Sequence[_Window]) -> tuple[str, str]:
    """The stretches of both texts around the windows, from a tag to a tag that are in no section of either text."""
    first, last, shift = windows[0].start, windows[-1].start + len(windows[-1].before), len(after) - len(before)
    old, new = ([(start, end) for start, end, _ in sections_in(text)] for text in (before, after))
    start = before.rfind("<", 0, first)
    while start > 0 and (section_around(old, start) or section_around(new, start)):
        start = before.rfind("<", 0, start)
    end = before.find("<", last)
    while end >= 0 and (section_around(old, end) or section_around(new, end + shift)):
        end = before.find("<", end + 1)
    end = end if end >= 0 else len(before)
    return before[max(start, 0) : end], after[max(start, 0) : end + shift]


def _meant_as_section(before: str, after: str, edits: Sequence[Edit], windows: Sequence[_Window]) -> Counter[str]:
    """Content inside sections that the author had opened, if not properly: this is comment text, and no loss.

    Elements count as comment text only where the author had closed the section too, if not properly.
    """
    place = OffsetMap(before, edits).origin
    opened = {start for start, _, _ in sections_in(before)}
    found: Counter[str] = Counter()
    for start, end, opening in sections_in(after):
        origin = place(start)
        if origin in opened:
            continue
        closing = SECTIONS[opening]
        held = after[start + len(opening) : end - len(closing)]
        if opening == CDATA:
            found.update(f"<{name}" for name in unclosed_in(held))  # of no element, but of text that reads like one
        if before.startswith(opening, origin) or _meant(windows, origin, _MEANT_OPENING):
            last = place(end - 1) + 1
            closed = before.endswith(closing, origin, last) or _meant(windows, last, _MEANT_CLOSING)
            # its marks, read as text, may be glued to the first and the last word
            inside = words_in(held) | words_in(after[start + 1 : end - 1])
            found.update(inside if closed else Counter({w: n for w, n in inside.items() if not w.startswith("<")}))
    return found


def _meant(windows: Sequence[_Window], offset: int, shape: re.Pattern[str]) -> bool:
    return any(
        window.start <= offset <= window.start + len(window.before) and shape.search(window.before)
        for window in windows
    )


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
    """Whether a word survives in another notation among the added words."""
    if word.startswith("<"):
        return False
    if _UNDECODABLE.search(word):
        return any(may_read(word, other) for other in gained)
    if _OPEN_REFERENCE.search(word):
        ended = resolved(_OPEN_REFERENCE.sub(r"\g<0>;", word))
        if ended in gained or not GROUP.search(ended):
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


def may_read(word: str, other: str) -> bool:
    """Whether a word with undecodable bytes may read as another word: the characters around them are the same."""
    first, *between = _UNDECODABLE.split(word)
    if not between or not (other.startswith(first) and other.endswith(between[-1])):
        return False
    at, end = len(first), len(other) - len(between[-1])
    for part in between[:-1]:
        at = other.find(part, at + 1, end)  # the earliest leaves most room for those behind
        if at < 0:
            return False
        at += len(part)
    return at < end


def _letters(word: str) -> str:
    """The letters and digits of a word, without case, which the removal of a control character does not change."""
    return "".join(GROUP.findall(word)).casefold()


def _shape(word: str) -> list[str]:
    """The groups of letters and digits of a word, without case and leading zeros."""
    return [group.casefold().lstrip("0") or "0" for group in GROUP.findall(word)]


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
    return [_Window(start, text[start:end], apply(text, members, start, end)) for start, end, members in groups]


def _widened(text: str, edit: Edit) -> tuple[int, int]:
    """The edit's span out to the next blank, quote or tag delimiter on either side, a word's length at most."""
    reach = 200
    start = max(edit.start - reach, 0)
    for boundary in _BOUNDARIES:
        start = max(start, text.rfind(boundary, start, edit.start))
    closing = _CLOSING.search(text, edit.end, edit.end + reach)
    return start, closing.end() if closing else min(edit.end + reach, len(text))
