"""How a verdict comes about: parse, validate, and tell every fault with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

from ..codes import Code
from ..conformance.lookahead import Complaints
from ..diagnostics import Diagnostic, Report, Severity
from ..document import parsing
from ..document.document import Document
from ..document.locator import ElementLocator, ElementPlace
from ..errors import SchemaError
from ..schemas.schema_locations import doubts
from ..validators.libxml2_errors import ValidatorError, about_text, diagnostics, failed_assertion
from ..validators.schema import Kind, Schema, load
from ..validators.schematron import Rules
from ..validators.streaming import CHUNK, Found, NotWellFormedError, locate
from ..validators.streaming import judge as stream_judge
from ..validators.xsd11 import Xsd11

EXPLAINED = 20_000_000  # characters of a document that is looked at beyond what the validator says
BEGINNING = 2_000_000  # characters of a larger one that are looked at first, lest there be too many faults
LARGE = 500_000  # characters from which on a document is judged in a stream, where that will do
TAGS = 10_000  # tags from which on it is
PIECES = 4  # parts of a document with errors in them, up to which a stream tells sooner where these are than a tree
FEW = 100  # errors whose places libxml2 may name itself, which counts the siblings of each
CAP = 500  # diagnostics a report carries; Report.total tells of the rest

_SMALL = 5000  # characters of a document that is encoded at once
_DOCTYPE = re.compile(r"\s*(?:<\?(?s:.*?)\?>\s*|<!--(?s:.*?)-->\s*)*+<!DOCTYPE\b")
# a document that takes a DTD from outside and adds declarations of its own
_EXTENDS = re.compile(
    _DOCTYPE.pattern
    + r"\s+\S+\s+(?:SYSTEM|PUBLIC)\b(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*\[(?s:[^]]*?)<!(?:ELEMENT|ATTLIST)\b"
)
_APART = re.compile(r"<!--(?s:.*?)-->|<!\[CDATA\[(?s:.*?)\]\]>|<\?(?s:.*?)\?>|<!DOCTYPE[^\[>]*(?:\[(?s:.*?)\]\s*)?>")
_INTERNAL_ENTITY = re.compile(r"<!ENTITY\s+([^\s%]\S*)\s+[\"']")
_ENTITY_NAME = re.compile(r"<!ENTITY\s+([^\s%]\S*)\s")
_REFERENCE = re.compile(r"&([^\s&;#<>'\"]+);")
_ABOUT_SEVERAL = {"SCHEMAV_CVC_IDC"}  # that a stream tells of where the last of the elements concerned has ended
_LIMITS = {"ERR_RESOURCE_LIMIT", "ERR_ENTITY_LOOP", "ERR_NAME_TOO_LONG", "ERR_INTERNAL_ERROR"}


def judge(document: Document, schema: str, roots: tuple[Path, ...]) -> Report:
    """The verdict of `validate.validate`, which describes it."""
    report = _judge(document, load(schema, roots) if schema else None)
    if not report.well_formed:
        return report
    doubtful = [*_unmarked(document), *doubts(document, roots, judged=bool(schema))]
    if not doubtful:
        return report
    told = sorted((*report.diagnostics, *doubtful), key=lambda item: (item.start, item.end))
    return replace(report, diagnostics=tuple(told[:CAP]), total=report.total + len(doubtful))


def _unmarked(document: Document) -> Iterator[Diagnostic]:
    """A warning for text in UTF-16 or UTF-32 without the mark that XML demands in front of it (XML 1.0, 4.3.3)."""
    if document.encoding.startswith(("utf-16", "utf-32")) and not document.bom:
        name = document.encoding.upper().removesuffix("-LE").removesuffix("-BE")
        words = (
            f"The document is written in {name} without a byte order mark (BOM) in front; XML demands one, and many "
            "parsers cannot read the document without it. Save it with one, or in UTF-8."
        )
        fault = _fault(document, Code.ENCODING_MISMATCH, 0, f"{name} without a byte order mark", words)
        yield replace(fault, severity=Severity.WARNING)


def _judge(document: Document, loaded: Schema | None) -> Report:
    doctype = has_doctype(document.text)
    # only a tree shows whether the values of xml:id are names
    streams = (loaded is None or loaded.kind is Kind.XSD) and not doctype and "xml:id" not in document.text
    streams = streams and not (loaded and loaded.refused)  # what is not checked is told apart in a tree
    if streams and _is_large(document.text):
        return _judge_stream(document, loaded)
    try:
        return _judge_parsed(document, loaded, _parsed(document, loaded, doctype=doctype), doctype=doctype)
    except etree.XMLSyntaxError:
        # a tree has limits that a stream has not
        if streams:
            return _judge_stream(document, loaded)
        return _judge_unexpanded(document, loaded) if doctype else _not_well_formed(document, loaded)


def _is_large(text: str) -> bool:
    return len(text) > LARGE or text.count("<") > TAGS


def has_doctype(text: str) -> bool:
    """Whether a text declares a document type, so that entities may stand for more than they show."""
    return _DOCTYPE.match(text) is not None


def _judge_stream(document: Document, schema: Schema | None) -> Report:
    """The verdict on a large document.

    In a tree, libxml2 would name the place of each error by a path, in a time that grows with its siblings.
    """
    compiled: Any = schema.compiled if schema else None
    source = partial(_pieces, document)
    try:
        counts = stream_judge(source, compiled)
    except NotWellFormedError:
        return _not_well_formed(document, schema)
    if not counts or schema is None:
        return _report(document, schema, _identity(document, schema))
    few, found = sum(counts.values()) <= FEW, list[Found]()
    if not few or len(counts) <= PIECES:
        found = _located(document, compiled, counts)
    if few and (not found or any(item.type_name in _ABOUT_SEVERAL for item in found)):
        with suppress(etree.XMLSyntaxError):  # a tree has limits that a stream does not need
            return _judge_parsed(document, schema, _parsed(document, schema, doctype=False), doctype=False)
        found = found or _located(document, compiled, counts)
    places = ElementLocator(document)
    errors = [_validator_error(item.type_name, item.message, partial(places.at, item.offset)) for item in found]
    complaints = partial(_complaints, document, compiled)
    return _told(document, schema, errors, sum(counts.values()), places, complaints=complaints)


def _located(document: Document, compiled: etree.XMLSchema, counts: Mapping[int, int]) -> list[Found]:
    """The errors that a stream has counted, each with its place, as far as they are told."""
    encoding = _encoded(document)[1]
    return list(islice(locate(partial(_pieces, document), encoding, compiled, counts), CAP))


def _parsed(document: Document, schema: Schema | None, *, doctype: bool) -> parsing.Tree:
    if not doctype:
        large = len(document.text) > _SMALL
        return parsing.parse_pieces(_pieces(document)) if large else parsing.parse(_encoded(document)[0])
    is_dtd = schema is not None and schema.kind is Kind.DTD
    return parsing.parse_whole(
        _encoded(document)[0],
        document.text,
        subset=[path for path in schema.files if path != schema.path] if schema is not None and is_dtd else (),
        declared=schema.entities if schema is not None else {},
    )


def _pieces(document: Document) -> Iterator[bytes]:
    """The bytes to judge, piece by piece: to have a large text twice in memory takes as long as to parse it."""
    if document.encoding != "utf-8":
        data, _ = _encoded(document)
        yield from (data[at : at + CHUNK] for at in range(0, len(data), CHUNK))
        return
    mark, text = document.bom, document.text
    for at in range(0, len(text), CHUNK):
        yield mark + text[at : at + CHUNK].encode("utf-8", "surrogateescape")
        mark = b""


def _validator_error(name: str, message: str, place: Callable[..., ElementPlace]) -> ValidatorError:
    return ValidatorError(name, message, place(stray=about_text(name)))


def _judge_unexpanded(document: Document, schema: Schema | None) -> Report:
    """The verdict on a document that cannot be read with its DTD: a fault of its markup, or an ID that stands twice."""
    report = _not_well_formed(document, schema)
    if any(item.code is not Code.NOT_WELL_FORMED for item in report.diagnostics):
        return report
    try:
        root = etree.fromstring(_encoded(document)[0], parsing.parser(entities=False))
    except etree.XMLSyntaxError:
        return report
    return _judge_parsed(document, schema, etree.ElementTree(root), doctype=True)


def _judge_parsed(document: Document, schema: Schema | None, tree: parsing.Tree, *, doctype: bool) -> Report:
    places = ElementLocator(document, literal=schema is None or schema.kind is Kind.DTD)
    if schema is not None and isinstance(schema.compiled, (Rules, Xsd11)):
        return _report(document, schema, _others(places, schema.compiled, tree))
    judge: Any = schema.compiled if schema is not None else _own_dtd(tree)
    if judge is None:
        return _report(document, schema, ())
    try:
        if schema is not None and doctype and isinstance(judge, etree.DTD) and _EXTENDS.match(document.text):
            log = parsing.validity_errors(_encoded(document)[0], document.text, subset=schema.files, main=schema.path)
            valid = not log
        else:
            valid = judge.validate(tree)
            told = [item for item in judge.error_log if not _of_refused(item.message, schema)]
            log = [(item.type_name, item.message, item.path or "") for item in told]
            valid = valid or not log
    except (etree.XMLSchemaValidateError, etree.RelaxNGValidateError, etree.DTDValidateError) as error:
        return _report(document, schema, (_gave_up(document, str(error)),), valid=False)
    undeclared = list(_undeclared(document, schema)) if doctype and schema is not None else []
    if valid:
        unread = _unread(document, schema) if doctype else ()
        return _report(document, schema, (*_identity(document, schema), *unread, *undeclared))
    errors = [
        _validator_error(type_name, message, partial(places.of_path, path))
        for type_name, message, path in islice(log, CAP)
    ]
    complaints = (
        partial(_complaints, document, judge)
        if isinstance(judge, (etree.XMLSchema, etree.RelaxNG)) and not doctype
        else None
    )
    return _told(document, schema, errors, len(log), places, undeclared, complaints)


def _of_refused(message: str, schema: Schema | None) -> bool:
    """Whether a message demands a declaration that stands in a file which the schema could not be given."""
    return (
        schema is not None
        and any(f"'{{{item.namespace}}}" in message for item in schema.refused)
        and "demanded by the strict wildcard" in message
    )


def _complaints(document: Document, compiled: etree.XMLSchema | etree.RelaxNG, text: str) -> list[int] | None:
    """Where the elements begin that libxml2 complains about in another text of a document; None for too many."""
    changed = document.with_text(text)
    places = ElementLocator(changed)
    try:
        if isinstance(compiled, etree.XMLSchema) and _is_large(text):
            counts = stream_judge(partial(_pieces, changed), compiled)
            many = sum(counts.values()) > FEW
            return None if many else [places.at(item.offset).start for item in _located(changed, compiled, counts)]
        if compiled.validate(_parsed(changed, None, doctype=False)):
            return []
    except (etree.XMLSyntaxError, etree.XMLSchemaValidateError, etree.RelaxNGValidateError, NotWellFormedError):
        return None
    log = list(compiled.error_log)
    return [places.of_path(item.path or "").start for item in log] if 0 < len(log) <= FEW else None


def _others(places: ElementLocator, judge: Rules | Xsd11, tree: parsing.Tree) -> list[Diagnostic]:
    """The faults that a validator other than libxml2's finds."""
    if isinstance(judge, Rules):
        return [
            failed_assertion(failure, places.of_path(tree.getpath(failure.element))) for failure in judge.failures(tree)
        ]
    return diagnostics(
        [
            _validator_error(name, message, partial(places.of_path, tree.getpath(element)))
            for name, message, element in judge.errors(tree)
        ]
    )


def _own_dtd(tree: parsing.Tree) -> etree.DTD | None:
    """The declarations of a document's own DOCTYPE, where these say anything about elements."""
    dtd = tree.docinfo.internalDTD
    return dtd if dtd is not None and any(True for _ in dtd.iterelements()) else None


def _told(
    document: Document,
    schema: Schema | None,
    errors: Sequence[ValidatorError],
    total: int,
    places: ElementLocator,
    undeclared: Sequence[Diagnostic] = (),
    complaints: Complaints | None = None,
) -> Report:
    """The report on errors of libxml2, with what the grammar says about those that are told."""
    told = [_placed(document, item) for item in (*undeclared, *diagnostics(errors))]
    explained = _explained(document, schema, told, places, complaints, complete=total <= CAP)
    # beside XSD the grammar tells of all faults in the document, each once, however often libxml2 complains
    whole = explained is not told and (schema is None or schema.kind in (Kind.RELAXNG, Kind.DTD))
    return _report(document, schema, explained, valid=False, total=0 if whole or total <= CAP else total)


def _explained(
    document: Document,
    schema: Schema | None,
    told: list[Diagnostic],
    places: ElementLocator,
    complaints: Complaints | None = None,
    *,
    complete: bool = True,
) -> list[Diagnostic]:
    if len(document.text) > EXPLAINED or (schema is not None and schema.kind is Kind.SCHEMATRON):
        return told
    from .explain import explain  # noqa: PLC0415 - valid documents do without

    name, roots = (str(schema.path), schema.roots) if schema else ("", ())
    try:
        return explain(places.tree, name, told, roots, complaints, complete=complete)
    except (SchemaError, ValueError):
        return told  # the verdict stands, told in the validator's own terms


def _identity(document: Document, schema: Schema | None) -> list[Diagnostic]:
    """Duplicate IDs and dangling references of a document that the validator accepts.

    XSD demands both (cvc-id); to RELAX NG they are the business of an annotation that not every validator heeds.
    """
    if schema is None or not schema.id_names.suspect(document.text):
        return []
    severity = Severity.ERROR if schema.kind in (Kind.XSD, Kind.XSD11) else Severity.WARNING
    codes = (Code.DUPLICATE_ID, Code.DANGLING_REFERENCE)
    return [
        replace(item, severity=severity)
        for item in _explained(document, schema, [], ElementLocator(document))
        if item.code in codes
    ]


def _unread(document: Document, schema: Schema | None) -> Iterable[Diagnostic]:
    """The first reference to an entity whose content is kept in another file: what is not read cannot be judged.

    A DTD, which lets such references stand, is content with what it sees.
    """
    if schema is None or schema.kind not in (Kind.XSD, Kind.RELAXNG):
        return
    known = {"amp", "lt", "gt", "quot", "apos", *_INTERNAL_ENTITY.findall(document.text)}
    visible = _APART.sub(lambda match: " " * len(match.group()), document.text)
    for reference in _REFERENCE.finditer(visible):
        name = reference.group(1)
        if name not in known:
            words = (
                f'The entity "{name}" is declared in another file, which is not read; whether the document is valid '
                "with its content is not known. Put the content in its place, or check the document where that file is "
                "at hand."
            )
            yield _fault(document, Code.EXTERNAL_ENTITY, reference.start(), "The entity is not read.", words)
            return


def _undeclared(document: Document, schema: Schema) -> Iterable[Diagnostic]:
    """References to entities that neither the DTD nor the document declares (XML 1.0, validity constraint)."""
    if not isinstance(schema.compiled, etree.DTD):
        return
    known = {"amp", "lt", "gt", "quot", "apos", *_ENTITY_NAME.findall(document.text)}
    visible = _APART.sub(lambda match: " " * len(match.group()), document.text)
    for reference in _REFERENCE.finditer(visible):
        name = reference.group(1)
        if name not in known and name not in schema.entities:
            words = (
                f'The entity "{name}" is not declared in {schema.path.name}; write the character that it stands for.'
            )
            message = f"Entity '{name}' not defined"
            fault = _fault(document, Code.UNDEFINED_ENTITY, reference.start(), message, words)
            yield replace(fault, end=reference.end(), name=name)


def _not_well_formed(document: Document, schema: Schema | None) -> Report:
    from ..grammar.schema_names import vocabulary  # noqa: PLC0415 - most documents do without
    from .syntax import check  # noqa: PLC0415

    known = None
    if schema is not None:
        with suppress(SchemaError):  # the parser's verdict needs no schema
            known = vocabulary(str(schema.path), schema.roots)
    text, found = document.text, tuple[Diagnostic, ...]()
    if len(text) > EXPLAINED:
        end = text.rfind(">", 0, BEGINNING) + 1
        found = _many(check(document.with_text(text[:end]), known), document.position(end).line)
    found = found or check(document, known) or (_parser_fault(document),)
    return _report(document, schema, found, well_formed=False, valid=False)


def _many(found: Sequence[Diagnostic], line: int) -> tuple[Diagnostic, ...]:
    """The faults up to a line where these are more than can be told, so that there is no need to look further."""
    ended = (Code.TRUNCATED, Code.MISSING_END_TAG)  # which may be so there alone
    found = [item for item in found if item.code not in ended]
    if len(found) <= CAP:
        return ()
    first, *others = found
    words = f"{first.explanation} There are so many faults that nothing behind line {line} was looked at."
    return (replace(first, explanation=words), *others)


def _parser_fault(document: Document) -> Diagnostic:
    """The first fault as libxml2 tells it: limits, and whatever the scanner has no name for."""
    reader = parsing.parser()
    with suppress(etree.XMLSyntaxError):
        etree.fromstring(_encoded(document)[0], reader)
    entry = next((entry for entry in reader.error_log if entry.level_name == "FATAL"), None) or next(
        iter(reader.error_log), None
    )
    if entry is None:
        return _fault(
            document, Code.NOT_WELL_FORMED, 0, "The document cannot be parsed.", "The document cannot be parsed as XML."
        )
    offset = document.offset(entry.line, entry.column)
    if entry.type_name in _LIMITS:
        words = (
            "The document exceeds a safety limit of the XML parser (256 levels of nesting, 10 million characters "
            "in one text or attribute, entities that multiply); make it flatter or smaller there: "
            f"{entry.message.strip()}."
        )
        return _fault(document, Code.RESOURCE_LIMIT, offset, entry.message, words)
    return _fault(document, Code.NOT_WELL_FORMED, offset, entry.message, f"The XML parser stops here: {entry.message}.")


def _gave_up(document: Document, message: str) -> Diagnostic:
    return _fault(
        document,
        Code.NOT_VALID,
        0,
        message,
        "The validator gave up on this document, so that its validity is unknown; a regular expression in the schema "
        "may be too complicated for it.",
    )


def _fault(document: Document, code: Code, offset: int, message: str, explanation: str) -> Diagnostic:
    line, column = document.position(offset)
    return Diagnostic(
        code=code, start=offset, end=offset, line=line, column=column, message=message.strip(), explanation=explanation
    )


def _encoded(document: Document) -> tuple[bytes, str]:
    """The bytes to judge, and the encoding in which their characters are those of the text."""
    data = document.to_bytes()
    encoding = document.encoding
    if not encoding.startswith("utf") and len(data) != len(document.text) + len(document.bom):
        # characters that the encoding lacks went out as references; offsets would no longer be those of the text
        declared = re.sub(r"^(<\?xml[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')", r"\1", document.text)
        if len(declared) == len(document.text):
            return document.text.encode("utf-8", "surrogateescape"), "utf-8"
    return data, encoding


def _placed(document: Document, diagnostic: Diagnostic) -> Diagnostic:
    """The diagnostic with the line and column of its start."""
    if diagnostic.line:
        return diagnostic
    line, column = document.position(diagnostic.start)
    return replace(diagnostic, line=line, column=column)


def _report(
    document: Document,
    schema: Schema | None,
    found: Iterable[Diagnostic],
    *,
    well_formed: bool = True,
    valid: bool = True,
    total: int = 0,
) -> Report:
    ordered = sorted((_placed(document, item) for item in found), key=lambda item: (item.start, item.end))
    valid = valid and well_formed and not any(item.severity is Severity.ERROR for item in ordered)
    return Report(
        well_formed, valid, tuple(ordered[:CAP]), str(schema.path) if schema else "", max(total, len(ordered))
    )
