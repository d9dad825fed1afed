"""A RELAX NG grammar in the compact syntax, or a DTD, that is the document itself: compiled, although no XML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from lxml import etree

from ...codes import Code
from ...diagnostics import Diagnostic, Severity
from ...document.document import Document
from ...document.parsing import parser
from ...errors import SchemaError
from ...grammar.datatypes import BUILTINS
from ...schema_files import compact_syntax, rng_files
from ...schema_files.resolver import SchemaSources, SourceResolver
from ...schemas.plan import COMPILATION
from ...schemas.vocabularies import DTD, RNC, notation
from .complaints import compiled, nearest
from .program_parts import Compiled, UncompiledError

_DATATYPES = "http://www.w3.org/2001/XMLSchema-datatypes"
_INSIDE = re.compile(r"<!--(?s:.*?)(?:-->|\Z)|\"[^\"]*\"|'[^']*'")  # comments and literals of a DTD
_BLANKED = re.compile(rf"{_INSIDE.pattern}|%[^\s;]+;")
_DECLARED = re.compile(r"<!ELEMENT\s++([^\s<>%;()]++)\s++([^<>]*+)>")
_NAME = re.compile(r"(?<![\w.:#%-])([^\W\d][\w.:-]*)(?![\w.:-]*;)")
_CONTENT_WORDS = ("EMPTY", "ANY", "PCDATA")
_ABOUT = re.compile(r"\b[Ee]lement ([^\s:,]+)(?:$| has |: )")
_WORD = re.compile(r"((?:<!|#)?[A-Za-z]+)")
_WORDS = (
    "<!ELEMENT", "<!ATTLIST", "<!ENTITY", "<!NOTATION", "#REQUIRED", "#IMPLIED", "#FIXED", "#PCDATA", "CDATA",
    "NMTOKEN", "NMTOKENS", "IDREF", "IDREFS", "ENTITIES", "EMPTY", "ANY", "SYSTEM", "PUBLIC", "NDATA"
)  # fmt: skip
# errors of libxml2 that only follow an error which it has reported already
_ECHOES = frozenset(("ERR_EXT_SUBSET_NOT_FINISHED", "ERR_GT_REQUIRED", "ERR_SPACE_REQUIRED"))


def check(document: Document, roots: tuple[Path, ...]) -> Compiled:
    """The compilation errors of a document in another notation than XML, each at its line and column."""
    kind = notation(document)
    found: list[Diagnostic] = []
    reason = ""
    try:
        found.extend(_CHECKS[kind](_Text(document, kind, roots)))
    except UncompiledError as stop:
        reason = str(stop)
    return Compiled(tuple((each, None) for each in found), reason)


class _Text:
    """A document that is not XML, and diagnostics at its places."""

    def __init__(self, document: Document, kind: str, roots: tuple[Path, ...]) -> None:
        self.document = document
        self.kind = kind
        # for inline text a file that is nowhere
        self.path = Path(document.source or f"/nowhere/document.{kind}")
        self.sources = SchemaSources(self.path, roots)

    def told(
        self,
        at: int,
        words: str,
        name: str = "",
        *,
        code: Code = Code.DOES_NOT_COMPILE,
        severity: Severity = Severity.ERROR,
        expected: tuple[str, ...] = (),
    ) -> Diagnostic:
        """A diagnostic at an offset, as long as the name there."""
        at = min(max(at, 0), len(self.document.text))
        line, column = self.document.position(at)
        return Diagnostic(
            code=code, start=at, end=at + len(name), line=line, column=column, path="", name=name, value="",
            expected=expected, severity=severity, message=words, explanation=words, rule=f"{self.kind}-compiles",
            layer=COMPILATION,
        )  # fmt: skip

    def named_at(self, name: str, line: int) -> int:
        """The offset of a name in a line or behind it; of the beginning of the line where the name does not occur."""
        start = self.document.offset(max(line, 1))
        found = re.compile(rf"(?<![\w.:-])(?:[\w.-]+:)?{re.escape(name)}(?![\w.-])").search(self.document.text, start)
        return found.start() if found else start


def _compact(text: _Text) -> Iterator[Diagnostic]:
    try:
        root = compact_syntax.parse(text.document.text.lstrip("\ufeff"))
    except compact_syntax.CompactError as error:
        words = f"This is no RELAX NG compact syntax: {error.words}."
        yield text.told(text.document.offset(error.line, error.column), words)
        return
    found = list(_names(text, root))
    yield from found
    if any(item.severity is Severity.ERROR for item in found):
        return
    complaints, unusable = compiled(lambda: etree.RelaxNG(rng_files.inlined(root, text.sources)))
    if unusable:
        raise UncompiledError("a part of the grammar is not here" if text.sources.refused else unusable)
    for complaint in complaints[:1]:
        said = re.sub(r"^Internal |^Error ", "", complaint.words).rstrip(".")
        yield text.told(text.document.offset(max(complaint.line, 1)), f"The grammar does not compile: {said}.")


def _names(text: _Text, root: Any) -> Iterator[Diagnostic]:  # noqa: ANN401 - lxml's element
    """Unresolved references and unknown datatypes; a reference is not reported where a part may define its name."""
    rng = f"{{{compact_syntax.RNG}}}"
    parts = root.find(f".//{rng}include") is not None
    nested = root.find(f".//{rng}grammar") is not None or root.find(f".//{rng}parentRef") is not None
    defined = [item.get("name", "") for item in root.iter(f"{rng}define")]
    for item in root.iter(f"{rng}ref", f"{rng}data"):
        is_data = item.tag == f"{rng}data"
        name = item.get("type" if is_data else "name", "")
        if is_data:
            known, words = list(BUILTINS), f"The library of XML Schema's datatypes has no {name}."
            if item.get("datatypeLibrary") != _DATATYPES or name in known:
                continue
        else:
            known, words = defined, f"This grammar has no definition of {name}."
            if parts or nested or name in known:
                continue
        meant = nearest(name, known)
        words += f" It has {meant[0]}." if meant else ""
        at = text.named_at(name, item.sourceline or 1)
        yield text.told(at, words, name, code=Code.UNRESOLVED_REFERENCE, expected=(meant[0],) if meant else ())


class _Resolver(SourceResolver):
    """Gives the parser the document itself, as it is now, for its own address."""

    def __init__(self, text: _Text, address: str) -> None:
        super().__init__(text.sources)
        self._own, self._data = address, text.document.to_bytes()

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:  # noqa: ANN401 - lxml's
        """The document for its own address; for any other the file that the sources allow."""
        if system_url == self._own:
            return self.resolve_string(self._data, context, base_url=self._own)
        return super().resolve(system_url, public_id, context)


def _declarations(text: _Text) -> Iterator[Diagnostic]:
    address = text.path.as_uri()
    reader: Any = parser(load_dtd=True, entities=True, resolver=_Resolver(text, address))
    with suppress(etree.XMLSyntaxError, SchemaError):  # the log has it
        etree.fromstring(f'<!DOCTYPE stub SYSTEM "{address}"><stub/>'.encode(), reader)
    if text.sources.refused:
        raise UncompiledError(f"its part {text.sources.refused[0]} is not here")
    entries = [entry for entry in reader.error_log if entry.level_name in ("ERROR", "FATAL")]
    own = [entry for entry in entries if entry.filename == address]
    told: set[int] = set()
    for entry in own:
        if entry.line in told or entry.type_name in _ECHOES:
            continue
        told.add(entry.line)
        at = text.document.offset(entry.line, entry.column)
        if about := _ABOUT.search(entry.message):  # reported behind the declaration
            at = max(text.document.text.rfind(f"{each} {about[1]}", 0, at) for each in ("<!ELEMENT", "<!ATTLIST"))
        word = next((found for found in _WORD.finditer(text.document.text, max(0, at - 40)) if found.end() >= at), None)
        meant = nearest(word[1].upper(), _WORDS) if word and word.start() <= at and word[1] not in _WORDS else None
        if word and meant:
            said = f"{word[1]} is no word of a DTD; {meant[0]} is meant"
            yield text.told(word.start(1), f"The DTD cannot be read: {said}.", word[1], expected=(meant[0],))
            continue
        said = re.sub(r"^(?:xmlParse\w+|PEReference) ?: ", "", " ".join(entry.message.split()).rstrip("."))
        yield text.told(at, f"The DTD cannot be read: {said}.")
    if entries and not own:
        yield text.told(0, f"The DTD cannot be read: {' '.join(entries[0].message.split())}.")
    if not told:  # libxml2 reports at most consequences of surplus text behind the declarations
        yield from _surplus(text)
    if not entries:
        yield from _undeclared(text)


def _surplus(text: _Text) -> Iterator[Diagnostic]:
    """Surplus text behind the last declaration, which the parser passes over."""
    bare = _BLANKED.sub(lambda match: " " * len(match.group()), text.document.text)
    end = bare.rfind(">") + 1
    if left := bare[end:].strip():
        at = bare.index(left, end)
        words = f"The DTD cannot be read: \u201c{left[:40]}\u201d behind its last declaration is no part of one."
        yield text.told(at, words, left.split()[0])


def _undeclared(text: _Text) -> Iterator[Diagnostic]:
    """Elements that content models name and nothing declares: allowed, and nearly always a slip."""
    bare = _INSIDE.sub(lambda match: " " * len(match.group()), text.document.text)
    if "%" in bare or "<![" in bare:
        return  # parameter entities may declare anything
    models = list(_DECLARED.finditer(bare))
    declared = [match[1] for match in models]
    told: set[str] = set()
    for match in models:
        for used in _NAME.finditer(match[2]):
            name = used[1]
            if name in declared or name in _CONTENT_WORDS or name in told:
                continue
            told.add(name)
            meant = nearest(name, declared)
            words = f"<{name}> stands in the content model of <{match[1]}>, and nothing declares it."
            words += f" <{meant[0]}> is near." if meant else ""
            at = match.start(2) + used.start()
            yield text.told(at, words, name, code=Code.UNRESOLVED_REFERENCE, severity=Severity.WARNING)


_CHECKS: Mapping[str, Callable[[_Text], Iterator[Diagnostic]]] = {RNC: _compact, DTD: _declarations}
