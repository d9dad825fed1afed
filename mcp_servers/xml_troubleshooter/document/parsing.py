"""The only place that makes lxml parsers: no network, nothing read from outside, limits in force."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from urllib.parse import unquote, urlsplit

from lxml import etree

from ..disk.bounds import read_file

if TYPE_CHECKING:
    from lxml.etree._parser import CustomTargetParser  # known to the stubs alone

# lxml has no public names for the results of its functions
Element: TypeAlias = etree._Element  # noqa: SLF001
Tree: TypeAlias = "etree._ElementTree[Any]"  # noqa: SLF001

REFERENCE = re.compile(r"&([^\s&;#<>'\"]+);")
_EXTERNAL_ENTITY = re.compile(
    r"<!ENTITY\s+[^\s%]\S*\s+(?:SYSTEM|PUBLIC\s*(?:\"[^\"]*\"|'[^']*'))\s*(?:\"([^\"]*)\"|'([^']*)')"
)
_LITERAL = re.compile('[&%"]')
_ENCODING_ERRORS = (
    etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING, etree.ErrorTypes.ERR_INVALID_ENCODING,
    etree.ErrorTypes.ERR_INVALID_CHAR, etree.ErrorTypes.I18N_CONV_FAILED,
)  # fmt: skip
_UNDECLARED = {"WAR_UNDECLARED_ENTITY", "ERR_UNDECLARED_ENTITY"}


class StandIn(etree.Resolver):
    """Answers every request of a parser for a file, so that libxml2 itself never opens one.

    A file of `subset` (the external DTD of a document and its parts) is served; an external entity of the document is
    empty; in place of any other DTD come declarations of the entities that the document uses, as `declared` or else as
    HTML knows them, so that a document whose DTD is not at hand can still be judged.
    """

    def __init__(
        self,
        text: str = "",
        subset: Iterable[Path] = (),
        main: Path | None = None,
        declared: Mapping[str, str | None] = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self._declared = declared
        self._text = text
        self._subset = set(subset)
        self._main = main
        self._external = {first or second for first, second in _EXTERNAL_ENTITY.findall(text)}

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:  # noqa: ANN401, ARG002 - lxml's
        """One file that the parser asks for: its content, or a substitute."""
        system_url = system_url or ""
        path = _local(system_url)
        if path is not None and path in self._subset:
            return self.resolve_string(read_file(path), context, base_url=str(path))
        if any(system_url.endswith(name) for name in self._external):
            return self.resolve_string("", context, base_url=system_url)
        if self._main is not None:
            main, self._main = self._main, None  # the first request is for the external subset
            # entities that the DTD leaves undeclared are declared behind it: the first declaration of a name counts
            declarations = _declarations(self._text, self._declared).encode()
            return self.resolve_string(read_file(main) + b"\n" + declarations, context, base_url=str(main))
        return self.resolve_string(_declarations(self._text, self._declared), context, base_url=system_url)


_NOTHING = StandIn()


def parser(
    *,
    recover: bool = False,
    huge: bool = False,
    load_dtd: bool = False,
    entities: bool | str = "internal",
    ids: bool = True,
    resolver: etree.Resolver | None = None,
) -> etree.XMLParser[Any]:
    """A fresh parser for one document, so that its `error_log` speaks of that document alone.

    Entities of the internal subset are expanded within libxml2's amplification limits; external ones never are, unless
    `resolver` answers for them. `load_dtd` needs a resolver. Without `ids` a repeated ID of a DTD is no error.
    """
    made = etree.XMLParser(
        recover=recover,
        huge_tree=huge,
        load_dtd=load_dtd,
        no_network=True,
        resolve_entities=entities,  # type: ignore[arg-type]  # the stubs know no str, only its literals
        remove_blank_text=False,
        strip_cdata=False,
        collect_ids=ids,
    )
    made.resolvers.add(resolver or _NOTHING)
    return made


def reads(encoding: str, characters: bytes) -> bool:
    """Whether the parser can read these bytes in a document that declares this encoding."""
    declaration = f"<?xml version='1.0' encoding='{encoding}'?>".encode()
    try:
        etree.fromstring(b"%b<a>%b</a>" % (declaration, characters), parser())
    except etree.XMLSyntaxError as error:
        return error.code not in _ENCODING_ERRORS
    return True


def parse(data: bytes) -> Tree:
    """The tree of a well-formed document; raises lxml.etree.XMLSyntaxError."""
    return etree.ElementTree(etree.fromstring(data, parser()))


def parse_pieces(pieces: Iterable[bytes]) -> Tree:
    """`parse` for a large document: taking and giving back its bytes in one piece costs as much as parsing them."""
    reader = parser()
    for piece in pieces:
        reader.feed(piece)
    return etree.ElementTree(reader.close())


def parse_whole(
    data: bytes,
    text: str,
    *,
    subset: Iterable[Path] = (),
    declared: Mapping[str, str | None] = MappingProxyType({}),
) -> Tree:
    """The tree of a document with a DOCTYPE, every entity expanded: as validators need it.

    `declared` are the entities of the external subset that was found for it, which itself is not read again, None for
    those kept in other files; `subset` are other files that may be read. Entities that no DTD at hand declares are
    expanded to the characters that HTML gives their names, or to "?". Raises lxml.etree.XMLSyntaxError where the
    document is not well-formed, or has an ID twice; an entity declared in a DTD that is not at hand is no such fault.
    """
    reader = parser()
    try:
        return etree.ElementTree(etree.fromstring(data, reader))
    except etree.XMLSyntaxError:
        if any(entry.type_name not in _UNDECLARED for entry in reader.error_log if entry.level_name != "WARNING"):
            raise
    # a fault by the specification where no external subset could declare the entity: then this raises
    etree.fromstring(data, parser(entities=False))
    resolver = StandIn(text, subset, declared=declared)
    return etree.ElementTree(etree.fromstring(data, parser(load_dtd=True, entities=True, resolver=resolver)))


def validity_errors(data: bytes, text: str, *, subset: Iterable[Path], main: Path) -> list[tuple[str, str, str]]:
    """The validity errors of libxml2 (type, message, path) by a DTD and the document's declarations together."""
    reader = etree.XMLParser(
        load_dtd=True, dtd_validation=True, no_network=True, resolve_entities=True, huge_tree=False, strip_cdata=False
    )
    reader.resolvers.add(StandIn(text, subset, main))
    with suppress(etree.XMLSyntaxError):
        etree.fromstring(data, reader)
    return [(item.type_name, item.message, item.path or "") for item in reader.error_log if item.domain_name == "VALID"]


def _declarations(text: str, declared: Mapping[str, str | None]) -> str:
    """Declarations of all entities that a text refers to, and of those that these refer to."""
    from html.entities import html5  # noqa: PLC0415 - few documents refer to any

    lines: dict[str, str] = {}
    names = sorted(set(REFERENCE.findall(text)))
    while names:
        name = names.pop()
        value = declared.get(name) or ""  # nothing for an entity that is kept in another file
        if name not in declared:
            value = "".join(f"&#{ord(character)};" for character in html5.get(f"{name};", "?"))
        names += [inner for inner in REFERENCE.findall(value) if inner not in lines]
        # an entity value is read once when it is declared, and again where it is referred to
        literal = value if name not in declared else _LITERAL.sub(lambda found: f"&#{ord(found.group())};", value)
        lines[name] = f'<!ENTITY {name} "{literal}">'
    return "\n".join(lines.values())


def _local(url: str) -> Path | None:
    if url.startswith("file:"):
        url = unquote(urlsplit(url).path)
    elif "://" in url:
        return None
    return Path(url).resolve()


class _Nothing:
    """A parser target that keeps nothing."""

    def close(self) -> None:
        """Called at the end of the document."""


def streaming(schema: etree.XMLSchema | None, *, huge: bool = False) -> CustomTargetParser[None]:
    """A push parser that judges a document against an XSD while it is fed, and builds no tree.

    Only for documents without a DOCTYPE: lxml crashes on entity references while a schema is plugged in.
    """
    made: CustomTargetParser[None] = etree.XMLParser(
        target=cast("Any", _Nothing()), schema=schema, no_network=True, resolve_entities="internal", huge_tree=huge
    )
    made.resolvers.add(_NOTHING)
    return made
