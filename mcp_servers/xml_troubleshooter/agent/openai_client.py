"""A second model behind any OpenAI-compatible service: off unless a model is named in OPENAI_FALLBACK_MODEL.

Needs the extra `openai`. Answers pass the same parser and the same gates as Open Arena's; `model_used` names who
answered.
"""

from __future__ import annotations

import logging
from typing import Any

import anyio
import httpx
import openai
from pydantic import AliasPath, BaseModel, Field, SecretStr, ValidationError

from ..config import Settings
from ..errors import InputError
from ..usage import UsageStore
from . import wire
from .failures import (
    AnswerError,
    AttemptTimeoutError,
    AuthenticationError,
    NetworkError,
    OpenArenaClientError,
    RateLimitError,
)
from .inference import Answer, Conversation, InferenceClient, ModelClient, RequestSize, WaitPolicy, retry_seconds
from .pool import CONNECT_SECONDS, Reply, tls_context
from .schemas import LLMInferenceRequest, LLMInferenceResponse

_log = logging.getLogger(__name__)

_WORDING = wire.Wording(
    service="The OpenAI-compatible service",
    renew="Put a valid key into OPENAI_FALLBACK_API_KEY.",
    workflow_setting="OPENAI_FALLBACK_MODEL",
    address_setting="OPENAI_FALLBACK_BASE_URL",
    request_hint="Check that OPENAI_FALLBACK_MODEL takes chat completions.",
)
_KNOWN_PARAMS = ("temperature", "max_tokens", "top_p", "seed", "stop")


class _Completion(BaseModel):
    """As much of a chat completion as is used; its message has to be there, with a text or without one."""

    message: dict[str, object] = Field(validation_alias=AliasPath("choices", 0, "message"))
    text: str | None = Field(None, validation_alias=AliasPath("choices", 0, "message", "content"))
    tokens: int | None = Field(None, validation_alias=AliasPath("usage", "total_tokens"))
    model: str | None = None
    id: str | None = None


class OpenAICompatibleClient(InferenceClient):
    """Asks a chat model. `timeout` is in seconds for one attempt. Raises InputError where no model is named."""

    def __init__(
        self,
        settings: Settings,
        *,
        timeout: float = 60,
        max_retries: int = 3,
        usage: UsageStore | None = None,
        wait: WaitPolicy = retry_seconds,
    ) -> None:
        if settings.openai_fallback_model is None:
            raise InputError("Name a model in OPENAI_FALLBACK_MODEL to use an OpenAI-compatible service.")
        super().__init__(
            model=settings.openai_fallback_model, seconds=timeout, max_retries=max_retries, usage=usage, wait=wait
        )
        self._settings = settings
        self._client: openai.AsyncOpenAI | None = None

    def _connected(self) -> openai.AsyncOpenAI:
        if self._client is None:
            # The SDK logs whole requests at DEBUG, and they hold documents.
            logging.getLogger("openai").setLevel(logging.INFO)
            key = self._settings.openai_fallback_api_key or SecretStr("none")
            # The SDK's own retries are off: ours know the deadline and count what they do. Under HTTP/1.1 an attempt
            # that is given up closes its connection, so nothing of it is left.
            self._client = openai.AsyncOpenAI(
                api_key=key.get_secret_value(),
                base_url=self._settings.openai_fallback_base_url,
                max_retries=0,
                timeout=self.timeout,
                http_client=openai.DefaultAsyncHttpxClient(verify=tls_context(self._settings)),
            )
        return self._client

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _query(self, request: LLMInferenceRequest) -> str:
        return str(wire.payload(request, workflow="", model="", api_version="v1", with_params=False)["query"])

    async def _attempt(self, request: LLMInferenceRequest, talk: Conversation) -> Answer:
        # Open Arena's names of models mean nothing here.
        talk.model = self.default_model
        params: dict[str, Any] = {
            name: request.model_params[name] for name in _KNOWN_PARAMS if request.model_params.get(name) is not None
        }
        talk.attempts += 1
        outcome: Answer | OpenArenaClientError | None = None
        with anyio.move_on_after(self.timeout):
            outcome = await self._exchange(self._query(request), params)
        if outcome is None:
            raise AttemptTimeoutError(f"No whole answer came within {self.timeout:g} s.", hint="Ask again later.")
        if isinstance(outcome, OpenArenaClientError):
            raise outcome
        return outcome

    async def _exchange(self, query: str, params: dict[str, Any]) -> Answer | OpenArenaClientError:
        """A failure is returned, not raised from its cause: the frames of the SDK hold the key."""
        try:
            said = await self._connected().chat.completions.with_raw_response.create(
                model=self.default_model, messages=[{"role": "user", "content": query}], **params
            )
        except openai.APIStatusError as error:
            reply = Reply(error.status_code, httpx.Headers(dict(error.response.headers)), "", error.response.content)
            return wire.read_failure(reply, expiry="its end is not known", wording=_WORDING)
        except openai.APITimeoutError:
            return AttemptTimeoutError("No answer came in time.", hint="Ask again later.")
        except openai.APIConnectionError as error:
            return NetworkError(
                f"The OpenAI-compatible service cannot be reached ({type(error.__cause__ or error).__name__}).",
                hint="Check OPENAI_FALLBACK_BASE_URL, HTTPS_PROXY and SSL_CERT_FILE.",
            )
        except openai.OpenAIError as error:
            return AnswerError(f"The OpenAI-compatible service sent what its SDK cannot read ({type(error).__name__}).")
        return self._read(said.content)

    def _read(self, body: bytes) -> Answer | AnswerError:
        """The answer in a completion. The SDK's own reading trusts what it gets: a page, cut-off JSON, no choices."""
        try:
            completion = _Completion.model_validate_json(body)
        except ValidationError:
            return AnswerError("The OpenAI-compatible service sent no completion.", hint="Ask again later.")
        text = completion.text or ""
        if not text.strip():
            return AnswerError("The OpenAI-compatible service sent an empty answer.", hint="Ask again later.")
        return Answer(text, completion.model or self.default_model, completion.tokens, None, completion.id)

    async def health_check(self) -> bool:
        """True when the service lists its models for this key; never raises, and takes less than ten seconds."""
        with anyio.move_on_after(3 * CONNECT_SECONDS):
            try:
                await self._connected().models.with_raw_response.list()
            except openai.OpenAIError as error:
                _log.warning("The OpenAI-compatible service cannot be used: %s", type(error).__name__)
                return False
            return True
        return False


class FallbackClient:
    """Asks the first client; where its service fails, the second. `model_used` names the one that answered."""

    def __init__(self, first: ModelClient, second: ModelClient) -> None:
        self._first = first
        self._second = second

    async def infer(self, request: LLMInferenceRequest, *, deadline: float | None = None) -> LLMInferenceResponse:
        """Ask as the clients do. After a prompt that is too large or a passed deadline, the second is not asked."""
        try:
            response = await self._first.infer(request, deadline=deadline)
        except (AuthenticationError, RateLimitError) as error:
            failure: OpenArenaClientError = error
        else:
            if not isinstance(response.error, OpenArenaClientError):
                return response
            if response.error.kind in {"prompt_too_large", "deadline"}:
                return response
            failure = response.error
        _log.warning("Open Arena failed (%s); asking the fallback model", failure.kind)
        return await self._second.infer(request, deadline=deadline)

    async def health_check(self) -> bool:
        """True when one of the two can be asked."""
        return await self._first.health_check() or await self._second.health_check()

    async def close(self) -> None:
        """Close both."""
        await self._first.close()
        await self._second.close()

    def measure(self, request: LLMInferenceRequest) -> RequestSize:
        """The size of the request as it would be sent; it is the same for both."""
        return self._first.measure(request)
