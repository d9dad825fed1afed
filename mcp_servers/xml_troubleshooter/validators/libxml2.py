"""The validators of libxml2: XSD 1.0, in a stream where the document is large, RELAX NG and DTD."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from ..codes import Code
from ..diagnostics import CAP, COUNTED, Diagnostic
from ..document import parsing
from ..document.doctype import doctype_of
from ..document.document import Document
from ..document.names import prefixed
from . import entities
from .streaming import Found, NotWellFormedError, locate
from .streaming import judge as stream_judge
from .subject import Subject, encoded, is_large, pieces
from .validator import Judgement

if TYPE_CHECKING:
    from ..document.locator import ElementLocator, ElementPlace

PIECES = 4  # parts of a document with errors in them, up to which a stream tells sooner where these are than a tree
FEW = 100  # errors whose places libxml2 may name itself, which counts the siblings of each

_BEGINNING = 1 << 15  # characters of a document that are looked at first, for masses of errors
_GROWTH = 3  # how many times longer the next part is than the last
_PART = 4  # how many times longer the document is than the part, at least
_STEPS = 20_000_000  # from sibling to sibling, which take some two seconds
_UNDECLARED = re.compile(r"No declaration for attribute (\S+) of element ")
_ROOT_NAME = "DTD_ROOT_NAME"
_INDEX = re.compile(r"\[(\d+)\]")
_ABOUT_SEVERAL = {"SCHEMAV_CVC_IDC"}  # that a stream tells of where the last of the elements concerned has ended
_GAVE_UP = (etree.XMLSchemaValidateError, etree.RelaxNGValidateError, etree.DTDValidateError)
Entry = tuple[str, str, str]  # of libxml2's log: the type of an error, its message, and the path of the element


class XsdValidator:
    """An XML Schema; elements and attributes of imported namespaces that lack a schema (`without`) go unchecked."""

    def __init__(self, compiled: etree.XMLSchema, without: Iterable[str] = ()) -> None:
        self.compiled = compiled
        self._unchecked = [f"'{{{namespace}}}" for namespace in without]

    @property
    def streams(self) -> bool:
        """Whether it can judge a document in a stream; unchecked namespaces are told apart only in a tree."""
        return not self._unchecked

    def judge(self, subject: Subject) -> Judgement:
        """Raises NotWellFormedError where the document is judged in a stream and turns out not to be well-formed."""
        if self.streams and (subject.tree is None or (subject.large and subject.streamable)):
            return self._streamed(subject)
        return _by_tree(subject, self.compiled, self._unchecked)

    def _streamed(self, subject: Subject) -> Judgement:
        document = subject.document
        counts = stream_judge(subject.pieces, self.compiled)
        if not counts:
            return Judgement()
        few, found = sum(counts.values()) <= FEW, list[Found]()
        if not few or len(counts) <= PIECES:
            found = _located(document, self.compiled, counts)
        if few and (not found or any(item.type_name in _ABOUT_SEVERAL for item in found)):
            with suppress(etree.XMLSyntaxError):  # a tree has limits that a stream does not need
                return _by_tree(subject, self.compiled)
            found = found or _located(document, self.compiled, counts)
        return Judgement(
            _diagnostics(found, subject.locator().at), total=sum(counts.values()), rejected=True,
            complaints=partial(_complaints, document, self.compiled),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class RelaxNgValidator:
    """A RELAX NG grammar."""

    compiled: etree.RelaxNG

    def judge(self, subject: Subject) -> Judgement:
        """The verdict on the tree."""
        return _by_tree(subject, self.compiled)


@dataclass(frozen=True, eq=False)
class DtdValidator:
    """A DTD: in the file at `path`, made of `files`, with the entities that it has `declared`, or a document's own.

    A DTD knows no namespaces: `beside_another` schema, which does, an undeclared attribute that serves these is no
    fault.
    """

    compiled: etree.DTD
    path: Path | None = None
    files: Sequence[Path] = ()
    declared: Collection[str] = ()
    beside_another: bool = False

    def declares(self, element: str) -> bool:
        """Whether it declares an element of this name, as it is written."""
        return element in self._elements

    def judge(self, subject: Subject) -> Judgement:
        """The verdict on the tree, and the references to entities that nothing declares."""
        if not any(True for _ in self.compiled.iterelements()):
            return Judgement(applied=False, reason="it declares no element")
        tree, document, locator = subject.tree or subject.parse(), subject.document, subject.locator(literal=True)
        doctype = doctype_of(document.text)
        if self.path is not None and doctype is not None and doctype.extends:
            log = parsing.validity_errors(encoded(document)[0], document.text, subset=self.files, main=self.path)
        else:
            try:
                log = _masses(subject, self.compiled) or ([] if self.compiled.validate(tree) else _log(self.compiled))
            except etree.DTDValidateError as error:
                return gave_up(document, str(error))
        root = prefixed(tree.getroot().prefix, etree.QName(tree.getroot()).localname)
        if doctype is not None and doctype.denies(root) and self.declares(root):
            # libxml2 tells it only where it validates while it parses, and passes over prefixes and HTML for html there
            message = f"root and DTD name do not match '{root}' and '{doctype.name}'"
            log = [*(entry for entry in log if entry[0] != _ROOT_NAME), (_ROOT_NAME, message, "/*")]
        if log and self.beside_another:
            log = [entry for entry in log if not self._is_of_namespaces(entry, locator)]
        undeclared: list[Diagnostic] = []
        if self.path is not None and subject.doctype:
            undeclared = list(entities.undeclared(document, self.declared, self.path.name))
        told = _diagnostics(log, locator.of_path, self._elements) if log else ()
        return Judgement(told, tuple(undeclared), len(log), rejected=bool(log))

    def _is_of_namespaces(self, entry: Entry, locator: ElementLocator) -> bool:
        """Whether an error is about an undeclared attribute that declares a namespace, or of `xml:` or `xsi:`."""
        found = _UNDECLARED.match(entry[1])
        if found is None or not entry[2]:
            return False
        try:
            node = locator.node(entry[2])
        except ValueError:
            return False
        same = [each for each in node.attributes if found[1] in (each.name, each.name.partition(":")[2])]
        others = [each.name for each in same if not node.serves_namespaces(each)]
        # a message has no prefix, so that another attribute of this local name has to be declared
        return len(others) < len(same) and all(self._declares_attribute(node.written, name) for name in others)

    def _declares_attribute(self, element: str, name: str) -> bool:
        declared = self._elements[element].iterattributes() if element in self._elements else ()
        return any((attribute.prefix, attribute.name) == (None, name) for attribute in declared)

    @cached_property
    def _elements(self) -> Mapping[str, Any]:
        """The declarations of elements, by their names as written."""
        return {prefixed(each.prefix, each.name or ""): each for each in self.compiled.iterelements()}


def gave_up(document: Document, message: str) -> Judgement:
    """The verdict of a validator that broke off."""
    line, column = document.position(0)
    words = (
        "The validator gave up on this document, so that its validity is unknown; a regular expression in the schema "
        "may be too complicated for it."
    )
    fault = Diagnostic(
        code=Code.NOT_VALID, start=0, end=0, line=line, column=column, message=message.strip(), explanation=words
    )
    return Judgement(beside=(fault,), rejected=True)


def _by_tree(subject: Subject, schema: etree.XMLSchema | etree.RelaxNG, unchecked: Sequence[str] = ()) -> Judgement:
    """The verdict of a schema on the tree."""
    tree = subject.completed()
    log = _masses(subject, schema) if isinstance(schema, etree.RelaxNG) else []
    try:
        if not log and not schema.validate(tree):
            log = [entry for entry in _log(schema) if not _is_of(unchecked, entry[1])]
    except _GAVE_UP as error:
        return gave_up(subject.document, str(error))
    if not log:
        unread = tuple(entities.unread(subject.document, subject.entities)) if subject.doctype else ()
        return Judgement(beside=unread)
    return Judgement(
        _diagnostics(log, subject.locator().of_path), total=len(log), rejected=True,
        complaints=None if subject.doctype else partial(_complaints, subject.document, schema),
    )  # fmt: skip


def _masses(subject: Subject, schema: etree.RelaxNG | etree.DTD) -> list[Entry]:
    """The errors in the beginning of a document, where these are more than are counted anyway, or else none.

    To name the place of an error libxml2 counts the siblings of its element, which for masses of both takes a time that
    grows with their square, and it cannot be stopped. Where the rest would take too long at the rate of the beginning,
    it is left to the grammar, too, as soon as there are more errors than are told.
    """
    text = subject.document.text
    size = _BEGINNING
    while not subject.doctype and size * _PART <= len(text):
        beginning = subject.document.with_text(text[: text.rfind("<", 0, size)])
        with suppress(etree.XMLSyntaxError, ValueError, *_GAVE_UP):
            tree = etree.ElementTree(etree.fromstring(encoded(beginning)[0], parsing.parser(recover=True)))
            if not schema.validate(tree) and len(log := _log(schema)) > CAP:
                steps = sum(int(index) for _, _, path in log for index in _INDEX.findall(path))
                if len(log) > COUNTED or steps * (len(text) / size) ** 2 > _STEPS:
                    return log
        size *= _GROWTH
    return []


def _is_of(unchecked: Sequence[str], message: str) -> bool:
    """Whether a message demands a declaration from a file that could not be made part of the schema."""
    return "demanded by the strict wildcard" in message and any(name in message for name in unchecked)


def _log(schema: etree.XMLSchema | etree.RelaxNG | etree.DTD) -> list[Entry]:
    return [(item.type_name, item.message, item.path or "") for item in schema.error_log]


def _diagnostics(
    errors: Iterable[tuple[str, str, Any]], find: Callable[..., ElementPlace], declared: Collection[str] = ()
) -> tuple[Diagnostic, ...]:
    """Diagnostics for errors (type, message, argument of `find` for the place); `declared` as in `diagnostics`."""
    from .libxml2_errors import ValidatorError, about_text, diagnostics  # noqa: PLC0415 - what is valid has none

    told = [ValidatorError(name, words, find(at, stray=about_text(name))) for name, words, at in islice(errors, CAP)]
    return diagnostics(told, declared)


def _located(document: Document, schema: etree.XMLSchema, counts: Mapping[int, int]) -> list[Found]:
    """The errors that a stream has counted, each with its place, as far as they are reported."""
    return list(islice(locate(partial(pieces, document), encoded(document)[1], schema, counts), CAP))


def _complaints(document: Document, schema: etree.XMLSchema | etree.RelaxNG, text: str) -> list[int] | None:
    from ..document.locator import ElementLocator  # noqa: PLC0415 - what is valid has no errors

    changed = document.with_text(text)
    locator = ElementLocator(changed)
    try:
        if isinstance(schema, etree.XMLSchema) and is_large(text):
            counts = stream_judge(partial(pieces, changed), schema)
            many = sum(counts.values()) > FEW
            return None if many else [locator.at(item.offset).start for item in _located(changed, schema, counts)]
        if schema.validate(Subject(changed).parse()):
            return []
    except (etree.XMLSyntaxError, *_GAVE_UP, NotWellFormedError):
        return None
    log = _log(schema)
    return [locator.of_path(path).start for _, _, path in log] if 0 < len(log) <= FEW else None
