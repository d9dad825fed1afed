"""The use case: a document goes in, a diagnosis or a repaired document comes out; the validator has the last word."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from .catalogue.store import SchemaStore
from .codes import Code
from .delivery import check_target, deliver
from .diagnostics import Diagnostic, Report
from .document.containers import is_container, unpack
from .document.diff import line_origins
from .document.document import Document, claims_utf7
from .errors import InputError, LimitError, SchemaError
from .files import DOCUMENT_LIMIT, INLINE_LIMIT, STREAMED, Workspace, head, read, size
from .knowledge.store import Store, nature
from .loop.loop_manager import Limits, LoopManager, LoopResult, WorkerJudge
from .loop.proposal import Engine
from .offload import offload
from .outcome import Checked, EngineChoice, Outcome, Request
from .runs import RunStore
from .schema_choice import Choice, Sources, choose
from .schemas.plan import Plan
from .signatures.coverage import DSIG
from .signatures.state import DigestState, SignatureState
from .usage import UsageStore

if TYPE_CHECKING:
    from .schemas.layer_tables import LayerTable

_log = logging.getLogger(__name__)
_ARTICLES = 3  # more would not be read
_SLOWEST = 5_000_000  # bytes of a large file a second, below which something hangs

Progress = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the use case works with. `seconds` bounds one validation."""

    workspace: Workspace
    knowledge: Store
    engines: Callable[[EngineChoice], Sequence[Engine]]
    runs: RunStore
    usage: UsageStore
    limits: Limits
    state_dir: Path
    seconds: float
    catalogue: SchemaStore
    layers: tuple[LayerTable, ...] = ()  # of a configuration: which documents are judged by what
    require_schema: bool = False  # what is judged by nothing but its syntax does not count as done


async def troubleshoot(request: Request, services: Services, progress: Progress, run_id: str = "") -> Outcome:
    """Find what is wrong with a document and repair it, as far as the engines and the validator go.

    Raises TroubleshooterError where the request cannot be carried out. Whatever ends the run early, its best state is
    kept in `services.runs` under `run_id` (a new one where none is given).
    """
    engines = services.engines(request.engine)
    so_far = await _begin(request, services, progress, run_id or new_run_id())
    repaired = await _repair(so_far, engines, services, progress)
    outcome = await anyio.to_thread.run_sync(_finish, repaired, services)
    await anyio.to_thread.run_sync(services.usage.record_run, outcome.status.value)
    return outcome


async def check(request: Request, services: Services, progress: Progress, *, to_repair: bool = False) -> Checked:
    """Find out what is wrong with a document, changing nothing; raises TroubleshooterError.

    Unless it is `to_repair`, of a large file only the beginning is in the result's document.
    """
    take_in = partial(_take_in, request, services.workspace, to_repair=to_repair)
    document, path, container = await anyio.to_thread.run_sync(take_in)
    if claims_utf7(document.text):
        raise InputError(
            "The document says that it is in UTF-7, in which markup can hide from whoever looks at it, and is read by "
            "nothing here. Save it as UTF-8, with a declaration that says so, where you trust its source."
        )
    streamed = None if to_repair or path is None or container or size(path) <= STREAMED else path
    await progress("looking for the schema")
    sources = Sources(
        workspace=services.workspace,
        catalogue=services.catalogue,
        state_dir=services.state_dir,
        seconds=services.seconds,
        tables=services.layers,
    )
    choice = await choose(request.schema_path, document, _folder(request, path), sources)
    plan = replace(choice.plan, problem=request.problem)
    await progress("validating")
    report = await _validate(streamed or document, plan, services)
    if not report.well_formed and _is_html(document):
        raise InputError(
            f"{path.name if path else 'The text'} is an HTML page, not XML; it may be the error page of a server. "
            "Get the XML document itself."
        )
    if [fault.code for fault in report.diagnostics] == [Code.NOT_XML] and not request.schema_path:
        choice, plan = Choice(Plan(), ""), Plan()  # what is no XML has no schema
        report = replace(report, layers=report.layers[:1])
    required = request.require_schema or services.require_schema
    checked = Checked(
        document, path, plan, choice.reason, report, container=container, advice=choice.advice, require_schema=required,
        signatures=await _signed(document, services),
    )  # fmt: skip
    # what hides in a well-formed document comes to light anyway while it is repaired
    foreseen = not streamed and not (to_repair and report.well_formed)
    hidden = await _foresee(checked, services) if foreseen else ()
    codes = list(dict.fromkeys(diagnostic.code.value for diagnostic in (*report.diagnostics, *hidden)))
    about = nature(document.text, plan.names)
    articles = services.knowledge.concerning(codes, request.problem, about, limit=_ARTICLES)
    return replace(checked, articles=tuple(articles), hidden=hidden)


def new_run_id() -> str:
    """An id that cannot be guessed."""
    return secrets.token_hex(8)


async def _begin(request: Request, services: Services, progress: Progress, run_id: str) -> Outcome:
    """The state that the loop starts from: a document just checked, or what an earlier run reached."""
    earlier = services.runs.load(request.run_id) if request.run_id else None
    await anyio.to_thread.run_sync(check_target, request, services.workspace, earlier)
    if earlier is not None:
        return _continued(earlier, request)
    checked = await check(request, services, progress, to_repair=True)
    result = LoopResult(document=checked.document, report=checked.report)
    return Outcome(run_id, request, checked, result, signatures=checked.signatures)


def _continued(earlier: Outcome, request: Request) -> Outcome:
    """An earlier run with more answers and, where the new request says so, other limits and permissions."""
    known = {question.id for question in earlier.result.questions} | set(earlier.request.answers)
    unknown = [answer for answer in request.answers if answer not in known]
    if unknown:
        asked = ", ".join(question.id for question in earlier.result.questions) or "none"
        raise InputError(f"Run {earlier.run_id} has no question {', '.join(unknown)}; its open questions: {asked}.")
    merged = replace(
        earlier.request,
        problem=request.problem or earlier.request.problem,
        engine=request.engine,
        max_iterations=request.max_iterations,
        output_path=request.output_path or earlier.request.output_path,
        overwrite=request.overwrite or (earlier.request.overwrite and not request.output_path),
        write_when=request.write_when,
        allow_unsafe=request.allow_unsafe or earlier.request.allow_unsafe,
        answers={**earlier.request.answers, **request.answers},
    )
    return replace(earlier, request=merged, running=False)


async def _repair(so_far: Outcome, engines: Sequence[Engine], services: Services, progress: Progress) -> Outcome:
    """Run the loop from the state that was reached; whatever ends it early, that state stays in the run store."""
    if so_far.result.report.valid:
        return so_far
    request, checked, before = so_far.request, so_far.checked, so_far.result
    limits = services.limits
    if request.max_iterations:
        limits = replace(limits, iterations=request.max_iterations)
    judge = WorkerJudge(services.seconds)

    joined = await anyio.to_thread.run_sync(_joined, checked, before)
    kept: Document | None = None

    def unfinished(state: LoopResult) -> LoopResult:
        return replace(joined(state), stopped="The run was broken off before its end: start it again.")

    async def keep_and_tell(message: str) -> None:
        nonlocal kept
        best = loop.best
        if best.document is not kept:  # signs of life come often, new states do not
            kept = best.document
            await anyio.to_thread.run_sync(services.runs.save, replace(so_far, result=unfinished(best), running=True))
        await progress(message)

    loop = LoopManager(engines, judge, limits, keep_and_tell)
    try:
        result = await loop.run(
            before.document,
            before.report,
            plan=checked.plan,
            problem=request.problem,
            allow_unsafe=request.allow_unsafe,
            answers=request.answers,
        )
    except anyio.get_cancelled_exc_class():  # what was reached is kept for whoever collects it
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(services.runs.save, replace(so_far, result=unfinished(loop.best)))
        raise
    except Exception as error:  # noqa: BLE001 - a fault of our own costs nothing that was reached before it
        _log.error("the loop broke off: %s", type(error).__name__)
        broken = f"The repair broke off by a fault of the program ({type(error).__name__}); what was repaired stands."
        result = replace(loop.best, stopped=broken)
    result = await _documented(joined(result), checked.plan, services)
    changed = result.document is not checked.document
    signed = await _signed(result.document, services) if changed else checked.signatures
    so_far = replace(so_far, result=result, signatures=signed)
    return await anyio.to_thread.run_sync(_explained, so_far, services.knowledge)


def _joined(checked: Checked, before: LoopResult) -> Callable[[LoopResult], LoopResult]:
    """A function that makes the result of a continued run that of one run over the document as it first came."""
    if before.document.text == checked.document.text:
        return lambda now: now
    first_line = line_origins(checked.document.text, before.document.text)
    made = [edit for edit in before.edits if edit.applied]

    def join(now: LoopResult) -> LoopResult:
        more = [replace(edit, line=first_line(edit.line)) for edit in now.edits]
        keys = before.usage.keys() | now.usage.keys()
        return replace(
            now,
            edits=(*made, *more),
            iterations=before.iterations + now.iterations,
            model=now.model or before.model,
            usage={key: before.usage.get(key, 0) + now.usage.get(key, 0) for key in sorted(keys)},
        )

    return join


def _take_in(request: Request, workspace: Workspace, *, to_repair: bool) -> tuple[Document, Path | None, str]:
    """The document, its file, and a sentence where that is a container around it."""
    if request.data is not None:
        found = unpack(request.data, "Standard input", DOCUMENT_LIMIT) if is_container(request.data) else None
        if found is not None:
            return Document.from_bytes(found.data), None, f"Standard input holds the document in {found.container}."
        return Document.from_bytes(request.data), None, ""
    if bool(request.xml) == bool(request.path):
        what = "both xml and path were given" if request.xml else "there is none"
        raise InputError(f"Give the document once, as xml (its text) or as path (its file): {what}.")
    if request.path:
        path = workspace.document(request.path)
        beginning = head(path)
        if is_container(beginning):
            return _unpacked(request, workspace, path)
        streamed = not to_repair and size(path) > STREAMED
        return Document.from_bytes(beginning if streamed else read(path), str(path)), path, ""
    if len(request.xml) > INLINE_LIMIT:
        raise LimitError(
            f"The text is longer than {INLINE_LIMIT // 2**20} MB, the most that is taken inline; save it to a file and "
            "give its path."
        )
    if "<" not in request.xml and request.xml.strip().lower().endswith((".xml", ".ubl", ".pom")):
        raise InputError(f"{request.xml.strip()[:200]} looks like the name of a file; give it as path, not as xml.")
    return Document.from_text(request.xml), None, ""


def _folder(request: Request, path: Path | None) -> Path | None:
    """The folder that the schemas of a document may lie in."""
    return path.parent if path else Path.cwd() if request.data is not None else None


def _unpacked(request: Request, workspace: Workspace, path: Path) -> tuple[Document, Path, str]:
    """The document in a container, and where it was; what the container holds is never put in its place."""
    found = unpack(read(path), path.name, DOCUMENT_LIMIT)
    if found is None:
        return Document.from_bytes(read(path), str(path)), path, ""
    if request.output_path and workspace.target(request.output_path) == path:
        raise InputError(
            f"{path.name} is not the XML document itself, which is in {found.container}, and is never rewritten: give "
            "output_path another name, and the repaired document is written there as XML."
        )
    return Document.from_bytes(found.data, str(path)), path, f"{path.name} holds the document in {found.container}."


def _is_html(document: Document) -> bool:
    """Whether a document says that it is HTML and does not claim to be its XML form."""
    head = document.text[:1000].lstrip().lower()
    return (
        head.startswith(("<!doctype html", "<html"))
        and "http://www.w3.org/1999/xhtml" not in head
        and "//dtd xhtml" not in head
    )


async def _validate(what: Document | Path, plan: Plan, services: Services) -> Report:
    """The verdict on a document, or on a file that is too large to be held."""
    if isinstance(what, Path):
        from .diagnosis.large_files import validate_file  # noqa: PLC0415 - lxml is loaded where it is used

        seconds = services.seconds + size(what) / _SLOWEST
        return await offload(validate_file, what, plan, seconds=seconds, heavy=True)
    from .diagnosis.validate import validate  # noqa: PLC0415 - lxml is loaded where it is used

    return await offload(validate, what, plan, seconds=services.seconds)


async def _signed(document: Document, services: Services) -> tuple[SignatureState, ...]:
    """What the signatures in a document say; () for one without."""
    if DSIG not in document.text:
        return ()
    from .signatures.evidence import states  # noqa: PLC0415 - lxml is loaded where it is used

    try:
        return await offload(states, document, seconds=services.seconds)
    except LimitError as error:
        return (SignatureState("", "what could not be made out in time", DigestState.UNCHECKABLE, str(error)),)


def _finish(repaired: Outcome, services: Services) -> Outcome:
    """Keep and write what a run ended with."""
    services.runs.save(repaired)  # before it is written, which may fail
    outcome = deliver(repaired, services.workspace, services.state_dir)
    if outcome is not repaired:
        services.runs.save(outcome)
    _ = outcome.diff, outcome.claims, outcome.checked.vocabulary  # computed once, and while nobody waits for it
    return outcome


async def _foresee(checked: Checked, services: Services) -> tuple[Diagnostic, ...]:
    """What the schema will say once the faults in front are repaired; nothing where that cannot be told."""
    if checked.report.valid or not checked.plan.layers:
        return ()
    from .repair.hidden_faults import hidden  # noqa: PLC0415 - lxml is loaded where it is used

    try:
        return await offload(hidden, checked.document, checked.report, checked.plan, seconds=services.seconds)
    except LimitError:
        return ()  # the report stands without it


async def _documented(result: LoopResult, plan: Plan, services: Services) -> LoopResult:
    """The result with questions that quote what the schema's documentation says of the value asked for."""
    if not result.questions or not plan.grammar:
        return result
    from .schemas.documentation import meanings  # noqa: PLC0415 - lxml is loaded where it is used

    paths = [question.path for question in result.questions]
    try:
        said = await offload(meanings, plan.grammar, paths, plan.roots, seconds=services.seconds)
    except (SchemaError, LimitError):
        return result  # the questions stand without it
    questions = [
        replace(each, why=f"{each.why} The schema says of it: “{said[each.path]}”") if each.path in said else each
        for each in result.questions
    ]
    return replace(result, questions=tuple(questions))


def _explained(outcome: Outcome, knowledge: Store) -> Outcome:
    """The outcome with an article for each edit, where there is one about it or its fault; these come first."""
    checked, result = outcome.checked, outcome.result
    about = nature(checked.document.text, checked.plan.names)
    kinds = dict.fromkeys((edit.source, edit.code) for edit in result.edits)
    found = {kind: knowledge.find(codes=kind, about=about, limit=1) for kind in kinds}
    edits = tuple(
        replace(edit, article=found[edit.source, edit.code][0].id) if found[edit.source, edit.code] else edit
        for edit in result.edits
    )
    articles = {each.id: each for each in (*chain(*found.values()), *checked.articles)}
    return replace(
        outcome,
        checked=replace(checked, articles=tuple(articles.values())[:_ARTICLES]),
        result=replace(result, edits=edits),
    )
