"""The context of each validity rule: the document, the user's answers, the way names and layout are written."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ..conformance.violations import Violation
from ..document import XML_NAMESPACE
from ..document.character_references import attribute_text
from ..document.document import Document
from ..document.edits import Edit
from ..document.names import local_name, namespace
from ..document.tree import Node, Text
from ..grammar.datatypes import SimpleType
from ..loop.proposal import Fix, Question, Safety, answered_by
from .values.lexical_forms import rewrites

# of these, every character counts
_VERBATIM = frozenset({"string", "anyURI", "QName", "NOTATION", "hexBinary", "base64Binary", "list", "union"})
_BLANKS = "\t\n\r "
_EMPTY_LINE = re.compile(r"\r?\n[ \t]*+(?=\r?\n)")


@dataclass(frozen=True)
class Context:
    """The document under repair; `aliases` maps namespaces that the same batch mends to the right ones."""

    document: Document
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    literal: bool = False  # names are written as the schema has them: a DTD knows no namespaces
    # the local names of the children that elements lack: surplus content may be meant as one of these
    lacking: Mapping[Node, Collection[str]] = field(default_factory=dict[Node, Collection[str]])

    @property
    def text(self) -> str:
        """The text that edits refer to."""
        return self.document.text

    def written(self, name: str, node: Node, *, attribute: bool = False) -> tuple[str, str]:
        """The form of a Clark name at a node, and the namespace declaration that it still needs there ("" for none)."""
        uri, local = namespace(name), local_name(name)
        if self.literal:
            return name, ""
        if uri == XML_NAMESPACE:
            return f"xml:{local}", ""
        bound = {prefix: self.aliases.get(value, value) for prefix, value in node.scope.items()}
        if not uri:
            # an unprefixed element falls into the default namespace, an unprefixed attribute into none
            needs = ' xmlns=""' if bound.get("") and not attribute else ""
            return local, needs
        current = node.written.partition(":")[0] if ":" in node.written else ""
        candidates = [prefix for prefix, value in bound.items() if value == uri and (prefix or not attribute)]
        if candidates:
            prefix = current if current in candidates else candidates[0]
            return (f"{prefix}:{local}" if prefix else local), ""
        prefix = next(f"ns{number}" for number in range(1, 100) if f"ns{number}" not in bound)
        return f"{prefix}:{local}", f' xmlns:{prefix}="{attribute_text(uri)}"'

    def with_attribute(self, node: Node, name: str, value: str) -> Edit:
        """Put an attribute of a Clark name behind the others of an element."""
        written, declaration = self.written(name, node, attribute=True)
        at = node.attributes[-1].end if node.attributes else node.name_end
        return Edit(at, at, f'{declaration} {written}="{attribute_text(value)}"')

    def whole(self, node: Node) -> tuple[int, int]:
        """The span of an element with its indentation, which stays where another element follows on the same line."""
        leaves = self.text[node.end : node.end + 1] == "<" and self.text[node.end + 1] != "/"
        return node.start if leaves else self.line_end(node.start), node.end

    def amid_words(self, parent: Node | None, start: int, end: int) -> bool:
        """Whether a parent has words among its children in a span, or beside them: their order then says something."""
        if parent is None:
            return False
        texts = parent.texts
        first = max(0, bisect_left(texts, start, key=lambda piece: piece.start) - 1)
        last = bisect_right(texts, end, key=lambda piece: piece.start)
        return any(self.text[piece.start : piece.end].strip() for piece in texts[first:last])

    def indented(self, node: Node) -> str:
        """An element as it is written, with its indentation."""
        return self.text[self.line_end(node.start) : node.end]

    def move(self, node: Node, place: int) -> tuple[Edit, Edit]:
        """Take an element with its indentation to another place, into the empty line that it left there, if any."""
        moved, empty = self.indented(node), _EMPTY_LINE.match(self.text, place)
        if empty and moved[: node.start - node.end].endswith(empty[0].lstrip("\r")):
            moved, place = moved[node.start - node.end :], empty.end()
        return Edit(*self.whole(node), ""), Edit(place, place, moved)

    def line_end(self, offset: int) -> int:
        """The end of the last line in front of an offset that is indented; the offset itself where it is not."""
        start = offset
        while start > 0 and self.text[start - 1] in _BLANKS:
            start -= 1
        return start if "\n" in self.text[start:offset] else offset

    def indentation(self, node: Node) -> str:
        """The white space from the line's end up to the children of an element, as its first child has it."""
        if node.children:
            first = node.children[0].start
            return self.text[self.line_end(first) : first]
        outer = self.text[self.line_end(node.start) : node.start]
        return outer + "  " if "\n" in outer else ""

    def text_piece(self, node: Node) -> Text | None:
        """The only piece of character data of an element, None where there are several or a CDATA section."""
        return node.texts[0] if len(node.texts) == 1 and not node.texts[0].cdata else None

    def question_id(self, path: str, name: str = "") -> str:
        """A short id that is the same for the same place of a document."""
        digest = hashlib.sha256(f"{path}|{name}".encode()).hexdigest()[:8]
        label = "".join(
            character if character.isalnum() else "-" for character in local_name(name or path.rpartition("/")[2])
        )
        return f"{label}-{digest}"

    def answer(self, question: Question, type_: SimpleType | None) -> str | None:
        """The user's answer to a question, if the type accepts it or it means one value of the type; else None.

        Numbers, dates and listed values have other forms; names, identifiers and other text are taken as given.
        """
        value = question.chosen(self.answers.get(question.id))
        if value is None or type_ is None or type_.accepts(value):
            return value
        if type_.primitive in _VERBATIM and not type_.enumeration:
            return None
        meant = rewrites(value, type_)
        return meant[0].value if meant and meant[0].safe else None

    def given(self, *questions: Question, written: Sequence[str | None]) -> str:
        """The provenance of answers; with both forms where one is not written as it was given."""
        both = [
            f"{self.answers[question.id]!r} is written {value!r}"
            for question, value in zip(questions, written, strict=True)
            if value is not None and value != self.answers.get(question.id, value)
        ]
        return "; ".join((answered_by(*questions), *both))


def mended(
    violation: Violation,
    source: str,
    *edits: Edit,
    certain: bool,
    confidence: float,
    reason: str = "",
    provenance: str = "",
    rewrites: bool = False,
) -> Fix:
    """The fix of a violation, done without asking if it is certain; explained in its own sentence, or another."""
    return Fix(
        edits=edits, source=f"rule:{source}", reason=reason or violation.sentence,
        safety=Safety.SAFE if certain else Safety.UNSAFE, confidence=confidence, at=violation.start,
        provenance=provenance, rewrites=rewrites,
    )  # fmt: skip


def rename_tags(node: Node, written: str, declaration: str = "") -> tuple[Edit, ...]:
    """The edits that give an element another name, in both its tags."""
    start = node.start + 1
    edits = [Edit(start, start + len(node.written), written + declaration)]
    if node.close is not None:
        edits.append(Edit(node.close.start + 2, node.close.start + 2 + len(node.written), written))
    return tuple(edits)


def insertion(node: Node, place: int, inserted: str, context: Context) -> tuple[Edit, ...]:
    """The edits that put XML at a place inside an element, even where that is an empty-element tag."""
    if node.close is not None:
        return (Edit(place, place, inserted),)
    # an empty-element tag has to be opened first
    tag = context.text[node.start : node.tag.end]
    cut = node.tag.end - (len(tag) - len(tag[:-2].rstrip()))
    outer = inserted[: len(inserted) - len(inserted.lstrip())].removesuffix("  ") if "\n" in inserted else ""
    return (Edit(cut, node.tag.end, f">{inserted}{outer}</{node.written}>"),)
