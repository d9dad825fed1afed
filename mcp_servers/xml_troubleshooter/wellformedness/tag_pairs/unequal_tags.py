"""Tags that pair but for a name, their order or a slash."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from ...codes import Code
from ...document.edits import Edit
from ...document.names import bare_name
from ...document.tokens import EMPTY, START, TEXT, Token
from ...prices import UNEQUAL_TAGS
from ..faults import Fault, Reading, fault
from ..mismatches import LostSlash, Renamed, SurplusSlash, Swapped
from .common_words import common
from .pairing import similarity
from .tag_nesting import MismatchReader

_WORD = re.compile(r"[^\W\d_]+")
_DECLARED = re.compile(r"xmlns:([^\s=]++)")
ALIKE = 0.75  # the similarity from which a name may be a misspelling of another


class UnequalTags(MismatchReader):
    """Pairs of tags whose names differ, which change places, or of which one has lost or got a slash."""

    def renamed(self, mismatch: Renamed) -> Fault:
        start, end = self.tokens[mismatch.start], self.tokens[mismatch.end]
        path = self.nesting.path(mismatch.start)
        stop = end.name_start + len(end.name)
        with self.statistics.without(path[-1] if path else "", start.name):
            by_end = Reading(
                (Edit(end.name_start, stop, start.name),),
                f'The end tag "</{end.name}>" becomes "</{start.name}>", the name that its start tag has.',
                self._doubt(path, start.name, end.name),
            )
            equal = self._are_equal(path, start.name, end.name)
        readings = [by_end]
        if end.name:
            stop = start.name_start + len(start.name)
            alike = similarity(start.name, end.name) > ALIKE
            by_start = Reading(
                (Edit(start.name_start, stop, end.name),),
                f'The start tag "<{start.name}>" becomes "<{end.name}>", the name that its end tag has.',
                # a name that is no misspelling was copied with its end tag
                self._doubt(path, end.name, start.name)
                + (UNEQUAL_TAGS.start_tag_misspelt if alike else UNEQUAL_TAGS.start_tag_other),
            )
            readings = sorted([by_end, by_start], key=lambda reading: reading.cost)
            unbound = [self._is_unbound(start.name), self._is_unbound(end.name)]
            if bare_name(start.name) == bare_name(end.name) and any(unbound) and not all(unbound):
                readings = [replace(by_start if unbound[0] else by_end, cost=0.0, sure=True)]
            elif equal or (not alike and self._begins_twice(mismatch.start)):
                # either name is as good, or the start tag may be one too many, and that of the other name lost
                readings = [each.doubted() for each in readings]
        # the fault lies in the tag that has the wrong name
        wrong, right, note = end, start, f'"{start.name}" opened here'
        if readings[0].edits != by_end.edits:
            wrong, right, note = start, end, f'"</{end.name}>" stands here'
        moved = list(self._moved_letter(mismatch.start, start, end))
        readings = sorted([*moved, *readings], key=lambda reading: reading.cost)
        if any(each.sure is False and each.cost < UNEQUAL_TAGS.other_word for each in moved):
            readings = [each.doubted() for each in readings]
        found = Fault(Code.TAG_MISMATCH, wrong.start, wrong.end, tuple(readings), name=start.name, value=end.name)
        return found.explained_by(right.start, note)

    def _begins_twice(self, start: int) -> bool:
        """Whether a start tag is repeated right beside it, and elements of its name never hold each other."""
        tag = self.tokens[start]
        beside = (self.tokens[at] for at in (start - 1, start + 1) if 0 <= at < len(self.tokens))
        twice = any(each.kind is START and each.text == tag.text for each in beside)
        return twice and not self.statistics.children[tag.name, tag.name]

    def _are_equal(self, path: list[str], *names: str) -> bool:
        """Whether two names have the same letters or are common, and nothing else in the document prefers one."""
        evidence = {(self.statistics.knows(name), self.statistics.child(path, name) if path else 0.0) for name in names}
        words = {common(bare_name(name)) for name in names}
        anagrams = len({"".join(sorted(name)) for name in names}) == 1
        return len(evidence) == len(words) == 1 and (anagrams or words == {1.0})

    def _moved_letter(self, at: int, start: Token, end: Token) -> Iterator[Reading]:
        """The readings of two names of which one has exchanged a letter with the text beside it: <nam>e, <nameA>nn.

        They change the words of the text, so they are asked for unless the name and the text both prove them.
        """
        for tag, name in ((start, end.name), (end, start.name)):
            before, after = self.text[tag.start - 1 : tag.start], self.text[tag.end : tag.end + 1]
            closed = self.text.startswith(">", tag.name_start + len(tag.name))
            named = self.statistics.knows(name) and not self.statistics.knows(tag.name)
            note = f'The letter beside the tag "{tag.text[:60]}" goes back into the name "{name}".'
            if after and tag.name + after == name and closed:
                told = self._is_of_name(after, tag.end + 1)
                cost = self._of_name(tag, name, told=told) if tag is start else UNEQUAL_TAGS.letter_beside
                reading = Reading((Edit(tag.end - 1, tag.end + 1, f"{after}>"),), note, cost)
                yield reading if named and told else reading.doubted()
            elif before and before + tag.name == name and tag.kind is START:
                reading = Reading((Edit(tag.start - 1, tag.start + 1, f"<{before}"),), note, UNEQUAL_TAGS.letter_beside)
                alone = self.tokens[at - 1].text.strip() == before  # there is no other text that it may be of
                yield reading if alone and not self.statistics.knows(tag.name) else reading.doubted()
            elif (
                name
                and tag is start
                and closed
                and name == tag.name[:-1]
                and after.isalpha()
                and tag.name[-1] != name[-1:]
            ):
                letter = tag.name[-1]  # a doubled one was typed twice
                note = f'The letter "{letter}" behind the name "{name}" goes into the text, which begins with it.'
                cost = self._of_text(letter, tag.end)
                reading = Reading((Edit(tag.end - 2, tag.end, f">{letter}"),), note, cost)
                yield reading if named and cost == UNEQUAL_TAGS.letter_beside else reading.doubted()

    def _is_of_name(self, letter: str, at: int) -> bool:
        """Whether a text shows that its first word begins at an offset, and not with the letter in front of it."""
        word = _WORD.match(self.text, at)
        if not word or not letter.isalpha():
            return False
        knows = self.statistics.knows_word
        return (letter.islower() and word[0][0].isupper()) or (knows(word[0]) and not knows(letter + word[0], times=2))

    def _of_name(self, tag: Token, name: str, *, told: bool) -> float:
        """The cost of the reading that a start tag has lost the last letter of its name to the text."""
        knows = self.statistics.knows
        if knows(tag.name) != knows(name):
            return UNEQUAL_TAGS.letter_beside if knows(name) else UNEQUAL_TAGS.other_word
        in_word = self.text[tag.end + 1 : tag.end + 2].isalpha()
        may_be_of_tag = not name[-1].isalpha() or (in_word and name[-1] in (name[-2:-1], "s"))  # typed twice, a plural
        return UNEQUAL_TAGS.other_word if may_be_of_tag and not told else UNEQUAL_TAGS.letter_beside

    def _of_text(self, letter: str, at: int) -> float:
        """The cost of the reading that a letter belongs in front of the word at an offset of the text."""
        word = _WORD.match(self.text, at)
        assert word is not None  # a letter stands there
        knows = self.statistics.knows_word
        capitals = letter.isupper() and word[0].isupper()
        if not letter.isalnum() or knows(word[0], times=2) or (word[0][0].isupper() and not capitals):
            return UNEQUAL_TAGS.other_word
        if knows(letter + word[0]) or (letter.isupper() and not capitals):
            return UNEQUAL_TAGS.letter_beside
        return UNEQUAL_TAGS.letter_of_plural if letter == "s" else UNEQUAL_TAGS.letter_of_text

    def _doubt(self, path: list[str], name: str, other: str) -> float:
        """The cost of a name for an element at the end of a path, rather than the other name."""
        cost = 0.0 if self.statistics.knows(name) else UNEQUAL_TAGS.unknown
        if not self.statistics.knows(name):
            uses = self.statistics.starts[name] + self.statistics.ends[name]
            cost -= (
                min(UNEQUAL_TAGS.used, UNEQUAL_TAGS.use * (uses - 1))
                + UNEQUAL_TAGS.familiar * self.statistics.familiar(name, other)
                + UNEQUAL_TAGS.spelt * self.statistics.spelt(name, other)
            )
        cost += UNEQUAL_TAGS.odd * self.statistics.is_odd(name, other)
        cost += UNEQUAL_TAGS.letter_lost * _lost_letter(name, other)
        if path:
            cost += UNEQUAL_TAGS.place * self.statistics.child(path, name)
            cost -= UNEQUAL_TAGS.kindred * self.statistics.kindred(path[-1], name, other)
        if bare_name(name) == bare_name(other) and ":" in other and ":" not in name:
            cost += UNEQUAL_TAGS.prefix
        if name.lower() == other.lower() and name.islower():
            cost += UNEQUAL_TAGS.letter_case
        return cost

    def _is_unbound(self, name: str) -> bool:
        """Whether a name has a prefix that is declared nowhere."""
        prefix, colon, _ = name.partition(":")
        return bool(colon) and prefix != "xml" and prefix not in self._declared

    @cached_property
    def _declared(self) -> frozenset[str]:
        return frozenset(_DECLARED.findall(self.text))

    def swapped(self, mismatch: Swapped) -> Fault:
        first, second = self.tokens[mismatch.first], self.tokens[mismatch.second]
        edits = (Edit(first.start, first.end, second.text), Edit(second.start, second.end, first.text))
        note = f'The tags "{first.text}" and "{second.text}" change places.'
        opened = self.partner[mismatch.second]
        found = fault(Code.OVERLAPPING_TAGS, first.start, second.end, edits, note, name=second.name, value=first.name)
        return found.explained_by(self.tokens[opened].start if opened >= 0 else -1, f'"{second.name}" opened here')

    def lost_slash(self, mismatch: LostSlash) -> Fault:
        opened, token = self.tokens[mismatch.start], self.tokens[mismatch.end]
        begin = token.start - (token.kind is START and self.text.endswith("/", 0, token.start))  # the slash slipped out
        name = token.name if self.statistics.knows(token.name) else opened.name
        note = f'The tag "{token.text}" becomes the end tag "</{name}>".'
        ended = Reading((Edit(begin, token.end, f"</{name}>"),), note)
        readings = self._ended_or_empty(mismatch, ended) if name == token.name else (ended.doubted(),)
        found = Fault(Code.MISSING_END_TAG, token.start, token.end, readings, name=name, value=token.text)
        return found.explained_by(opened.start, f'"{name}" opened here')

    def _ended_or_empty(self, mismatch: LostSlash, ended: Reading) -> tuple[Reading, ...]:
        """The readings of a tag right behind a start tag of its name: it ends that element, or both are empty elements.

        Of two tags with content between them the second ends it, unless both may be placeholders.
        """
        first, second = self.tokens[mismatch.start], self.tokens[mismatch.end]
        if self.text[first.end : second.start].strip():
            return (ended.doubted(),) if self._is_placeholder(mismatch) else (ended,)
        opened = [tag for tag in (first, second) if tag.kind is START]
        edits = tuple(Edit(tag.end - 1, tag.end - 1, "/") for tag in opened)
        note = f'Both tags "{first.name}" are elements that hold nothing.'
        others = self.statistics.empty[first.name] - (second.kind is EMPTY)
        empty, dearer = Reading(edits, note), UNEQUAL_TAGS.both_empty
        return (empty, replace(ended, cost=dearer)) if others else (ended, replace(empty, cost=dearer))

    def _is_placeholder(self, mismatch: LostSlash) -> bool:
        """Whether two tags, of a name without end tags, may be placeholders in text: "<name>, <name>"."""
        if self.statistics.ends[self.tokens[mismatch.end].name]:
            return False
        beside = (self.tokens[at] for at in (mismatch.start - 1, mismatch.end + 1) if 0 <= at < len(self.tokens))
        return any(token.kind is TEXT and not token.text.isspace() for token in beside)

    def surplus_slash(self, mismatch: SurplusSlash) -> Fault:
        token = self.tokens[mismatch.start]
        end = self.tokens[self.partner[mismatch.start]]
        note = f'The end tag "{token.text}" becomes the start tag "<{token.name}>".'
        edits = (Edit(token.start, token.end, f"<{token.name}>"),)
        found = fault(Code.UNEXPECTED_END_TAG, token.start, token.end, edits, note, name=token.name, value=token.text)
        return found.explained_by(end.start, f'"{end.text}" stands here')


def _lost_letter(name: str, other: str) -> bool:
    """Whether a name may be the other one that lost a letter, or got one twice."""
    shorter, longer = sorted((name, other), key=len)
    at = next((at for at, (one, two) in enumerate(zip(shorter, longer, strict=False)) if one != two), len(shorter))
    if longer[:at] + longer[at + 1 :] != shorter:
        return False
    return (name is longer) == (longer[at : at + 1] == longer[at - 1 : at] != "")
