"""The diagnosis: a document goes in, and its faults come out, by all layers that have to judge it."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..codes import Code
from ..configuration.lookup import Configurations
from ..diagnostics import Diagnostic, LayerState, Report
from ..document.document import Document, claims_utf7
from ..errors import InputError, LimitError
from ..files.reading import Workspace, size
from ..knowledge.article_store import Store, nature
from ..request import Request
from ..schemas.plan import COMPILATION, GRAMMARS, SEPARATOR, Plan
from ..signatures import may_be_signed
from ..signatures.clearance import may_be_stamped, stamp
from ..workers.dispatch import in_thread, offload
from .checked_document import Checked
from .intake import take_in
from .schema_choice import Choice, Sources, choose

if TYPE_CHECKING:
    from ..catalogue.catalogue_store import SchemaStore
    from ..signatures.state import SignatureState

ARTICLES = 3  # more would not be read
_AGAIN = 10.0  # seconds for a report without the layers that took too much
_AT_LEAST = 0.1  # seconds for a step that the steps in front of it have left no time
# the largest share of the time left that each step may take
_FOR_SCHEMAS, _FOR_LAYERS, _FOR_THE_REST = 0.3, 0.6, 0.7
_LOOKING = 20.0  # seconds that finding the schema may take
_SLOWEST = 5_000_000  # bytes of a large file a second, below which something hangs

Progress = Callable[[str], Awaitable[None]]


async def silent(_: str) -> None:
    """Progress that nobody hears of, as with one document of many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judges:
    """The services for a diagnosis. `seconds` bounds one validation, and `until`, by the monotonic clock, all steps."""

    workspace: Workspace
    knowledge: Store
    state_dir: Path
    seconds: float
    catalogue: SchemaStore
    configurations: Configurations = field(default_factory=Configurations)  # of the folders that documents are in
    require_schema: bool = False  # a document of which only the syntax is judged does not count as done
    until: float = math.inf

    def within(self, share: float, most: float = math.inf) -> float:
        """The seconds of a step that may take this share of the time left, so that later steps can still answer."""
        return min(most, max(share * (self.until - time.monotonic()), _AT_LEAST))


class Judge(Protocol):
    """The judge of a document that is to be repaired."""

    hidden: tuple[Diagnostic, ...] | None  # behind the faults that it began with; None where that is not known yet

    async def begin(self, document: Document, plan: Plan, request: Request) -> Report:
        """The verdict on a document as it comes. Raises LimitError where the validator hangs or crashes."""


async def check(request: Request, services: Judges, progress: Progress, judge: Judge | None = None) -> Checked:
    """Find the faults of a document, changing nothing; raises TroubleshooterError.

    For a repair its `judge` gives the verdict; else of a large file only the beginning is in the result's document.
    """
    to_repair = judge is not None
    taken = await take_in(request, services.workspace, services.within(_FOR_LAYERS, services.seconds), whole=to_repair)
    document, path = taken.document, taken.path
    said = await in_thread(services.configurations.of, path)
    if claims_utf7(document.text):
        raise InputError(
            "The document says that it is in UTF-7, in which markup can hide from whoever looks at it, and is read by "
            "nothing here. Save it as UTF-8, with a declaration that says so, where you trust its source."
        )
    await progress("looking for the schema")
    sources = Sources(
        workspace=services.workspace,
        catalogue=services.catalogue,
        state_dir=services.state_dir,
        seconds=services.within(_FOR_SCHEMAS, min(_LOOKING, services.seconds)),
        tables=said.layers if said else (),
    )
    judging = SEPARATOR.join(said.judging(path)) if said and not request.schema_path else ""
    place = path or (Path.cwd() if request.data is not None else None)  # where its schemas may lie
    choice = await choose(request.schema_path or judging, document, place, sources)
    if judging and said:
        choice = replace(choice, reason=f"{said.path} names it.")
    plan = replace(choice.plan, problem=request.problem)
    if said:
        plan = replace(plan, raised=said.severities, ignored=said.ignore)
    await progress("validating")
    report = await _validate(
        taken.large or document, plan, services, partial(judge.begin, request=request) if judge else None
    )
    if not report.well_formed and _is_html(document):
        raise InputError(
            f"{path.name if path else 'The text'} is an HTML page, not XML; it may be the error page of a server. "
            "Get the XML document itself."
        )
    if [fault.code for fault in report.diagnostics] == [Code.NOT_XML] and not request.schema_path:
        choice, plan = Choice(Plan(), ""), Plan()  # a text that is no XML has no schema
        report = replace(report, layers=report.layers[:1])
    if not plan.layers and COMPILATION in (layer.name for layer in report.layers):
        choice = replace(choice, reason="")  # it is a schema itself, or a program, and judged by its processor
    required = request.require_schema or services.require_schema or bool(said and said.require_schema)
    checked = Checked(
        document, path, plan, choice.reason, report, container=taken.container, advice=choice.advice,
        require_schema=required, signatures=await signed(document, services),
    )  # fmt: skip
    # faults hidden in a well-formed document come to light anyway while it is repaired
    looks_ahead = not taken.large and not (to_repair and report.well_formed)
    hidden = await _look_ahead(checked, services, judge.hidden if judge else None) if looks_ahead else ()
    return await with_articles(replace(checked, hidden=hidden), request.problem, services.knowledge)


async def reconsidered(checked: Checked, problem: str, services: Judges) -> Checked:
    """The diagnosis once more, with a message of another system that came later compared with the document."""
    plan = replace(checked.plan, problem=problem)
    report = await _validate(checked.document, plan, services)
    return await with_articles(replace(checked, plan=plan, report=report), problem, services.knowledge)


async def with_articles(checked: Checked, problem: str, knowledge: Store) -> Checked:
    """A diagnosis with the articles about its diagnostics, or about the message of another system."""
    found = (*checked.report.diagnostics, *checked.hidden)
    return await in_thread(_with_articles, checked, found, problem, knowledge) if found or problem else checked


def _with_articles(checked: Checked, found: Sequence[Diagnostic], problem: str, knowledge: Store) -> Checked:
    faults = list(dict.fromkeys((fault.code.value, fault.explanation or fault.message) for fault in found))
    about = nature(checked.document.text, checked.plan.names)
    return replace(checked, articles=tuple(knowledge.concerning(faults, problem, about, limit=ARTICLES)))


def _is_html(document: Document) -> bool:
    """Whether a document says that it is HTML and does not claim to be its XML form."""
    head = document.text[:1000].lstrip().lower()
    return (
        head.startswith(("<!doctype html", "<html"))
        and "http://www.w3.org/1999/xhtml" not in head
        and "//dtd xhtml" not in head
    )


async def _validate(
    what: Document | Path,
    plan: Plan,
    services: Judges,
    begin: Callable[[Document, Plan], Awaitable[Report]] | None = None,
) -> Report:
    """The verdict on a document, which a repair may `begin` with, or on a file that is too large to be held."""
    try:
        if begin and isinstance(what, Document):
            return await begin(what, plan)
        return await _judged(what, plan, services, services.seconds)
    except LimitError as error:
        if not plan.layers:
            raise
        return await _without_layers(what, plan, str(error), services)


async def _judged(what: Document | Path, plan: Plan, services: Judges, most: float) -> Report:
    """The verdict by these layers, in so many seconds at most, to which the size of a large file adds some."""
    if isinstance(what, Path):
        from ..diagnosis.large_files import validate_file  # noqa: PLC0415 - lxml is loaded where it is used

        seconds = services.within(_FOR_LAYERS, most + size(what) / _SLOWEST)
        return await offload(validate_file, what, plan, seconds=seconds, heavy=True)
    from ..diagnosis.latest_verdicts import validate  # noqa: PLC0415 - lxml is loaded where it is used

    return await offload(validate, what, plan, seconds=services.within(_FOR_LAYERS, most))


async def _without_layers(what: Document | Path, plan: Plan, why: str, services: Judges) -> Report:
    """The report on a document whose layers took too much time or memory, each of which is reported as not run.

    First the grammars are tried without the rules, then the syntax alone. Raises LimitError.
    """
    report, known = None, replace(plan, layers=tuple(layer for layer in plan.layers if layer.kind in GRAMMARS))
    if known.layers and known != plan:
        with suppress(LimitError):
            report = await _judged(what, known, services, min(_AGAIN, services.seconds))
    if report is None:
        known = Plan()
        report = await _judged(what, known, services, min(_AGAIN, services.seconds))
    from ..diagnosis.layers import Clock  # noqa: PLC0415 - loaded where it is used

    left = (layer for layer in plan.layers if layer not in known.layers)
    spent = [Clock(layer).without_verdict(LayerState.NOT_RUN, why).result for layer in left]
    return replace(report, layers=(*report.layers, *spent))


async def signed(document: Document, services: Judges) -> tuple[SignatureState, ...]:
    """The states of the signatures in a document, or of its stamp of clearance; () for a document without."""
    from ..signatures.state import DigestState, SignatureState  # noqa: PLC0415 - few documents are signed

    if not may_be_signed(document.text):
        if may_be_stamped(document.text) and (system := await in_thread(stamp, document.text)):
            why = f"only {system} can tell whether its stamp is of this content"
            return (SignatureState("", "the invoice", DigestState.UNCHECKABLE, why, stamp=system),)
        return ()
    from ..signatures.signature_states import states  # noqa: PLC0415 - lxml is loaded where it is used

    try:
        return await offload(states, document, seconds=services.within(_FOR_THE_REST, services.seconds))
    except LimitError as error:
        return (SignatureState("", "what could not be made out in time", DigestState.UNCHECKABLE, str(error)),)


async def _look_ahead(
    checked: Checked, services: Judges, known: tuple[Diagnostic, ...] | None
) -> tuple[Diagnostic, ...]:
    """The diagnostics of the schema once the faults in front are repaired; () where they cannot be told.

    `known` are those found already, None where nobody has looked.
    """
    if checked.report.valid or not checked.plan.layers:
        return ()
    if known is not None:
        return known
    from ..diagnosis.hidden_faults import hidden  # noqa: PLC0415 - lxml is loaded where it is used

    try:
        seconds = services.within(_FOR_THE_REST, services.seconds)
        return await offload(hidden, checked.document, checked.report, checked.plan, seconds=seconds)
    except LimitError:
        return ()  # the report holds without it
