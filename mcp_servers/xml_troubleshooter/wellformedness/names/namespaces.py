"""Prefixes that no declaration binds, and namespaces that cannot be any."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from ...codes import Code
from ...document.edits import Edit
from ...document.tokens import EMPTY, END, START, Kind, Token
from ..broken_document import BrokenDocument
from ..fault_kinds import FaultKind
from ..faults import Fault, Reading, fault
from ..scanner import Scan
from ..tag_pairs.pairing import similarity
from ..tags.duplicate_attributes import duplicate_attribute_faults
from .well_known_namespaces import WELL_KNOWN, well_known
from .xml_ids import id_faults

_SPACE = re.compile(r"\s+")
_NOT_URI = re.compile(r"[^!#$%&'()*+,\-./:;=?@\[\]_~A-Za-z0-9]")
SHORTEST_ATTRIBUTE = 4  # characters that a tag with an attribute has behind its name
SHORT = 2  # shorter prefixes differ by a letter without being slips
ALIKE = 0.6
MANY = 100  # declared prefixes among which a near one says nothing
MOST_SLIPS = 20  # a prefix used more often is no slip of the pen
_SAME = 0.85
_RESERVED = ("xml", "xmlns")  # bound without a declaration
_QUALIFIED = re.compile(r"[^:]+:[^:]+")


def name_faults(scan: Scan, *, balanced: bool = True) -> list[Fault]:
    """The faults of duplicate attributes and IDs, impossible qualified names, and the first use of each unbound prefix.

    If the tags are not `balanced`, scopes are in doubt, and a prefix declared anywhere counts as bound.
    """
    ids: dict[str, int] = {}
    used: set[str] = set()
    declared: set[str] = set(_RESERVED)
    on_root: frozenset[str] | None = None
    found: list[Fault] = []
    tags = [token for token in scan.tokens if token.kind is START or token.kind is END or token.kind is EMPTY]
    for token in tags:
        name = token.name
        if ":" in name:
            used.add(name)
        if token.kind is not END and token.end - token.name_start - len(name) >= SHORTEST_ATTRIBUTE:
            attributes = token.attributes
            special = False
            for item in attributes:
                if ":" in item.name:
                    used.add(item.name)
                special = special or item.name.startswith(("xmlns", "xml:id"))
            if len(attributes) > 1:
                found += duplicate_attribute_faults(token, attributes)
            if special:
                found += _values(token, ids)
                declared.update(_declared(token))
        if on_root is None:
            on_root = frozenset(declared)  # the first tag is the root element's: these are bound everywhere
    found += _misnamed(tags, {name for name in used if not _QUALIFIED.fullmatch(name)})
    if not {name.partition(":")[0] for name in used} <= (on_root or declared):
        # only where a prefix may be unbound is it worth following the scopes
        found += _unbound(tags, _Scopes() if balanced else _Scopes(declared))
    return found


def _declared(token: Token) -> list[str]:
    """The prefixes that a tag declares."""
    return [
        item.name[6:]
        for item in token.attributes
        if item.name.startswith("xmlns:") and item.value_end > item.value_start
    ]


def _misnamed(tags: list[Token], names: set[str]) -> list[Fault]:
    """A fault for each use of one of these impossible names."""
    if not names:
        return []
    places = (place for token in tags for place in _names_in(token))
    return [fault for name, start in places if name in names for fault in _qualified(name, start)]


def _unbound(tags: list[Token], scopes: _Scopes) -> list[Fault]:
    """The first use of each unbound prefix, with the root element as the place to declare it."""
    found: list[Fault] = []
    root = next((token for token in tags if token.kind is not END), None)
    for token in tags:
        if token.kind is not END:
            scopes.enter(token)
            found += scopes.unbound(token)
        if token.kind is not START:
            scopes.leave(token)
    if root is None:
        return found
    note = f'"{root.name}" is the root element: its start tag is the place for a declaration'
    return [fault.explained_by(root.start, note) for fault in found]


def _names_in(token: Token) -> list[tuple[str, int]]:
    """The names in a tag, each with its offset."""
    return [(token.name, token.name_start), *((item.name, item.name_start) for item in token.attributes)]


class _Scopes:
    """The prefixes in scope while the tokens go by; tolerant of tags that do not pair."""

    def __init__(self, everywhere: Iterable[str] = _RESERVED) -> None:
        self._open: list[tuple[str, list[str]]] = []  # element name, prefixes declared on it
        self._bound = Counter(everywhere)
        self._reported: set[str] = set()

    def enter(self, token: Token) -> None:
        prefixes = _declared(token)
        self._bound.update(prefixes)
        self._open.append((token.name, prefixes))

    def leave(self, token: Token) -> None:
        if not any(name == token.name for name, _ in self._open[-8:]):
            return
        while self._open:
            name, prefixes = self._open.pop()
            self._bound.subtract(prefixes)
            if name == token.name:
                return

    def unbound(self, token: Token) -> list[Fault]:
        found: list[Fault] = []
        for name, start in _names_in(token):
            prefix, colon, rest = name.partition(":")
            proper = colon and prefix and rest and ":" not in rest
            if proper and not self._bound[prefix] and prefix not in self._reported:
                self._reported.add(prefix)
                found.append(Fault(Code.UNBOUND_PREFIX, start, start + len(prefix), name=name, value=prefix))
        return found


def _qualified(name: str, start: int) -> list[Fault]:
    """A name with a colon too many, or with nothing on one side of it."""
    prefix, _, rest = name.strip(":").partition(":")
    good = f"{prefix}:{rest.replace(':', '_')}" if rest else prefix
    if not good:
        return []
    end = start + len(name)
    note = f'"{name}" cannot be a name: one colon may stand between prefix and name; it becomes "{good}".'
    return [fault(Code.INVALID_NAME, start, end, (Edit(start, end, good),), note, name=name)]


def _values(token: Token, ids: dict[str, int]) -> list[Fault]:
    """Namespaces with white space in them or empty, and values of xml:id that occur twice or are no names."""
    found: list[Fault] = []
    for item in token.attributes:
        place = (item.value_start, item.value_end)
        value = token.source[slice(*place)]
        if item.name == "xml:id":
            found += id_faults(item, value, ids)
        elif item.name.startswith("xmlns:") and not value:
            note = f'The declaration of the prefix "{item.name[6:]}" names no namespace; it is removed.'
            edits = (Edit(item.start, item.end, ""),)
            found.append(fault(Code.WRONG_NAMESPACE, item.name_start, item.end, edits, note, name=item.name))
        elif item.name.partition(":")[0] == "xmlns" and _SPACE.search(value):
            note = f'The white space in the namespace "{value.strip()}" is removed.'
            edits = (Edit(*place, _SPACE.sub("", value)),)
            found.append(fault(Code.WRONG_NAMESPACE, *place, edits, note, name=item.name, value=value))
        elif item.name.partition(":")[0] == "xmlns" and _NOT_URI.search(value):
            found.append(Fault(Code.WRONG_NAMESPACE, *place, name=item.name, value=value))
    return found


def _read_unbound(document: BrokenDocument, fault: Fault) -> list[Reading]:
    """Declare the prefix on the root element, or rename it to the declared prefix that it misspells."""
    prefix = fault.value
    root = next((token for token in document.head.tokens if token.kind in (Kind.START, Kind.EMPTY)), None)
    if root is None or any(item.name == f"xmlns:{prefix}" for item in root.attributes):
        return []
    made: list[Reading] = []
    declared = document.declared_prefixes
    for uri, why, sure in _namespaces(document, prefix, declared):
        edit = Edit(root.name_start + len(root.name), root.name_start + len(root.name), f' xmlns:{prefix}="{uri}"')
        note = f'The prefix "{prefix}" is declared on the root element "{root.name}" as {uri}, {why}.'
        made.append(Reading((edit,), note, sure=sure, confidence=0.95 if sure else 0.6))
    renamed = _misspelt(document, fault, declared)
    if renamed:
        made.insert(1 if made and made[0].sure and not renamed.sure else 0, renamed)
    return made or _surplus(document, fault)


def _surplus(document: BrokenDocument, fault: Fault) -> list[Reading]:
    """Remove the prefix everywhere, if the schema has all names behind it in no namespace."""
    prefix, schema_names, names = fault.value, document.schema_names, document.names_with(fault.value)
    if schema_names is None or not all(
        schema_names.namespaces(name) == {""}
        or (schema_names.knows_element(name) and not schema_names.namespaces(name))
        for name in names
    ):
        return []
    edits = tuple(Edit(start, start + len(prefix) + 1, "") for start in _uses(document.text, prefix))
    note = f'The prefix "{prefix}" was removed: the schema has {", ".join(list(names)[:3])} in no namespace.'
    return [Reading(edits, note, confidence=0.9, sure=True)] if edits else []


def _namespaces(
    document: BrokenDocument, prefix: str, declared: Mapping[str, Counter[str]]
) -> list[tuple[str, str, bool]]:
    """The namespaces that a prefix may mean, best first: with the reason, and whether it is beyond doubt."""
    if prefix in declared:
        uris = declared[prefix].most_common()
        return [(uri, "as elsewhere in the document", len(uris) == 1) for uri, _ in uris]
    located = [uri for uri in document.located_namespaces if _names(uri, prefix)]
    if len(located) == 1:
        return [(located[0], "which its schemaLocation names", True)]
    if document.schema_names:
        votes: Counter[str] = Counter()
        names = document.names_with(prefix)
        for name, count in names.items():
            for uri in document.schema_names.namespaces(name):
                if uri:
                    votes[uri] += count
        known = WELL_KNOWN.get(prefix)
        if votes:
            total = sum(names.values())
            ranked = sorted(
                votes.items(), key=lambda vote: (-vote[1], vote[0] != known, not _names(vote[0], prefix), vote)
            )
            first, best = ranked[0]
            alone = len(ranked) == 1 or ranked[1][1] < best or first == known or _names(first, prefix)
            sure = best >= 0.5 * total and alone
            return [
                (uri, "where the schema has these names", sure and number == 0)
                for number, (uri, count) in enumerate(ranked[:4])
                if count >= 0.5 * best
            ]
    head = document.text[: document.head.tokens[-1].start] if document.head.tokens else ""
    common = well_known(prefix, document.names_with(prefix), head)
    return [(uri, "which this prefix commonly means", sure) for uri, sure in common]


def _names(uri: str, prefix: str) -> bool:
    """Whether a namespace has the prefix for its last part: http://example.org/schema/jms and jms."""
    return re.split(r"[/:#]", uri.rstrip("/#"))[-1].lower() == prefix.lower()


def _misspelt(document: BrokenDocument, fault: Fault, declared: Mapping[str, Counter[str]]) -> Reading | None:
    """Rename the prefix everywhere to the one declared prefix that differs from it in a letter; None without one."""
    prefix = fault.value
    near = [other for other in declared if other != prefix and _close(prefix, other)] if len(declared) < MANY else []
    near = [other for other in near if other.lower() == prefix.lower()] or near
    if len(near) != 1:
        return None
    if document.names_with(prefix).total() > MOST_SLIPS:
        return None
    edits = tuple(Edit(start, start + len(prefix), near[0]) for start in _uses(document.text, prefix))
    note = f'The prefix "{prefix}" is a misspelling of "{near[0]}", which is declared.'
    same = near[0].lower() == prefix.lower()
    return Reading(edits, note, sure=same, confidence=0.9 if same else 0.7)


def _close(first: str, second: str) -> bool:
    if first.lower() == second.lower():
        return True
    shortest, longest = sorted((len(first), len(second)))
    return shortest > SHORT and longest - shortest <= 1 and similarity(first, second) > ALIKE


def _uses(text: str, prefix: str) -> Iterator[int]:
    """The offsets of a prefix in tags."""
    written = re.escape(prefix)
    for match in re.finditer(rf"{written}(?<=[<\s/]{written})(?=:)", text):
        tag = text.rfind("<", 0, match.start())
        if tag > text.rfind(">", 0, match.start()) and text[tag + 1] not in "!?":
            yield match.start()


def _read_value(_document: BrokenDocument, fault: Fault) -> list[Reading]:
    """Take white space out, or put in the one well-known namespace that the value misspells."""
    score, uri = max((similarity(fault.value, uri), uri) for uri in WELL_KNOWN.values())
    if score < _SAME:
        return []
    note = f'The namespace "{fault.value}" is a misspelling of {uri}.'
    return [Reading((Edit(fault.start, fault.end, uri),), note, sure=False, confidence=0.7)]


FAULTS = (
    FaultKind(
        code=Code.UNBOUND_PREFIX,
        rule="unbound-prefix",
        message='Prefix "{value}" is not declared',
        explanation=(
            'The prefix "{value}" of "{name}" is bound to no namespace; a declaration xmlns:{value}="..." '
            "belongs in this tag or in one around it, best in that of the root element."
        ),
        read=_read_unbound,
    ),
    FaultKind(
        code=Code.WRONG_NAMESPACE,
        rule="namespace-value",
        message='The namespace of "{name}" cannot be one',
        explanation='The value "{value}" of "{name}" cannot name a namespace: it is empty or holds white space.',
        read=_read_value,
    ),
)
