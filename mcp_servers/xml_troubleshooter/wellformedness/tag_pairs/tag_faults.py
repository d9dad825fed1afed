"""The faults of tags that do not pair: the place of a missing tag, the wrong one of two names, a surplus tag.

All readings of one fault are priced on one scale: the cost of the edit itself, plus the evidence against the elements
and text that would then be inside or outside (their layout, the document's statistics, the schema).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from itertools import takewhile

from ...codes import Code
from ...document.edits import Edit
from ...document.tokens import START, Token
from ...prices import MISSING_END_TAGS
from ..around_root.trailing_content import content_after_root, content_after_sound_root
from ..fault_kinds import FaultKind
from ..faults import Fault, Reading
from ..mismatches import Extra, LostSlash, Mismatch, Missing, Renamed, Structure, SurplusSlash, Swapped, place
from ..scanner import Scan
from .missing_end_tags import MissingEndTags
from .tag_nesting import MismatchReader, Nesting
from .unequal_tags import UnequalTags
from .unexpected_end_tags import UnexpectedEndTags

MOST_READ = 10_000  # mismatches that are read, as more are not repaired at once; the others are only reported
TWICE = 2  # different start tags in a row that are known again


def tag_faults(scan: Scan, structure: Structure) -> list[Fault]:
    """The faults of the nesting of tags, in document order, each with its readings, best first."""
    if structure.balanced:
        return content_after_root(scan, structure)
    if rest := content_after_sound_root(scan, structure):
        return [rest]
    return _Faults(Nesting(scan, structure)).faults()


class _Faults(MismatchReader):
    def __init__(self, nesting: Nesting) -> None:
        super().__init__(nesting)
        self.missing_end_tags = MissingEndTags(nesting)
        self.unexpected_end_tags = UnexpectedEndTags(nesting)
        self.unequal_tags = UnequalTags(nesting)

    def faults(self) -> list[Fault]:
        mismatches = self.nesting.structure.mismatches
        read = mismatches[:MOST_READ]
        extras = {mismatch.end for mismatch in read if isinstance(mismatch, Extra)}
        found, told = self.unexpected_end_tags.rests_of_lines(extras)
        late = {
            mismatch.start: self.missing_end_tags.overlap(mismatch, extras, told)
            for mismatch in read
            if isinstance(mismatch, Missing)
        }
        # an element cannot end before the unclosed ones inside it do: the inner ones are placed first
        unclosed = {
            start: self.missing_end_tags.unclosed(self.nesting.missing[start], late[start])
            for start in sorted(late, reverse=True)
        }
        at_end: dict[int, Fault] = {}
        for number, mismatch in enumerate(mismatches):
            if isinstance(mismatch, Extra) and mismatch.end in told:
                continue
            fault = self._read(mismatch, unclosed) if number < MOST_READ else self._unread(mismatch)
            if isinstance(mismatch, Missing) and mismatch.before >= len(self.tokens) and fault.start >= self._last_end:
                at_end[mismatch.start] = fault
            else:
                found.append(fault)
        if at_end:
            found.append(self._truncated(at_end))
        # of two tags put in at one place the inner one comes first
        found.sort(key=lambda fault: (fault.start, -fault.other))
        return found

    def _read(self, mismatch: Mismatch, unclosed: Mapping[int, Fault]) -> Fault:
        """A mismatch with the ways to read it; those of unclosed elements are known by their start tags."""
        match mismatch:
            case Missing():
                return unclosed[mismatch.start]
            case Extra():
                return self.unexpected_end_tags.unexpected(mismatch)
            case Renamed():
                return self.unequal_tags.renamed(mismatch)
            case Swapped():
                return self.unequal_tags.swapped(mismatch)
            case LostSlash():
                return self.unequal_tags.lost_slash(mismatch)
            case SurplusSlash():
                return self.unequal_tags.surplus_slash(mismatch)

    def _unread(self, mismatch: Mismatch) -> Fault:
        """A mismatch at the tag where it shows; elements open at the end of the document end there."""
        token, end = self.tokens[place(mismatch)], self._last_end
        if isinstance(mismatch, Renamed):
            closing = self.tokens[mismatch.end]
            found = Fault(mismatch.code, closing.start, closing.end, name=token.name, value=closing.name)
            return found.explained_by(token.start, f'"{token.name}" opened here')
        if not isinstance(mismatch, Missing) or mismatch.before < len(self.tokens):
            return Fault(mismatch.code, token.start, token.end, name=token.name)
        closed = Reading((Edit(end, end, f"</{token.name}>"),), "")
        return Fault(mismatch.code, end, end, name=token.name, other=token.start, readings=(closed,))

    @cached_property
    def _last_end(self) -> int:
        return len(self.text.rstrip())

    def _truncated(self, unclosed: Mapping[int, Fault]) -> Fault:
        """The one fault of the elements that are open at the end, which are known by their start tags."""
        starts, faults = list(unclosed), list(unclosed.values())
        inner_first = faults[::-1]
        edits = tuple(edit for fault in inner_first for edit in fault.readings[0].edits)
        if len({(edit.start, edit.end) for edit in edits}) == 1:
            edits = (Edit(edits[0].start, edits[0].end, "".join(edit.after for edit in edits)),)
        names = ", ".join(f'"{fault.name}"' for fault in inner_first[:5])
        note = f"The document stops before its end; the elements still open are closed: {names}."
        closed = Reading(edits, note, sure=False if self._may_lack_records(starts[-1]) else None, confidence=0.7)
        again = self._begun_again(starts)
        readings = (again, replace(closed, cost=MISSING_END_TAGS.ends)) if again else (closed,)
        return replace(faults[0], code=Code.TRUNCATED, readings=readings)

    def _may_lack_records(self, start: int) -> bool:
        """Whether the element cut off is a list of elements of one name, which no schema proves complete.

        Cut between two of them, it seems to lack nothing but end tags.
        """
        items = self.nesting.items(start + 1, len(self.tokens))
        return not self.schema_names and len(items) > 1 and len({item.name for item in items}) == 1

    def _begun_again(self, starts: list[int]) -> Reading | None:
        """The reading of open start tags as written twice, <a b="c"><d><a><d e="f">: it removes the poorer of each."""
        tokens = self.tokens
        following = range(starts[0], min(starts[0] + 4 * len(starts), len(tokens)))
        tags = list(takewhile(lambda index: tokens[index].kind is START or tokens[index].text.isspace(), following))
        opened = [index for index in tags if tokens[index].kind is START]
        first, second = opened[: len(starts)], opened[len(starts) : 2 * len(starts)]
        names = [tokens[index].name for index in starts]
        if first != starts or names != [tokens[index].name for index in second] or len(set(names)) < TWICE:
            return None  # tags of one name in a row may as well be elements inside each other
        surplus: list[Token] = []
        kept_second = False
        for one, other in zip((tokens[at] for at in first), (tokens[at] for at in second), strict=True):
            # those that stay must nest as they did: behind a second one there is no first one
            if (one.attributes and other.attributes and one.text != other.text) or (kept_second and one.attributes):
                return None
            kept_second = kept_second or bool(other.attributes and not one.attributes)
            surplus.append(one if kept_second else other)
        edits = tuple(self.nesting.without(token) for token in sorted(surplus, key=lambda token: token.start))
        note = "The start tags with which the document begins stand there twice; those that say less are removed."
        return Reading(edits, note)


FAULTS = (
    FaultKind(
        code=Code.MISSING_END_TAG,
        rule="end-tag",
        message='End tag "</{name}>" is missing',
        explanation=(
            'The element "{name}", opened in line {line}, is never closed; its end tag "</{name}>" is missing here.'
        ),
    ),
    FaultKind(
        code=Code.UNEXPECTED_END_TAG,
        rule="end-tag",
        message='Unexpected end tag "</{name}>"',
        explanation='The end tag "</{name}>" closes nothing: no element "{name}" is open here.',
    ),
    FaultKind(
        code=Code.TAG_MISMATCH,
        rule="end-tag",
        message='Tag mismatch: "{name}" is closed by "</{value}>"',
        explanation=(
            'The element "{name}", opened in line {line}, is closed by "</{value}>"; both tags need the same name.'
        ),
    ),
    FaultKind(
        code=Code.OVERLAPPING_TAGS,
        rule="end-tag",
        message='Element "{name}" overlaps another',
        explanation=(
            'The element "{name}", opened in line {line}, does not end inside the element it began in; the inner '
            "element must end first."
        ),
    ),
    FaultKind(
        code=Code.TRUNCATED,
        rule="end-tag",
        message='Document ends inside "{name}"',
        explanation=(
            'The document stops before the element "{name}", opened in line {line}, is closed; its end seems to '
            "be cut off."
        ),
    ),
)
