"""The verdict on a document: it is parsed, every layer of its plan judges it, and each fault becomes a diagnostic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from ..codes import Code
from ..diagnostics import CAP, Diagnostic, LayerKind, LayerState, Severity
from ..document.document import Document
from ..errors import SchemaError, too_deep
from ..schemas.plan import SYNTAX, Plan
from ..schemas.search.schema_locations import doubts
from ..schemas.vocabularies import notation
from ..validators.libxml2 import DtdValidator, XsdValidator
from ..validators.schema import Kind, Schema
from ..validators.streaming import NotWellFormedError
from ..validators.streaming import judge as stream_judge
from ..validators.subject import Subject
from ..validators.validator import Judgement
from . import beyond_schemas, consequences
from .ill_formed import LARGE, SOUND, Broken, syntax_faults, unmarked
from .layers import (
    Clock,
    Diagnosis,
    Judged,
    Opened,
    Told,
    diagnosis,
    ill_formed,
    no_xml,
    open_layers,
    own_clock,
    prepare,
    without_cause,
)
from .own_doctype import with_doctype
from .unchecked import Unchecked, unchecked

if TYPE_CHECKING:
    from ..schemas.envelopes import Payload

EXPLAINED = 200_000_000  # characters of a document whose violations of the grammar are searched for
_EXPLAINABLE = (Kind.XSD, Kind.RELAXNG, Kind.DTD)  # of which content models can be read
_MOST_INSIDE = 100  # documents inside another that are judged
_GRAVEST = (LayerState.FAILED, LayerState.NOT_RUN, LayerState.PASSED, LayerState.NOT_APPLICABLE)
_ODD = 3  # oddities of rules that are reported
_TOO_LARGE = "the document exceeds what the XML parser holds as a tree (256 levels of nesting, 10 million characters)"


def judge(document: Document, plan: Plan, explained: int = EXPLAINED) -> Diagnosis:
    """The verdict of `latest_verdicts.validate`, which describes it, with the causes of its diagnostics.

    In a document of more characters than `explained` the diagnostics are the validator's own errors.
    """
    if notation(document):
        return no_xml(beyond_schemas.judge_notation(document, plan), plan)
    around = plan.around.layers
    rules = [layer for layer in around if layer.kind is LayerKind.RULES]
    prepare(plan, (layer for layer in plan.layers if layer.kind is LayerKind.RULES))  # which takes longest
    others = (layer for layer in around if layer.kind is not LayerKind.RULES)
    opened = with_doctype(document, open_layers(plan, others), plan)
    clock = own_clock(SYNTAX, LayerKind.SYNTAX)
    dtd = next((each.schema for each in opened if each.schema is not None and each.schema.kind is Kind.DTD), None)
    subset = [path for path in dtd.files if path != dtd.path] if dtd is not None else []
    judging = dtd.validator.compiled if dtd is not None and isinstance(dtd.validator, DtdValidator) else None
    subject = Subject(document, subset, dtd.entities if dtd is not None else {}, plan.payload, judging)
    broken = _parse(subject, plan, opened, in_stream=not rules)
    if broken.told:
        return ill_formed(clock, broken.told, open_layers(plan), broken.faults)
    syntax = clock.judged(())
    try:
        judged = [_run(subject, each, explained) for each in opened]
    except NotWellFormedError:  # a stream knows no sooner
        broken = syntax_faults(document, plan)
        return ill_formed(clock, broken.told, open_layers(plan), broken.faults)
    judged += [_run(subject, each, explained) for each in open_layers(plan, rules)]
    of_payload = (layer for layer in plan.layers if layer.payload)
    inside, carried = _inside(document, plan, open_layers(plan, of_payload), explained)
    judged += inside
    doubtful = doubts(document, plan.roots, judged=any(each.result.judged for each in judged))
    if told := [*unmarked(document), *doubtful]:
        syntax = clock.judged(without_cause(told))
    layers = consequences.marked([syntax, *judged])
    return replace(diagnosis([*layers, *beyond_schemas.judge(document, plan, layers)], plan), carried=carried)


def _parse(subject: Subject, plan: Plan, opened: Sequence[Opened], *, in_stream: bool) -> Broken:
    """Make the tree that the layers will judge; return the faults of a document that is not well-formed.

    A large document that all layers can judge in a stream is not parsed; the first of them finds such faults.
    """
    if subject.document.misdeclared:
        return syntax_faults(subject.document, plan)
    usable = [each.schema.validator for each in opened if each.schema is not None]
    streams = in_stream and all(isinstance(each, XsdValidator) and each.streams for each in usable)
    if subject.large and subject.streamable and streams:
        return SOUND if usable else _streamed(subject, plan)
    try:
        subject.parse()
    except etree.XMLSyntaxError:
        if subject.streamable:  # a tree has limits that a stream has not
            return _streamed(subject, plan)
    else:
        return SOUND
    broken = syntax_faults(subject.document, plan)
    if subject.doctype and all(item.code is Code.NOT_WELL_FORMED for item in broken.told):
        # perhaps it only cannot be read with its DTD: a fault of its markup, or a duplicate ID
        try:
            subject.parse(expand=False)
        except etree.XMLSyntaxError:
            return broken
        return SOUND
    return broken


def _streamed(subject: Subject, plan: Plan) -> Broken:
    try:
        stream_judge(subject.pieces, None)
    except NotWellFormedError:
        return syntax_faults(subject.document, plan)
    return SOUND


def _inside(
    document: Document, plan: Plan, opened: Sequence[Opened], explained: int
) -> tuple[Sequence[Judged], tuple[Payload, Diagnosis] | None]:
    """The results of the layers that judge the carried documents, and the carried document with its diagnosis.

    Of several documents inside, all are judged; the diagnosis is that of the first with a fault.
    """
    if not opened:
        return (), None
    from ..schemas.envelopes import are_more, payloads_named  # noqa: PLC0415 - few documents carry another

    def unjudged(why: str) -> tuple[Sequence[Judged], None]:
        layers = [Clock(each.layer).without_verdict(LayerState.NOT_RUN, each.reason or why) for each in opened]
        return layers, None

    name = plan.payload.rpartition("}")[2]
    carried = payloads_named(document.text, plan.payload)[: _MOST_INSIDE + 1]
    of_each: list[list[Judged]] = []
    made: list[tuple[Payload, Diagnosis]] = []
    for each in carried[:_MOST_INSIDE]:
        seen = each.seen_in(document)
        if seen is None:
            break
        subject = Subject(seen)
        try:
            subject.parse()
            judged = [_run(subject, layer, explained) for layer in opened]
        except (etree.XMLSyntaxError, NotWellFormedError) as error:
            return unjudged(f"what is inside cannot be read by itself: {error}")
        made.append((each, diagnosis(judged)))
        of_each.append(
            [replace(one, told=[(_moved(item, each, document), None) for item in one.diagnostics]) for one in judged]
        )
    if not of_each:
        return unjudged(f"the document has no {name} inside")
    whole = len(of_each) == len(carried) and not are_more(document, carried)
    left = "" if whole else f"of the documents inside only the first {len(of_each)} were judged"
    shown = next((each for each in made if each[1].report.diagnostics), made[0])
    return [_together(layers, left) for layers in zip(*of_each, strict=True)], shown


def _together(judged: Sequence[Judged], left: str) -> Judged:
    """The result of one layer for several documents that another carries; `left` says that others were not judged."""
    results = [each.result for each in judged]
    states = {each.state for each in results}
    state = next(each for each in _GRAVEST if each in states)
    if left and state is LayerState.PASSED:
        state = LayerState.NOT_RUN
    result = replace(
        results[0],
        state=state,
        reason=" ".join(dict.fromkeys(filter(None, (*(each.reason for each in results), left)))),
        errors=sum(each.errors for each in results),
        warnings=sum(each.warnings for each in results),
        seconds=sum(each.seconds for each in results),
    )
    return Judged(result, [told for each in judged for told in each.told], sum(each.total for each in judged))


def _moved(item: Diagnostic, carried: Payload, document: Document) -> Diagnostic:
    """A diagnostic of a carried document, moved to its place in the document that carries it."""

    def place(offset: int) -> int:
        found = carried.offset(offset, document)
        return carried.start if found is None else found

    start, end = place(item.start), max(place(item.end), place(item.start))
    line, column = document.position(start)
    operands = []
    for each in item.operands:
        at = place(each.start)
        where = document.position(at) if each.line else (0, 0)
        operands.append(replace(each, start=at, end=max(place(each.end), at), line=where[0], column=where[1]))
    return replace(item, start=start, end=end, line=line, column=column, operands=tuple(operands))


def _run(subject: Subject, opened: Opened, explained: int) -> Judged:
    """The result of one layer, with violations of the grammar as causes where possible. Raises NotWellFormedError."""
    clock, schema = Clock(opened.layer), opened.schema
    if schema is None or opened.reason:
        state = LayerState.NOT_RUN if schema is None else LayerState.NOT_APPLICABLE
        return clock.without_verdict(state, opened.reason)
    try:
        judgement = schema.validator.judge(subject)
    except SchemaError as error:
        return clock.without_verdict(LayerState.NOT_RUN, str(error))
    except RecursionError:
        return clock.without_verdict(LayerState.NOT_RUN, too_deep("the document, or what judges it,"))
    except etree.XMLSyntaxError:
        return clock.without_verdict(LayerState.NOT_RUN, _TOO_LARGE)
    if not judgement.applied:
        return clock.without_verdict(LayerState.NOT_APPLICABLE, judgement.reason)
    left = Unchecked() if judgement.rejected else unchecked(subject, schema)
    if left.whole:
        return clock.without_verdict(LayerState.NOT_APPLICABLE, left.words)
    told, reason, whole = _told(subject, judgement, schema, explained)
    told += without_cause(judgement.beside)
    placed = [(_placed(subject.document, item), cause) for item, cause in told]
    total = 0 if whole or judgement.total <= CAP else judgement.total
    return clock.judged(
        placed,
        rejected=judgement.rejected,
        total=total,
        reason=reason or "; ".join(part.rstrip(".") for part in (_unread_parts(schema, judgement), left.words) if part),
    )


def _told(subject: Subject, judgement: Judgement, schema: Schema, explained: int) -> tuple[list[Told], str, bool]:
    """The diagnostics of a validator's verdict, the reason why they have no causes, and whether they are complete.

    Beside XSD, the grammar reports all faults in the document, each once, however often libxml2 complains.
    """
    told = list(without_cause(judgement.diagnostics))
    if not told:
        return [] if judgement.rejected else _id_faults(subject, schema), "", False
    # where not all errors are known the whole document is looked at, but by XSD
    looked_through = judgement.total > CAP and schema.kind is not Kind.XSD
    most = min(explained, LARGE) if looked_through else explained
    if len(subject.document.text) > most or schema.kind not in _EXPLAINABLE:
        return told, "", False
    try:
        known = _explained(subject, judgement, schema)
    except (SchemaError, ValueError, RecursionError) as error:
        return told, f"what it expects could not be read: {error}" if isinstance(error, SchemaError) else "", False
    return known, "", schema.kind is not Kind.XSD


def _explained(subject: Subject, judgement: Judgement, schema: Schema) -> list[Told]:
    from .explain import explain  # noqa: PLC0415 - valid documents do without

    tree = subject.locator(literal=schema.kind is Kind.DTD).tree
    defaults = {} if schema.kind is Kind.DTD else subject.defaults
    return explain(tree, schema, judgement, defaults)


def _id_faults(subject: Subject, schema: Schema) -> list[Told]:
    """Duplicate IDs and dangling references of a document that the validator accepts.

    XSD demands both (cvc-id); for RELAX NG an annotation defines them, which not every validator obeys.
    """
    if not schema.id_names.suspect(subject.document.text) or len(subject.document.text) > LARGE:
        return []
    severity = Severity.ERROR if schema.kind in (Kind.XSD, Kind.XSD11) else Severity.WARNING
    codes = (Code.DUPLICATE_ID, Code.DANGLING_REFERENCE)
    try:
        found = _explained(subject, Judgement(), schema)
    except (SchemaError, ValueError, RecursionError):
        return []  # the validator's verdict is kept
    return [(replace(item, severity=severity), cause) for item, cause in found if item.code in codes]


def _unread_parts(schema: Schema, judgement: Judgement) -> str:
    """The parts of a schema that cannot be read, so that it judges without them, and the oddities of rules."""
    odd = judgement.oddities
    more = f" and {len(odd) - _ODD} more" if len(odd) > _ODD else ""
    told = [f"in its rules something is odd: {'; '.join(odd[:_ODD])}{more}"] if odd else []
    return " ".join([*(item.sentence for item in schema.refused), *told])


def _placed(document: Document, diagnostic: Diagnostic) -> Diagnostic:
    """The diagnostic with the line and column of its start."""
    if diagnostic.line:
        return diagnostic
    line, column = document.position(diagnostic.start)
    return replace(diagnostic, line=line, column=column)
