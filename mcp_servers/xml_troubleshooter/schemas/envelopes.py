"""Documents inside others: the payload of an envelope, seen as a document of its own at unchanged offsets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

from ..document.document import Document

_TAGS = 2000  # tags in which a payload must begin: envelopes say little
_HEAD = 1 << 17  # characters in which it must
_SECTIONS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_MARKUP = re.compile(
    r"(?P<section><!--|<!\[CDATA\[|<\?)"
    r"|<(?P<close>/?)(?P<name>[^\s<>/!?=\"']+)(?P<attributes>(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)>"
)
_DECLARED = re.compile(r"\s(xmlns(?::[^\s=\"'<>/]+)?)\s*=\s*(\"[^\"<]*\"|'[^'<]*')")
_XML = re.compile(r"<\?xml\s(?s:.*?)\?>")
_SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
_SOAP = ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")

Known = Callable[[str], bool]  # whether a name ("{namespace}name") is that of a document's root


@dataclass(frozen=True, slots=True)
class Payload:
    """A document inside another, from `start` up to `end`; `name` is that of its root ("{namespace}name").

    The name in the start tag ends at `name_end`; `written` is that name with its prefix. `declared` are the namespace
    declarations in force there as they are written, `path` leads to the element that holds it.
    """

    name: str
    written: str
    start: int
    name_end: int
    end: int
    declared: tuple[str, ...]
    path: str

    def seen_in(self, document: Document) -> Document | None:
        """The payload as a document of its own, in which all that follows its name has the offset that it has here.

        The text before it is blanked, and replaced by the namespace declarations in force. None where that text is too
        short for them.
        """
        begin = _begin(document)
        tag = f"<{self.written}"
        room = document.text[begin : self.name_end]
        inherited = "".join(f" {each}" for each in self.declared)
        lines = 0
        while (covered := room[: len(tag) + lines + len(inherited)].count("\n")) > lines:
            lines = covered  # no line end is lost, so that all lines keep their numbers
        tag = f"{tag}{chr(10) * lines}{inherited}"
        if len(tag) > len(room):
            return None
        blank = re.sub(r"[^\r\n]", " ", room[len(tag) :])
        text = f"{document.text[:begin]}{tag}{blank}{document.text[self.name_end : self.end]}"
        return replace(document, text=text, within=self.path)

    def offset(self, seen: int, document: Document) -> int | None:
        """The offset here of one in the document that `seen_in` gives; None for one in an inherited declaration."""
        if seen >= self.name_end:
            return seen
        into = seen - _begin(document)
        return self.start + into if 0 <= into <= len(self.written) + 1 else None


@dataclass(frozen=True, slots=True, eq=False)
class _Element:
    """An element: its start tag, its name as written, and the namespace declarations in force, as written."""

    tag: re.Match[str]
    written: str
    scope: dict[str, str]
    parent: _Element | None
    last: str  # step of the path to it
    children: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def name(self) -> str:
        """Its name as "{namespace}name"."""
        prefix, _, local = self.written.rpartition(":")
        uri = self.scope.get(f"xmlns:{prefix}" if prefix else "xmlns", "")[1:-1].strip()
        return f"{{{uri}}}{local}" if uri else local

    @property
    def path(self) -> tuple[str, ...]:
        """The steps to it."""
        steps: list[str] = []
        element: _Element | None = self
        while element is not None:
            steps.append(element.last)
            element = element.parent
        return tuple(reversed(steps))

    def step(self, written: str) -> str:
        """The step to the next child of a name."""
        count = self.children[written] = self.children.get(written, 0) + 1
        return written if count == 1 else f"{written}[{count}]"


def _begin(document: Document) -> int:
    """The first offset at which a start tag may begin: behind the XML declaration."""
    declaration = _XML.match(document.text)
    return declaration.end() if declaration else 0


def payloads(document: Document, known: Known) -> tuple[Payload, ...]:
    """The documents inside another whose root is `known`.

    Without any, the payload of a standard envelope counts, though its root is not known. Works on broken documents.
    """
    return _all_made(list(_outermost(document.text, known)) or list(_content(document.text)), document.text)


def only(found: Sequence[Payload]) -> Payload | None:
    """The one document that another carries; None where it carries none or several."""
    return found[0] if len(found) == 1 else None


def alike(found: Sequence[Payload]) -> Payload | None:
    """The first of the documents that another carries; None where it carries none, or several with other roots."""
    return found[0] if len({each.name for each in found}) == 1 else None


@lru_cache(maxsize=4)
def payloads_named(text: str, name: str) -> tuple[Payload, ...]:
    """The documents of this root ("{namespace}name") inside a text; else the first in a standard envelope."""
    found = list(_outermost(text, lambda each: each == name)) or list(islice(_content(text), 1))
    return _all_made(found, text)


def are_more(document: Document, found: Sequence[Payload]) -> bool:
    """Whether more payloads with the same start tag follow these, beyond the part of the text that was read."""
    last = found[-1]
    return re.search(rf"<{re.escape(last.written)}(?=[\s/>])", document.text[last.end :]) is not None


def is_envelope(root: str) -> bool:
    """Whether a root ("{namespace}name") is that of a standard envelope."""
    return root == f"{{{_SBDH}}}StandardBusinessDocument" or root in [f"{{{each}}}Envelope" for each in _SOAP]


def _outermost(text: str, known: Known) -> Iterator[_Element]:
    """The elements below the root whose name is known, none inside another of them."""
    inside: _Element | None = None
    for element in _elements(text):
        if inside is not None and element.path[: len(inside.path)] == inside.path:
            continue
        inside = None
        if element.parent is not None and known(element.name):
            inside = element
            yield element


def _content(text: str) -> Iterator[_Element]:
    """The payload elements of a standard envelope: beside the header of SBDH, inside the body of SOAP."""
    around = ""
    for element in _elements(text):
        above = element.parent
        if above is None:
            if not is_envelope(element.name):
                return
            around = element.name.rpartition("}")[0]
        elif not element.name.startswith(around):
            of_root = above.parent is None and _SBDH in around
            of_body = above.name == f"{around}}}Body" and above.parent is not None and above.parent.parent is None
            if of_root or of_body:
                yield element


def _elements(text: str) -> Iterator[_Element]:
    """The elements of the beginning, in their order, also of a broken document."""
    stack: list[_Element] = []
    for tag in islice(_tags(text), _TAGS):
        written = tag["name"]
        if tag["close"]:
            if any(each.written == written for each in stack):
                while stack.pop().written != written:
                    pass
            if not stack:
                return
            continue
        parent = stack[-1] if stack else None
        scope = parent.scope if parent is not None else {}
        if "xmlns" in tag["attributes"]:
            scope = scope | {found[1]: found[2] for found in _DECLARED.finditer(tag["attributes"])}
        element = _Element(tag, written, scope, parent, parent.step(written) if parent is not None else written)
        yield element
        if not tag["attributes"].endswith("/"):
            stack.append(element)


def _tags(text: str) -> Iterator[re.Match[str]]:
    """The tags of the beginning; markup without its end is passed over, and its end looked for once."""
    at, endless = 0, set[str]()
    while match := _MARKUP.search(text, at, _HEAD):
        at = match.end()
        section = match["section"]
        if section is None:
            yield match
        elif section not in endless:
            end = text.find(_SECTIONS[section], at, _HEAD)
            if end < 0:
                endless.add(section)
            else:
                at = end + len(_SECTIONS[section])


def _all_made(found: Sequence[_Element], text: str) -> tuple[Payload, ...]:
    limits = [*(each.tag.start() for each in found[1:]), len(text)]
    return tuple(_made(each, text, limit) for each, limit in zip(found, limits, strict=False))


def _made(element: _Element, text: str, limit: int) -> Payload:
    """The payload of an element that ends before an offset."""
    tag, written = element.tag, element.written
    own = {found[1] for found in _DECLARED.finditer(tag["attributes"])}
    last = text.rfind(f"</{written}", 0, limit) if not tag["attributes"].endswith("/") else -1
    end = tag.end() if tag["attributes"].endswith("/") else text.find(">", last) + 1 if last > tag.end() else limit
    assert element.parent is not None
    return Payload(
        element.name,
        written,
        tag.start(),
        tag.end("name"),
        end or len(text),
        tuple(f"{name}={value}" for name, value in element.scope.items() if name not in own),
        "/" + "/".join(element.parent.path),
    )
