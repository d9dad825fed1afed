"""XML signatures in a document and their coverage (XML Signature Syntax and Processing, W3C 2013).

Works on broken documents too, whose signatures still tell which content their signer vouched for. All content in
doubt counts as covered: where a tag is broken, a reference cannot be followed here, or a DOCTYPE may add content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import unquote

from ..document.edits import Edit, Span, Spans, Stretch, meet, overlap
from ..document.tokens import NAME
from . import DSIG, may_be_signed
from .markup import ATTRIBUTES, SECTION, Elements, Tag, doctype, named, tags

ENVELOPED = f"{DSIG}enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
# canonicalisation by its identifier: whether it is exclusive, whether it keeps comments
CANONICAL = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": (False, False),
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": (False, True),
    "http://www.w3.org/2006/12/xml-c14n11": (False, False),
    "http://www.w3.org/2006/12/xml-c14n11#WithComments": (False, True),
    EXCLUSIVE: (True, False),
    f"{EXCLUSIVE}WithComments": (True, True),
}
# transforms that add nothing to the target of the reference; others may follow references of their own
_WITHIN = {ENVELOPED, f"{DSIG}base64", *CANONICAL}

_SIGNATURE = named("Signature")
_CORE = named("SignedInfo", "SignatureValue")  # one of them makes an element of that name a signature
_REFERENCE = named("Reference")
_ANY_URI = rf"{NAME}(?=\s[^<>]*?\bURI\s*=)"  # an element that refers to something, however it is called
_TRANSFORM = named("Transform")
_ID_POINTER = re.compile(r"#xpointer\(\s*id\(\s*(?:'([^'()]+)'|\"([^\"()]+)\")\s*\)\s*\)|[^#]*#([^()#]+)")
_BODY = re.compile(r"<(?!\?xml\s)")  # behind the XML declaration, which no signature covers
_SCOPED = re.compile(rf"\sxml(?:ns)?(?::{NAME})?\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+')")
_SCOPING = re.compile(r"\bxml(?:ns\b|:)")  # in an insertion before an element, and in force inside of it
_WHOLE_TAG = re.compile(rf"<{NAME}{ATTRIBUTES}\s*+/?>")
_END_TAG = re.compile(r"</[^<>]*+>")
_OPENING = re.compile(f"<{NAME}")
_NOWHERE = Spans(())
_LONGEST = 500  # characters of an ID that is looked for
_MOST = 100  # signatures, references of all of them, elements of one ID: beyond, everything counts as covered


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference of a signature, which covers the characters of `spans`; none for a target outside the document.

    `uri` is the value as XML reads it; "?" where it is unknown. `told` describes the target in words. Declarations of
    namespaces and the like (`scope`) in front of the target may change its canonical form.
    """

    uri: str
    told: str
    spans: tuple[Stretch, ...]
    scope: Spans = _NOWHERE

    def touched_by(self, edit: Span) -> bool:
        """Whether an edit changes the target, be it only at its border."""
        return any(meet(edit, span) for span in self.spans)

    def reached_by(self, edit: Edit) -> bool:
        """Whether an edit in front of the target may change its canonical form."""
        if not self.spans or edit.start > max(span.start for span in self.spans):
            return False
        return bool(_SCOPING.search(edit.after)) or self.scope.overlap(edit)

    def __str__(self) -> str:
        return self.told


@dataclass(frozen=True, slots=True)
class Signature:
    """A ds:Signature element at the characters from `start` up to `end`, and its references."""

    start: int
    end: int
    references: tuple[Reference, ...]

    def covers(self, edit: Span) -> bool:
        """Whether an edit voids the signature: in the content that it covers, or in the signature itself."""
        return overlap(edit, self) or any(each.touched_by(edit) for each in self.references)

    def reached_by(self, edit: Edit) -> bool:
        """Whether an edit outside of the covered content may void the signature all the same."""
        return any(each.reached_by(edit) for each in self.references)


def signatures(text: str) -> tuple[Signature, ...]:
    """The signatures of a text, in its order; () for one without."""
    return _Signed(text).signatures() if may_be_signed(text) else ()


class _Signed:
    def __init__(self, text: str) -> None:
        self.text = text
        self.elements = Elements(text)
        body = _BODY.search(text)
        root = next((tag for tag in tags(text, NAME) if not tag.is_end), None)
        self.whole = Stretch(body.start() if body else 0, self.elements.end(root) if root else len(text))
        self.has_doctype = doctype(text)
        self._unread: int | None = None  # the offset of the first reference that is not read, as there are too many
        self._found: dict[str, tuple[Stretch, ...]] = {}  # by the value of an ID

    def signatures(self) -> tuple[Signature, ...]:
        found: list[Signature] = []
        cores = [tag.start for tag in tags(self.text, _CORE) if not tag.is_end]
        for tag in tags(self.text, _SIGNATURE):
            if tag.is_end or tag.is_empty:
                continue
            if len(found) == _MOST:
                return (*found, self._doubtful(tag.start))
            end = self.elements.end(tag)
            if any(tag.end <= core < end for core in cores):
                found.append(self._signature(tag, end))
        alone = next((core for core in cores if not any(each.start <= core < each.end for each in found)), None)
        if alone is not None:  # the tag around it is broken
            found.append(self._doubtful(alone))
        if not found and self.has_doctype and not cores and "<!ENTITY" in self.text:
            found.append(self._doubtful(self.text.index("<!ENTITY")))
        return tuple(found)

    def _doubtful(self, start: int) -> Signature:
        return Signature(start, len(self.text), (self._everything("?"),))

    def _signature(self, opening: Tag, end: int) -> Signature:
        references = [each for start, each in self._references if opening.end <= start < end]
        if not references or (self._unread is not None and self._unread < end):
            references.append(self._everything("?"))
        return Signature(opening.start, end, tuple(references))

    @cached_property
    def _references(self) -> list[tuple[int, Reference]]:
        """The references of all signatures, each with the offset of its start tag."""
        written = [*islice(tags(self.text, f"(?:{_REFERENCE}|{_ANY_URI})"), 2 * _MOST + 1)]
        if len(written) > 2 * _MOST:
            self._unread = written.pop().start
        ends = [*(tag.start for tag in written[1:]), self._unread or len(self.text)]
        return [
            (tag.start, self._reference(tag, end)) for tag, end in zip(written, ends, strict=False) if not tag.is_end
        ]

    @cached_property
    def _scope(self) -> Spans:
        return Spans(match.span() for match in _SCOPED.finditer(self.text))

    def _reference(self, tag: Tag, end: int) -> Reference:
        uri = tag.value("URI")
        if uri is None or self.has_doctype:
            return self._everything("?" if uri is None else uri)
        found = tags(self.text, _TRANSFORM, tag.end, end)
        transforms = [each.value("Algorithm") for each in found if not each.is_end]
        pointer = _ID_POINTER.fullmatch(uri)
        if "#" not in uri and uri:
            # a signature that is taken out of the signed document is inside it
            return self._everything(uri) if ENVELOPED in transforms else _elsewhere(uri)
        if uri in ("", "#xpointer(/)"):
            return Reference(uri, "the whole document", (self.whole,))
        if pointer is None or not _WITHIN.issuperset(transforms):
            return self._everything(uri)
        name = pointer[1] or pointer[2] or pointer[3]
        if name not in self._found:
            self._found[name] = self._with_value(name)
        spans = self._found[name]
        if not spans:
            # an ID may be broken, or be one by its schema alone
            return self._everything(uri) if uri[0] == "#" else _elsewhere(uri)
        return Reference(uri, f"the element with the ID {name}", spans, self._scope)

    def _everything(self, uri: str) -> Reference:
        """A reference that may cover any part of the document."""
        if self.has_doctype:
            told = "perhaps the whole document, to which the DOCTYPE may add"
        elif "(" in uri:
            told = f"what {uri} selects"
        elif uri in ("?", ""):
            told = "perhaps the whole document, as its references cannot be read"
        else:
            told = f"perhaps the whole document, as it cannot be told what {uri} leads to"
        return Reference(uri, told, (self.whole,))

    def _with_value(self, name: str) -> tuple[Stretch, ...]:
        """The spans of the elements with an attribute of this value, whatever its name; () where one is in doubt."""
        if len(name) > _LONGEST:
            return ()
        written = "|".join({_spellings(name), _spellings(unquote(name))})
        found: list[Stretch] = []
        for match in re.finditer(rf"=\s*+[\"']?\s*+(?:{written})(?![\w.:-])", self.text):
            start = self.text.rfind("<", 0, match.start())
            if start < 0 or any(past.match(self.text, start, match.start()) for past in (_WHOLE_TAG, _END_TAG)):
                continue  # text that looks like an attribute
            section = SECTION.match(self.text, start)
            if section and section.end() > match.start():
                continue
            opening = _OPENING.match(self.text, start) and next(tags(self.text, NAME, start), None)
            if not opening or len(found) == _MOST:
                return ()
            found.append(Stretch(start, self.elements.end(opening)))
        return tuple(found)


def _elsewhere(uri: str) -> Reference:
    return Reference(uri, f"{uri}, which lies elsewhere", ())


def _spellings(name: str) -> str:
    """A regular expression of all ways to write a name in the value of an attribute."""
    return "".join(rf"(?:{re.escape(each)}|&#(?:0*+{ord(each)}|x0*+(?i:{ord(each):x}));)" for each in name)
