"""The use case: a document goes in, a diagnosis or a repaired document comes out; the validator has the last word."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from ..document.document import Document
from ..errors import InputError, LimitError, SchemaError
from ..knowledge.article_store import Article, Store, nature
from ..loop.decisions import by_id, declined_edits, edit_ids, meant
from ..loop.loop_manager import Limits, LoopManager, LoopResult
from ..loop.proposal import EDIT, Engine, Task
from ..repair.lookahead import LookaheadJudge
from ..request import EngineChoice, Request
from ..schemas.plan import Plan
from ..usage import UsageStore
from ..workers.dispatch import in_thread, offload
from .checking import ARTICLES, Judges, Progress, check, reconsidered, signed
from .delivery import check_target, deliver
from .outcome import Outcome, Told
from .runs import RunStore

_log = logging.getLogger(__name__)
_SOON = 1.0  # seconds: a run that is over by then is kept once, at its end
_TOLD = 20  # reasons and faults of a kind that say what an article has to be about


@dataclass(frozen=True, slots=True, kw_only=True)
class Services(Judges):
    """The services that the use case works with."""

    engines: Callable[[EngineChoice], Sequence[Engine]]
    runs: RunStore
    usage: UsageStore
    limits: Limits


async def troubleshoot(request: Request, services: Services, progress: Progress, run_id: str = "") -> Outcome:
    """Find the faults of a document and repair it, as far as the engines and the validator go.

    Raises TroubleshooterError where the request cannot be carried out. However early the run ends, its best state is
    kept in `services.runs` under `run_id` (a new one where none is given).
    """
    request = replace(request, accept=edit_ids(request.accept), reject=edit_ids(request.reject))
    engines = services.engines(request.engine)
    if both := sorted({*request.accept} & {*request.reject}):
        raise InputError(f"accept and reject both name {', '.join(both)}; nothing was done. Name each in one of them.")
    run_id = run_id or new_run_id()
    earlier = await in_thread(services.runs.load, request.run_id) if request.run_id else None
    judge = LookaheadJudge(engines, services.seconds)
    so_far = await _begin(request, earlier, services, progress, run_id, judge)
    repaired = await _repair(so_far, engines, judge, services, progress)
    unfit: Mapping[str, str] = {}
    if earlier is not None and (unfit := _unfit(earlier, repaired)):
        fitting = by_id(request.answers, earlier.result.asked)
        fitting = {key: value for key, value in fitting.items() if key not in unfit}
        so_far = await _begin(replace(request, answers=fitting), earlier, services, progress, run_id, judge)
        repaired = await _repair(so_far, engines, judge, services, progress)
    worked = repaired is not so_far
    repaired = replace(repaired, notes=tuple(unfit.values())) if unfit else repaired
    return await in_thread(_finish, repaired, services, worked)


def new_run_id() -> str:
    """An id that cannot be guessed."""
    return secrets.token_hex(8)


async def _begin(
    request: Request,
    earlier: Outcome | None,
    services: Services,
    progress: Progress,
    run_id: str,
    judge: LookaheadJudge,
) -> Outcome:
    """The state that the loop starts from: a document just checked, or the state that an earlier run reached."""
    await in_thread(check_target, request, services.workspace, earlier)
    if earlier is not None:
        continued = await in_thread(_continued, earlier, request)
        if continued.request.problem == earlier.request.problem:
            return continued
        return await _reconsidered(continued, services)
    checked = await check(request, services, progress, judge)
    result = LoopResult(document=checked.document, report=checked.report)
    return Outcome(run_id, request, checked, result, signatures=checked.signatures)


def _continued(earlier: Outcome, request: Request) -> Outcome:
    """An earlier run with more answers and, where the new request says so, other limits and permissions."""
    result = earlier.result
    answerable = {*(each.id for each in result.questions), *earlier.request.answers, *result.answers}
    unknown = [
        key for key in request.answers if answerable.isdisjoint(each.id for each in meant(key, result.asked))
    ]  # a question that another answer did away with is none any more
    if unknown:
        asked = ", ".join(question.id for question in result.questions) or "none"
        raise InputError(f"Run {earlier.run_id} has no question {', '.join(unknown)}; its open questions: {asked}.")
    every = [option for question in result.questions for option in question.options]
    options = {name.removeprefix(EDIT) for option in every for name in (option.id, option.value)}
    shown = {edit.id for edit in result.edits} | set(earlier.request.reject) | options
    if strange := sorted({*request.accept, *request.reject} - shown):
        raise InputError(f"Run {earlier.run_id} has no edit {', '.join(strange)}; its edits carry their ids.")
    answers = by_id(request.answers, result.asked)
    accept = {*earlier.request.accept, *request.accept} - set(request.reject)
    before = {**earlier.request.answers, **result.answers}
    reject = {*earlier.request.reject, *request.reject} - declined_edits(before, result.asked) - set(request.accept)
    reject |= declined_edits({**before, **answers}, result.asked)
    merged = replace(
        earlier.request,
        problem=request.problem or earlier.request.problem,
        engine=request.engine,
        max_iterations=request.max_iterations,
        output_path=request.output_path or earlier.request.output_path,
        overwrite=request.overwrite or (earlier.request.overwrite and not request.output_path),
        write_when=request.write_when,
        allow_unsafe=request.allow_unsafe or earlier.request.allow_unsafe,
        answers={**before, **answers},
        accept=tuple(sorted(accept)),
        reject=tuple(sorted(reject)),
    )
    chosen = {key: value for key, value in earlier.request.answers.items() if value.startswith(EDIT)}
    unchosen = any(answers.get(key, value) != value for key, value in chosen.items())
    if unchosen or _taken_back(result, merged):  # the document as it came, and all that was decided since
        result = LoopResult(document=earlier.checked.document, report=earlier.checked.report, asked=result.asked)
    known = {edit.id: edit for edit in (*earlier.result.rejected, *earlier.result.edits)}
    result = replace(result, rejected=tuple(edit for name, edit in known.items() if name in reject))
    made = tuple(edit.id for edit in earlier.result.edits if edit.applied)
    told = Told(earlier.result.document, made, tuple(article.id for article in earlier.checked.articles))
    return replace(earlier, request=merged, result=result, running=False, told=told, notes=())


async def _reconsidered(outcome: Outcome, services: Services) -> Outcome:
    """A run whose document is judged again, as it came and as it is, because another system's message is new."""
    checked, result = outcome.checked, outcome.result
    came = await reconsidered(checked, outcome.request.problem, services)
    now = came
    if result.document.text != checked.document.text:
        state = replace(checked, document=result.document)
        now = await reconsidered(state, outcome.request.problem, services)
    return replace(outcome, checked=came, result=replace(result, report=now.report))


def _unfit(earlier: Outcome, now: Outcome) -> dict[str, str]:
    """A sentence for each new answer that was refused where an earlier one had been taken, by question.

    The earlier answer holds, and all that it led to: a slip must not undo a good result.
    """
    before = {**earlier.request.answers, **earlier.result.answers}
    for question in earlier.result.questions:
        before.pop(question.id, None)
    given = now.request.answers
    return {
        asked.id: f"{asked.refused or f'The answer to {asked.id} was not taken.'} The earlier answer "
        f"\u201c{before[asked.id]}\u201d stands, and nothing was changed for this one."
        for asked in now.result.questions
        if asked.id in before and given.get(asked.id) != before[asked.id]
    }


def _taken_back(result: LoopResult, request: Request) -> bool:
    """Whether a request wants something undone: an edit that was made, or an answer that another one replaces."""
    used = result.answers.keys() - {question.id for question in result.questions}
    replaced = any(result.answers[name] != request.answers.get(name) for name in used)
    made = {edit.id for edit in result.edits if edit.applied}
    return replaced or not made.isdisjoint(request.reject)


async def _repair(
    so_far: Outcome, engines: Sequence[Engine], judge: LookaheadJudge, services: Services, progress: Progress
) -> Outcome:
    """Run the loop from the state that was reached; however early it ends, that state stays in the run store."""
    if so_far.result.report.valid and not so_far.request.accept:
        return so_far
    request, checked, before = so_far.request, so_far.checked, so_far.result
    limits = services.limits
    if request.max_iterations:
        limits = replace(limits, iterations=request.max_iterations)
    started = time.monotonic()
    kept: Document | None = before.document
    saved: Document | None = None

    def unfinished(state: LoopResult) -> LoopResult:
        return replace(state, stopped="The run was broken off before its end: start it again.")

    def keep(save: Callable[[Outcome], None]) -> None:
        save(replace(so_far, result=unfinished(loop.best), running=True))

    async def keep_and_tell(message: str) -> None:
        nonlocal kept, saved
        lasts = time.monotonic() - started > _SOON  # a run that is over before costs the disk nothing
        if loop.document is not (saved if lasts else kept):  # signs of life come often, new states do not
            kept, saved = loop.document, loop.document if lasts else saved
            await in_thread(keep, services.runs.save if lasts else services.runs.remember)
        await progress(message)

    services.runs.remember(replace(so_far, result=unfinished(before), running=True))

    loop = LoopManager(engines, judge, limits, keep_and_tell)
    try:
        task = Task(
            document=checked.document,
            report=checked.report,
            plan=checked.plan,
            problem=request.problem,
            allow_unsafe=request.allow_unsafe,
            answers=request.answers,
            accept=frozenset(request.accept),
            reject=frozenset(request.reject),
        )
        result = await loop.run(task, before)
    except Exception as error:  # noqa: BLE001 - a fault of our own costs nothing that was reached before it
        _log.error("the loop broke off: %s", type(error).__name__)
        broken = f"The repair broke off by a fault of the program ({type(error).__name__}); what was repaired stands."
        result = replace(loop.best, stopped=broken)
    except BaseException as ended:
        import anyio  # noqa: PLC0415 - a run that nobody cancels does without

        if isinstance(ended, anyio.get_cancelled_exc_class()):  # the state that was reached is kept for its caller
            with anyio.CancelScope(shield=True):
                await in_thread(services.runs.save, replace(so_far, result=unfinished(loop.best)))
        raise
    result = await _told_of_questions(result, checked.plan, services)
    changed = result.document is not checked.document
    signatures = await signed(result.document, services) if changed else checked.signatures
    return replace(so_far, result=result, signatures=signatures)


def _finish(repaired: Outcome, services: Services, worked: bool) -> Outcome:  # noqa: FBT001 - passed on by position
    """Explain the result of a run, where the loop `worked` on it, and write and keep it."""
    if worked:
        repaired = _explained(repaired, services.knowledge)
    try:
        outcome = deliver(repaired, services.workspace, services.state_dir)
    except Exception:
        services.runs.save(repaired)
        raise
    services.runs.save(outcome)
    services.usage.record_run(outcome.status.value)
    _ = (
        outcome.diff,
        outcome.news,
        outcome.claims,
        outcome.checked.vocabulary,
    )  # computed once, and while nobody waits for it
    return outcome


async def _told_of_questions(result: LoopResult, plan: Plan, services: Services) -> LoopResult:
    """The result with questions that quote the schema's documentation of the value, and show the place's snippet.

    Questions go without either if it cannot be found.
    """
    asked = result.questions
    if not asked:
        return result
    from ..document.snippets import snippets  # noqa: PLC0415 - few runs ask

    said, shown = dict[str, str](), [each.snippet for each in asked]
    if plan.grammar:
        from ..schemas.documentation import meanings  # noqa: PLC0415 - lxml is loaded where it is used

        paths = [each.path for each in asked]
        with suppress(SchemaError, LimitError):
            said = await offload(meanings, plan.grammar, paths, plan.roots, seconds=services.seconds)
    with suppress(LimitError):
        shown = await offload(snippets, result.document, [each.at for each in asked], seconds=services.seconds)
    questions = [
        replace(each, why=f"{each.why} The schema says of it: “{said[each.path]}”") if each.path in said else each
        for each in asked
    ]
    placed = zip(questions, shown, strict=True)
    return replace(result, questions=tuple(replace(question, snippet=snippet) for question, snippet in placed))


def _explained(outcome: Outcome, knowledge: Store) -> Outcome:
    """The outcome with an article for each edit, where there is one about it or its fault; these come first.

    An article about the repairs of a rule is left out where that rule made none.
    """
    checked, result = outcome.checked, outcome.result
    about = nature(checked.document.text, checked.plan.names)
    kinds = dict.fromkeys((edit.source, edit.code) for edit in result.edits)
    sources = {source for source, _ in kinds}
    found: dict[tuple[str, str], Article] = {}
    for kind in kinds:
        reasons = (edit.reason for edit in result.edits if (edit.source, edit.code) == kind)
        faults = (item.explanation for item in checked.report.diagnostics if item.code == kind[1])
        said = " ".join((*islice(reasons, _TOLD), *islice(faults, _TOLD)))
        articles = knowledge.concerning([(each, said) for each in kind], "", about, limit=len(knowledge.articles()))
        apt = (each for each in articles if _is_apt(each, {kind[0]}))
        if (article := next(apt, None)) is not None:
            found[kind] = article
    edits = tuple(
        replace(edit, article=found[edit.source, edit.code].id) if (edit.source, edit.code) in found else edit
        for edit in result.edits
    )
    told = {code for _, code in found}
    others = [each for each in checked.articles if _is_apt(each, sources) and told.isdisjoint(each.codes)]
    chosen = {each.id: each for each in (*found.values(), *others)}
    return replace(
        outcome,
        checked=replace(checked, articles=tuple(chosen.values())[:ARTICLES]),
        result=replace(result, edits=edits),
    )


def _is_apt(article: Article, sources: Collection[str]) -> bool:
    """Whether an article speaks of a fault as such, or of the repairs of one of these rules."""
    rules = [code for code in article.codes if code.startswith("rule:")]
    return not rules or not set(rules).isdisjoint(sources)
