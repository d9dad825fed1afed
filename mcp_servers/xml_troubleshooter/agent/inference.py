"""One question to a model, whichever service runs it: attempts, waits, deadline, the action in the answer, figures.

The exceptions and results of `infer`, as existing users of the integration expect them:
- AuthenticationError and RateLimitError are raised: only a person, or time, can help.
- Every other failure of the service comes back as `success=False` with `error` (an OpenArenaClientError) and its
  text in `error_message`. An answer without a valid action comes back as `success=False` with a text for the model.
- Cancellation passes through, and gives the HTTP stream up at once.
"""

from __future__ import annotations

import logging
import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self

import anyio
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, stop_before_delay

from ..usage import Call, Tally, UsageStore
from .failures import AuthenticationError, DeadlineError, NetworkError, OpenArenaClientError, RateLimitError
from .schemas import ActionError, AgentAction, LLMInferenceRequest, LLMInferenceResponse, estimated_tokens

_log = logging.getLogger(__name__)

_WAITS = (4.0, 8.0, 10.0)
RETRY_AFTER_CAP = 30.0

WaitPolicy = Callable[[int, float | None], float]


def retry_seconds(failed: int, retry_after: float | None) -> float:
    """Seconds to wait after the given number of failed attempts: 4, 8, 10, with up to a quarter more at random.

    A wait that the service asks for takes precedence, up to a cap. The jitter only ever adds, so that callers who were
    refused together do not come back together, nor too early.
    """
    if retry_after is not None:
        return min(retry_after, RETRY_AFTER_CAP) + random.uniform(0, 0.5)  # noqa: S311 - jitter is no secret
    base = _WAITS[min(failed, len(_WAITS)) - 1]
    return base + random.uniform(0, base / 4)  # noqa: S311 - jitter is no secret


@dataclass(frozen=True, slots=True)
class Answer:
    """The content of a good response. `model` is the one that answered, if reported; None figures were not reported."""

    text: str
    model: str | None
    tokens: int | None
    cost: float | None
    request_id: str | None


@dataclass(frozen=True, slots=True)
class RequestSize:
    """The size of a request before it is sent; `tokens` is an estimate."""

    characters: int
    tokens: int


@dataclass(slots=True)
class Conversation:
    """The state of one `infer` call. A correction (a renewed token, dropped parameters) is made once a call.

    `sent_twice` counts the requests that went out again although the service may have processed them before.
    """

    model: str
    started: float
    deadline: float
    attempts: int = 0
    sent_twice: int = 0
    token_renewed: bool = False
    params_dropped: bool = False
    last: OpenArenaClientError | None = None


class ModelClient(Protocol):
    """The interface of a model's client that the loop uses."""

    async def infer(self, request: LLMInferenceRequest, *, deadline: float | None = None) -> LLMInferenceResponse:
        """Ask one question; `deadline` is a point on anyio's clock."""

    async def health_check(self) -> bool:
        """True when the service answers and takes the credentials."""

    async def close(self) -> None:
        """Give the connections back."""

    def measure(self, request: LLMInferenceRequest) -> RequestSize:
        """The size of the request as it would be sent."""


class InferenceClient(ABC):
    """The base of the clients of all services. `usage`, if given, keeps the figures beyond this client's life."""

    def __init__(
        self, *, model: str, seconds: float, max_retries: int, usage: UsageStore | None, wait: WaitPolicy
    ) -> None:
        self.default_model = model
        self.timeout = seconds
        self.max_retries = max(0, max_retries)
        self.wait = wait
        self._usage = usage
        self._tally = Tally()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @abstractmethod
    async def close(self) -> None:
        """Give the connections back."""

    @abstractmethod
    async def _attempt(self, request: LLMInferenceRequest, talk: Conversation) -> Answer:
        """Ask once, counting each request sent in `talk.attempts`. Raises OpenArenaClientError."""

    @abstractmethod
    def _query(self, request: LLMInferenceRequest) -> str:
        """The text that the model is sent."""

    def measure(self, request: LLMInferenceRequest) -> RequestSize:
        """The size of the query as it would be sent, so that a caller can shrink it first."""
        query = self._query(request)
        return RequestSize(len(query), estimated_tokens(query))

    async def infer(self, request: LLMInferenceRequest, *, deadline: float | None = None) -> LLMInferenceResponse:
        """Ask one question. `deadline` is a point on anyio's clock (`anyio.current_time() + seconds`) for all attempts.

        Raises AuthenticationError and RateLimitError; see the top of this module for the rest.
        """
        model = str(request.model_params.get("model") or self.default_model)
        talk = Conversation(model, anyio.current_time(), float("inf") if deadline is None else deadline)
        answer, failure, action, fault = None, None, None, None
        outcome = "other"
        try:
            answer = await self._ask(request, talk)
            action = AgentAction.parse_from_text(answer.text)
            outcome = "ok"
        except ActionError as error:
            outcome, fault = "no_action", str(error)
        except OpenArenaClientError as error:
            outcome, failure = error.kind, error
            failure.attempt, failure.elapsed = talk.attempts, anyio.current_time() - talk.started
        except anyio.get_cancelled_exc_class():
            outcome = "cancelled"
            raise
        finally:
            call = self._call(request, answer, talk, outcome)
            self._tally.record_call(call)
            if self._usage is not None:
                self._usage.record_call(call)
        if isinstance(failure, (AuthenticationError, RateLimitError)):
            raise failure
        return LLMInferenceResponse(
            success=action is not None,
            response=action,
            raw_content=answer.text if answer else "",
            tokens_used=call.tokens_reported + call.tokens_estimated,
            tokens_estimated=call.tokens_estimated > 0,
            inference_time=call.seconds,
            model_used=(answer.model if answer else None) or talk.model,
            error_message=str(failure) if failure else fault,
            attempts=talk.attempts,
            cost=answer.cost if answer else None,
            request_id=answer.request_id if answer else failure.request_id if failure else None,
            error=failure,
        )

    def _call(self, request: LLMInferenceRequest, answer: Answer | None, talk: Conversation, outcome: str) -> Call:
        """The figures of a finished question. An attempt that brought no answer is taken to have cost no tokens."""
        reported = answer.tokens if answer else None
        estimated = 0
        if answer and reported is None:
            estimated = self.measure(request).tokens + estimated_tokens(answer.text)
        return Call(
            model=talk.model,
            outcome=outcome,
            attempts=talk.attempts,
            sent_twice=talk.sent_twice,
            seconds=anyio.current_time() - talk.started,
            tokens_reported=reported or 0,
            tokens_estimated=estimated,
            cost=(answer.cost or 0.0) if answer else 0.0,
        )

    async def _ask(self, request: LLMInferenceRequest, talk: Conversation) -> Answer:
        """The attempts of one call, inside its deadline."""
        with anyio.CancelScope(deadline=talk.deadline):
            # A caller that works under a time limit of its own has a deadline too. When the next wait would outlast it,
            # the failure now is worth more than a time-out later.
            left = anyio.current_effective_deadline() - anyio.current_time()
            retrying = AsyncRetrying(
                retry=retry_if_exception(lambda error: isinstance(error, OpenArenaClientError) and error.retryable),
                stop=stop_after_attempt(self.max_retries + 1) | stop_before_delay(left),
                wait=self._wait_before_next,
                before_sleep=lambda state: self._before_retry(state, talk),
                sleep=anyio.sleep,
                reraise=True,
            )
            async for attempt in retrying:
                with attempt:
                    return await self._attempt(request, talk)
        raise self._out_of_time(talk)

    def _out_of_time(self, talk: Conversation) -> DeadlineError:
        reason = f" The last attempt failed: {talk.last}" if talk.last else ""
        seconds = anyio.current_time() - talk.started
        return DeadlineError(
            f"No answer came before the deadline, {seconds:.0f} s after the question.{reason}",
            hint="" if talk.last else "Allow more time (AGENT_TIMEOUT, AGENT_DEADLINE), or ask again.",
        )

    def _wait_before_next(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, OpenArenaClientError) else None
        return self.wait(state.attempt_number, asked)

    def _before_retry(self, state: RetryCallState, talk: Conversation) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, OpenArenaClientError):
            talk.last = error
            talk.sent_twice += isinstance(error, NetworkError) and error.sent
            seconds = state.next_action.sleep if state.next_action else 0.0
            what = f"{error.kind}, status {error.status}" if error.status else error.kind
            _log.warning("Attempt %d to ask the model failed (%s); the next in %.1f s", talk.attempts, what, seconds)

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
