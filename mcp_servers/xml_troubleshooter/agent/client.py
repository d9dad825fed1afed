"""The Open Arena client: one question in, one action or one clear failure out.

What `infer` raises and what it returns, as existing users of the integration expect it:
- AuthenticationError and RateLimitError are raised: nothing but a person, or time, can help.
- Every other failure of the service comes back as `success=False` with `error` (an OpenArenaClientError) and its
  text in `error_message`. An answer without a valid action comes back as `success=False` with a text for the model.
- Cancellation passes through, and gives the HTTP stream up at once.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, NoReturn, Self

import anyio
import anyio.to_thread
import httpx
from pydantic import SecretStr
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.stop import stop_base

from ..config import Settings, clean_token, current_tokens, get_settings
from ..usage import Call, Tally, UsageStore
from . import credentials, wire
from .failures import (
    AnswerError,
    AttemptTimeoutError,
    AuthenticationError,
    CertificateError,
    DeadlineError,
    NetworkError,
    OpenArenaClientError,
    PromptTooLargeError,
    RateLimitError,
    RequestError,
    ServiceError,
    WorkflowError,
)
from .pool import BodyTooLargeError, Pool, Reply, acquire_pool, release_pool
from .reach import NETWORK_FAILURES, network_failure
from .schemas import ActionError, ActionType, AgentAction, LLMInferenceRequest, LLMInferenceResponse

__all__ = [
    "ActionType",
    "AgentAction",
    "AnswerError",
    "AttemptTimeoutError",
    "AuthenticationError",
    "CertificateError",
    "DeadlineError",
    "LLMInferenceRequest",
    "LLMInferenceResponse",
    "NetworkError",
    "OpenArenaClient",
    "OpenArenaClientError",
    "PromptTooLargeError",
    "RateLimitError",
    "RequestError",
    "RequestSize",
    "ServiceError",
    "WorkflowError",
    "retry_seconds",
]

_log = logging.getLogger(__name__)

_WAITS = (4.0, 8.0, 10.0)
RETRY_AFTER_CAP = 30.0
MAX_ANSWER_BYTES = 16_000_000
HEALTH_SECONDS = 10.0
WORKFLOWS_PATH = "/v2/workflow?show_all=true"

WaitPolicy = Callable[[int, float | None], float]


def retry_seconds(failed: int, retry_after: float | None) -> float:
    """Seconds to wait after the given number of failed attempts: 4, 8, 10, with up to a quarter more at random.

    What the service asks for goes before, up to a cap. The jitter only ever adds, so that callers who were refused
    together do not come back together, nor too early.
    """
    if retry_after is not None:
        return min(retry_after, RETRY_AFTER_CAP) + random.uniform(0, 0.5)  # noqa: S311 - jitter is no secret
    base = _WAITS[min(failed, len(_WAITS)) - 1]
    return base + random.uniform(0, base / 4)  # noqa: S311 - jitter is no secret


@dataclass(frozen=True, slots=True)
class RequestSize:
    """How large a request is before it is sent; `tokens` is an estimate."""

    characters: int
    tokens: int


@dataclass(slots=True)
class _Conversation:
    """What one `infer` call has done so far."""

    model: str
    started: float
    deadline: float
    attempts: int = 0
    retries: int = 0
    token_renewed: bool = False
    params_dropped: bool = False
    last: OpenArenaClientError | None = None


@dataclass(slots=True)
class _Memory:
    """What earlier calls of this client found out: the host that answers, and whether the workflow takes parameters."""

    host: int = 0
    without_params: set[str] = field(default_factory=set)


class OpenArenaClient:
    """Asks a workflow of Open Arena. What is not given comes from the settings.

    `timeout` is in seconds and bounds one attempt as a whole; `max_retries` is the number of attempts after the first.
    All clients of a process share their connections; a client that is kept open keeps them warm. `usage`, where given,
    keeps the figures beyond this client's life. `wait` decides how long to wait between attempts.
    """

    def __init__(  # noqa: PLR0917 - the order that existing callers rely on
        self,
        api_token: str | SecretStr | None = None,
        api_base: str | None = None,
        workflow_id: str | None = None,
        default_model: str | None = None,
        timeout: float = 60,
        max_retries: int = 3,
        *,
        settings: Settings | None = None,
        usage: UsageStore | None = None,
        wait: WaitPolicy = retry_seconds,
    ) -> None:
        settings = settings or get_settings()
        if isinstance(api_token, SecretStr):
            api_token = api_token.get_secret_value()
        self._own_token = api_token is not None
        self._token = SecretStr(clean_token(api_token)) if api_token else settings.open_arena_token
        self._hosts = (api_base.rstrip("/"),) if api_base else settings.open_arena_urls
        self._workflow = workflow_id or settings.open_arena_workflow_id
        self._api_version = settings.open_arena_api_version
        self._settings = settings
        self._usage = usage
        self._tally = Tally()
        self._memory = _Memory()
        self._pool: Pool | None = None
        self._warned = False
        self.default_model = default_model or settings.open_arena_model
        self.timeout = timeout
        self.max_retries = max(0, max_retries)
        self.wait = wait

    async def __aenter__(self) -> Self:
        self._connections()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back; the last client of the process closes them. A closed client opens them again."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await release_pool(pool)

    def _connections(self) -> Pool:
        if self._pool is None:
            self._pool = acquire_pool(self._settings)
        return self._pool

    def measure(self, request: LLMInferenceRequest) -> RequestSize:
        """The size of what would be sent as the query, so that a caller can shrink it first."""
        query = str(self._payload(request, self._model(request), with_params=True)["query"])
        return RequestSize(len(query), wire.estimate_tokens(query))

    async def infer(self, request: LLMInferenceRequest, *, deadline: float | None = None) -> LLMInferenceResponse:
        """Ask one question. `deadline` is a point on anyio's clock (`anyio.current_time() + seconds`) for all attempts.

        Raises AuthenticationError and RateLimitError; see the top of this module for the rest.
        """
        talk = _Conversation(self._model(request), anyio.current_time(), float("inf") if deadline is None else deadline)
        outcome, answer, failure, action = "cancelled", None, None, None
        fault: str | None = None
        try:
            try:
                answer = await self._ask(request, talk)
            except OpenArenaClientError as error:
                failure = error
                failure.attempt, failure.elapsed = talk.attempts, anyio.current_time() - talk.started
                outcome = failure.kind
            else:
                try:
                    action = AgentAction.parse_from_text(answer.text)
                    outcome = "ok"
                except ActionError as error:
                    fault, outcome = str(error), "no_action"
        finally:
            tokens, estimated = self._tokens(request, answer, talk)
            call = Call(
                model=talk.model,
                outcome=outcome,
                attempts=talk.attempts,
                retries=talk.retries,
                seconds=anyio.current_time() - talk.started,
                tokens_reported=0 if estimated else tokens,
                tokens_estimated=tokens if estimated else 0,
                cost=(answer.cost or 0.0) if answer else 0.0,
            )
            await self._record(call)
        if isinstance(failure, (AuthenticationError, RateLimitError)):
            raise failure
        return LLMInferenceResponse(
            success=action is not None,
            response=action,
            raw_content=answer.text if answer else "",
            tokens_used=tokens,
            tokens_estimated=estimated,
            inference_time=call.seconds,
            model_used=(answer.model if answer else None) or talk.model,
            error_message=str(failure) if failure else fault,
            attempts=talk.attempts,
            cost=answer.cost if answer else None,
            request_id=answer.request_id if answer else failure.request_id if failure else None,
            error=failure,
        )

    def _model(self, request: LLMInferenceRequest) -> str:
        return str(request.model_params.get("model") or self.default_model)

    def _tokens(
        self, request: LLMInferenceRequest, answer: wire.Answer | None, talk: _Conversation
    ) -> tuple[int, bool]:
        """The tokens of a call and whether they are our estimate. What brought no answer is taken to cost none."""
        if answer is None:
            return 0, False
        if answer.tokens is not None:
            return answer.tokens, False
        query = self._payload(request, talk.model, with_params=True)["query"]
        return wire.estimate_tokens(query) + wire.estimate_tokens(answer.text), True

    async def _record(self, call: Call) -> None:
        self._tally.record_call(call)
        if self._usage is not None:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._usage.record_call, call)

    async def _ask(self, request: LLMInferenceRequest, talk: _Conversation) -> wire.Answer:
        """The attempts of one call, inside its deadline."""
        self._require_credentials()
        with anyio.CancelScope(deadline=talk.deadline) as scope:
            retrying = AsyncRetrying(
                retry=retry_if_exception(lambda error: isinstance(error, OpenArenaClientError) and error.retryable),
                stop=stop_after_attempt(self.max_retries + 1) | _StopBefore(talk.deadline),
                wait=self._wait_before_next,
                before_sleep=lambda state: self._before_retry(state, talk),
                sleep=anyio.sleep,
                reraise=True,
            )
            async for attempt in retrying:
                with attempt:
                    return await self._attempt(request, talk)
        if scope.cancelled_caught:
            self._give_up(talk)
        raise AssertionError("the retry loop ends by returning or raising")

    def _give_up(self, talk: _Conversation) -> NoReturn:
        reason = f" The last attempt failed: {talk.last}" if talk.last else ""
        seconds = anyio.current_time() - talk.started
        raise DeadlineError(
            f"No answer came before the deadline, {seconds:.0f} s after the question.{reason}",
            hint="" if talk.last else "Allow more time (AGENT_TIMEOUT, AGENT_DEADLINE), or ask again.",
        )

    def _require_credentials(self) -> None:
        if self._token is None or not self._token.get_secret_value():
            raise AuthenticationError("No Open Arena token is set.", hint=credentials.RENEW)
        if not self._workflow:
            raise WorkflowError(
                "No Open Arena workflow is set.", hint="Put the workflow's id into OPEN_ARENA_WORKFLOW_ID."
            )

    def _wait_before_next(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, OpenArenaClientError) else None
        return self.wait(state.attempt_number, asked)

    def _before_retry(self, state: RetryCallState, talk: _Conversation) -> None:
        error = state.outcome.exception() if state.outcome else None
        seconds = state.next_action.sleep if state.next_action else 0.0
        talk.retries += 1
        if isinstance(error, OpenArenaClientError):
            talk.last = error
            _log.warning(
                "Open Arena attempt %d failed (%s, status %s); the next one in %.1f s",
                talk.attempts, error.kind, error.status, seconds,
            )  # fmt: skip

    async def _attempt(self, request: LLMInferenceRequest, talk: _Conversation) -> wire.Answer:
        """One attempt; asked again at once where an outdated token or parameters that do not fit are put right."""
        pool = self._connections()
        async with pool.turn():
            while True:
                with_params = not talk.params_dropped and (self._workflow or "") not in self._memory.without_params
                body = self._payload(request, talk.model, with_params=with_params)
                talk.attempts += 1
                reply = await self._send("POST", f"/{self._api_version}/inference", body=body)
                if reply.status == httpx.codes.OK:
                    if talk.params_dropped:
                        self._memory.without_params.add(self._workflow or "")
                    return wire.read_answer(reply, model=talk.model)
                error = wire.read_failure(reply, expiry=self._expiry())
                if isinstance(error, RateLimitError):
                    # The service counts the callers of one token together: one refusal slows all of us.
                    pool.pause(self.wait(talk.attempts, error.retry_after))
                if not self._put_right(error, reply, body, talk):
                    raise error
                talk.retries += 1

    def _put_right(self, error: OpenArenaClientError, reply: Reply, body: dict[str, Any], talk: _Conversation) -> bool:
        if error.status == httpx.codes.UNAUTHORIZED and not talk.token_renewed:
            talk.token_renewed = True
            return self._renew_token()
        if "modelparams" in body and wire.is_misfit(error, reply):
            talk.params_dropped = True
            _log.warning(
                "The workflow has no place for the parameters of %s; asking with the workflow's own. "
                "Set OPEN_ARENA_MODEL to a component id of the workflow to pass them.",
                talk.model,
            )
            return True
        return False

    def _renew_token(self) -> bool:
        """Take up a token that was set since; True when there is one. A token given to the constructor stays."""
        if self._own_token:
            return False
        fresh = [token for token in current_tokens() if token != self._token]
        if fresh:
            self._token = max(fresh, key=lambda token: credentials.remaining(token) or 0.0)
            _log.info("Open Arena refused the token; trying the one that is set now")
        return bool(fresh)

    def _expiry(self) -> str:
        return credentials.describe_expiry(self._token) if self._token else "none is set"

    def _payload(self, request: LLMInferenceRequest, model: str, *, with_params: bool) -> dict[str, Any]:
        return wire.payload(
            request,
            workflow=self._workflow or "",
            model=model,
            api_version=self._api_version,
            with_params=with_params,
        )

    async def _send(self, method: str, path: str, *, body: dict[str, Any] | None = None) -> Reply:
        """One HTTP exchange with the host that answered last, or the other one when no connection comes about."""
        self._warn_of_expiry()
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        first = self._memory.host
        order = [*range(first, len(self._hosts)), *range(first)]
        failures: list[OpenArenaClientError] = []
        with anyio.move_on_after(self.timeout):
            for index in order:
                outcome = await self._exchange(method, self._hosts[index] + path, content)
                if isinstance(outcome, Reply):
                    self._memory.host = index
                    return outcome
                failures.append(outcome)
                if not isinstance(outcome, NetworkError) or not outcome.unreached:
                    break
        if failures:
            raise failures[0] if len(failures) == len(order) else failures[-1]
        raise AttemptTimeoutError(
            f"No whole answer came within {self.timeout:g} s.",
            hint="Ask with a smaller excerpt, or allow more time (AGENT_TIMEOUT).",
        )

    async def _exchange(self, method: str, url: str, content: bytes | None) -> Reply | OpenArenaClientError:
        """A failure is returned, not raised from its cause: the frames of the HTTP library hold the token."""
        if self._token is None:
            return AuthenticationError("No Open Arena token is set.", hint=credentials.RENEW)
        auth = credentials.BearerAuth(self._token)
        try:
            return await self._connections().send(method, url, content=content, auth=auth, max_bytes=MAX_ANSWER_BYTES)
        except BodyTooLargeError:
            return AnswerError(f"The answer is larger than {MAX_ANSWER_BYTES // 1_000_000} MB.", retryable=False)
        except NETWORK_FAILURES as error:
            return network_failure(error, url)

    def _warn_of_expiry(self) -> None:
        if self._token is not None and not self._warned and credentials.runs_out_soon(self._token):
            self._warned = True
            _log.warning("The Open Arena token: %s. %s", credentials.describe_expiry(self._token), credentials.RENEW)

    async def health_check(self) -> bool:
        """True when the service answers and takes the token; never raises, and takes at most ten seconds."""
        reply = None
        try:
            with anyio.move_on_after(HEALTH_SECONDS):
                reply = await self._send("GET", WORKFLOWS_PATH)
                if reply.status == httpx.codes.UNAUTHORIZED and self._renew_token():
                    reply = await self._send("GET", WORKFLOWS_PATH)
        except OpenArenaClientError as error:
            _log.warning("Open Arena health check: %s", error)
            return False
        if reply is None:
            _log.warning("Open Arena health check: no answer within %.0f s", HEALTH_SECONDS)
            return False
        if reply.status != httpx.codes.OK:
            _log.warning("Open Arena health check: %s", wire.read_failure(reply, expiry=self._expiry()))
        return reply.status == httpx.codes.OK

    def get_usage_stats(self) -> dict[str, Any]:
        """The figures of this client: see `usage.Tally.summary`, and the names that existing callers read."""
        figures = self._tally.summary()
        requests, errors = figures["requests"], figures["errors"]
        return {
            **figures,
            "request_count": requests,
            "error_count": errors,
            "error_rate": errors / requests if requests else 0.0,
        }


class _StopBefore(stop_base):
    """Stop when the next wait would outlast the deadline: the failure now is worth more than a time-out later."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def __call__(self, state: RetryCallState) -> bool:
        return anyio.current_time() + state.upcoming_sleep >= self._deadline
