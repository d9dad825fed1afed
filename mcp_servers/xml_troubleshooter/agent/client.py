"""The Open Arena client: one question in, one action or one clear failure out.

The exceptions and results of `infer` are described in `inference`. All that users of the client need is here to import.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any, Self

import anyio
import httpx
from pydantic import SecretStr

from ..config import Settings, clean_token, clean_url, current_tokens, get_settings
from ..errors import InputError
from ..usage import UsageStore
from . import credentials, wire
from .connection_checks import HealthRow, examine
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
from .inference import Answer, Conversation, InferenceClient, ModelClient, RequestSize, WaitPolicy, retry_seconds
from .network_errors import network_failure
from .pool import Pool, Reply, acquire_pool, release_pool
from .schemas import ActionType, AgentAction, LLMInferenceRequest, LLMInferenceResponse

__all__ = [
    "ActionType",
    "AgentAction",
    "AnswerError",
    "AttemptTimeoutError",
    "AuthenticationError",
    "CertificateError",
    "DeadlineError",
    "HealthRow",
    "LLMInferenceRequest",
    "LLMInferenceResponse",
    "ModelClient",
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

HEALTH_SECONDS = 9.0
WORKFLOWS_PATH = "/v2/workflow?show_all=true"


class OpenArenaClient(InferenceClient):
    """Asks a workflow of Open Arena. Arguments that are not given come from the settings.

    `timeout` is in seconds and bounds one attempt as a whole; `max_retries` is the number of attempts after the first.
    All clients of a process share their connections; a client that is kept open keeps them warm. `usage`, if given,
    keeps the figures beyond this client's life. `wait` sets the waits between attempts. Nothing is connected here, and
    only the address checked: a missing token shows at the first question. Raises InputError on a bad address.
    """

    def __init__(
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
        super().__init__(
            model=default_model or settings.open_arena_model,
            seconds=timeout,
            max_retries=max_retries,
            usage=usage,
            wait=wait,
        )
        if isinstance(api_token, SecretStr):
            api_token = api_token.get_secret_value()
        own = clean_token(api_token or "")
        self._own_token = bool(own)
        self._token = SecretStr(own) if own else settings.open_arena_token
        self._hosts = (_address(api_base),) if api_base else settings.open_arena_urls
        self._workflow = workflow_id or settings.open_arena_workflow_id
        self._api_version = settings.open_arena_api_version
        self._settings = settings
        self._pool: Pool | None = None
        self._preferred_host = 0
        self._takes_params = True
        self._warned = False

    async def __aenter__(self) -> Self:
        self._connections()
        return self

    async def close(self) -> None:
        """Give the connections back; the last client of the process closes them. A closed client opens them again."""
        pool, self._pool = self._pool, None
        if pool is not None and pool.belongs_here():
            await release_pool(pool)

    def _connections(self) -> Pool:
        if self._pool is None or not self._pool.belongs_here():
            self._pool = acquire_pool(self._settings)
        return self._pool

    def _query(self, request: LLMInferenceRequest) -> str:
        return str(self._payload(request, self.default_model)["query"])

    def _payload(self, request: LLMInferenceRequest, model: str, *, with_params: bool = True) -> dict[str, Any]:
        return wire.payload(
            request,
            workflow=self._workflow or "",
            model=model,
            api_version=self._api_version,
            with_params=with_params,
        )

    async def _attempt(self, request: LLMInferenceRequest, talk: Conversation) -> Answer:
        """One attempt; repeated at once after an outdated token is renewed or unsuitable parameters are dropped."""
        if self._token is None:
            raise AuthenticationError("No Open Arena token is set.", hint=credentials.RENEW)
        if not self._workflow:
            raise WorkflowError(
                "No Open Arena workflow is set.", hint="Put the workflow's id into OPEN_ARENA_WORKFLOW_ID."
            )
        pool = self._connections()
        async with pool.turn():
            while True:
                with_params = self._takes_params and not talk.params_dropped
                body = self._payload(request, talk.model, with_params=with_params)
                used = self._token
                talk.attempts += 1
                reply = await self._send("POST", f"/{self._api_version}/inference", body)
                if reply.status == httpx.codes.OK:
                    self._takes_params = self._takes_params and not talk.params_dropped
                    return wire.read_answer(reply, model=talk.model)
                error = wire.read_failure(reply, expiry=self._expiry(), wording=wire.OPEN_ARENA)
                if isinstance(error, RateLimitError):
                    # The service counts the callers of one token together: one refusal slows all of us.
                    pool.pause(self.wait(talk.attempts, error.retry_after))
                if not self._put_right(error, reply, body, talk, used):
                    raise error

    def _put_right(
        self, error: OpenArenaClientError, reply: Reply, body: dict[str, Any], talk: Conversation, used: SecretStr
    ) -> bool:
        if error.status == httpx.codes.UNAUTHORIZED and not talk.token_renewed:
            talk.token_renewed = True
            return self._renew_token(used)
        if "modelparams" in body and wire.is_misfit(error, reply):
            talk.params_dropped = True
            _log.warning(
                "The workflow has no place for the parameters of %s; asking with the workflow's own. "
                "Set OPEN_ARENA_MODEL to a component id of the workflow to pass them.",
                talk.model,
            )
            return True
        return False

    def _renew_token(self, refused: SecretStr) -> bool:
        """Take up a token that was set since; True when there is one. A token given to the constructor stays."""
        if self._token != refused:
            return True  # another call has renewed it meanwhile
        if self._own_token:
            return False
        fresh = [token for token in current_tokens() if token != refused]
        if fresh:
            self._token = max(fresh, key=lambda token: credentials.remaining(token) or 0.0)
            self._warned = False
            _log.info("Open Arena refused the token; trying the one that is set now")
        return bool(fresh)

    def _expiry(self) -> str:
        return credentials.describe_expiry(self._token) if self._token else "none is set"

    async def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Reply:
        """One HTTP exchange with the host that answered last, or the other one when no connection comes about."""
        self._warn_of_expiry()
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        first = self._preferred_host
        order = [*range(first, len(self._hosts)), *range(first)]
        failures: list[OpenArenaClientError] = []
        with anyio.move_on_after(self.timeout):
            for index in order:
                outcome = await self._exchange(method, self._hosts[index] + path, content)
                if isinstance(outcome, Reply):
                    self._preferred_host = index
                    return outcome
                failures.append(outcome)
                if not isinstance(outcome, NetworkError) or not outcome.unreached:
                    raise outcome
        if failures:
            raise failures[0]
        late = AttemptTimeoutError(
            f"No whole answer came within {self.timeout:g} s.",
            hint="Ask with a smaller excerpt, or allow more time (AGENT_TIMEOUT).",
        )
        late.sent = True
        raise late

    async def _exchange(self, method: str, url: str, content: bytes | None) -> Reply | OpenArenaClientError:
        try:
            pool = self._connections()
        except OSError as error:  # of the trusted certificates
            return network_failure(error, url)
        auth = credentials.BearerAuth(self._token) if self._token else None
        reply = await pool.send(method, url, content=content, auth=auth)
        # a model's answer is taken as it came, a failure message of the service is shown to people
        if auth is None or not isinstance(reply, Reply) or reply.status == httpx.codes.OK:
            return reply
        return replace(reply, body=auth.redact(reply.body))

    def _warn_of_expiry(self) -> None:
        if self._token is not None and not self._warned and credentials.runs_out_soon(self._token):
            self._warned = True
            _log.warning("The Open Arena token: %s. %s", credentials.describe_expiry(self._token), credentials.RENEW)

    async def health_check(self) -> bool:
        """True when the service answers and takes the token; never raises, and takes less than ten seconds."""
        fault = f"no answer within {HEALTH_SECONDS:.0f} s"
        with anyio.move_on_after(HEALTH_SECONDS):
            try:
                reply = await self._workflows()
            except OpenArenaClientError as error:
                fault = str(error)
            else:
                if reply.status == httpx.codes.OK:
                    return True
                fault = str(wire.read_failure(reply, expiry=self._expiry(), wording=wire.OPEN_ARENA))
        _log.warning("Open Arena health check: %s", fault)
        return False

    async def _workflows(self) -> Reply:
        used = self._token
        reply = await self._send("GET", WORKFLOWS_PATH)
        if reply.status == httpx.codes.UNAUTHORIZED and used is not None and self._renew_token(used):
            reply = await self._send("GET", WORKFLOWS_PATH)
        return reply

    async def diagnose(self) -> list[HealthRow]:
        """One row for each thing that must work, in less than ten seconds even where nothing does; never raises."""
        return await examine(
            hosts=self._hosts,
            tls=self._connections().tls,
            token=lambda: self._token,
            workflow=self._workflow,
            ask=self._workflows,
            seconds=HEALTH_SECONDS,
        )


def _address(api_base: str) -> str:
    try:
        address = clean_url(api_base)
    except ValueError as error:
        raise InputError(f"The api_base {api_base!r} cannot be used: {error}.") from None
    if address is None:
        raise InputError("The api_base is empty or a placeholder; write it like https://host.example.")
    return address
