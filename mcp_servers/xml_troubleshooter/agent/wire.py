"""Open Arena's formats: the payload of a request, the shapes of a response, and the meaning of each status."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from .credentials import RENEW
from .failures import (
    AnswerError,
    AuthenticationError,
    OpenArenaClientError,
    PromptTooLargeError,
    RateLimitError,
    RequestError,
    ServiceError,
    WorkflowError,
)
from .inference import Answer
from .pool import Reply
from .schemas import LLMInferenceRequest

_TOO_LARGE = re.compile(
    r"input token count exceeds|maximum context length|prompt is too long|context_length_exceeded", re.IGNORECASE
)
_MISFIT = re.compile(r"component id.{0,200}does not exist|unexpected key", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wording:
    """The names in messages: that of a service, and those of the settings that users are sent to."""

    service: str
    renew: str
    workflow_setting: str
    address_setting: str
    request_hint: str


OPEN_ARENA = Wording(
    service="Open Arena",
    renew=RENEW,
    workflow_setting="OPEN_ARENA_WORKFLOW_ID",
    address_setting="OPEN_ARENA_BASE_URL",
    request_hint="Check OPEN_ARENA_API_VERSION and OPEN_ARENA_MODEL against the workflow.",
)


def payload(
    request: LLMInferenceRequest, *, workflow: str, model: str, api_version: str, with_params: bool
) -> dict[str, Any]:
    """The JSON of one request. The instructions go into the query alone: a system prompt is not always applied."""
    params = {key: value for key, value in request.model_params.items() if key != "model" and value is not None}
    query = request.query
    instructions = str(params.pop("system_prompt", "")).strip()
    if instructions and instructions not in query:
        query = f"{instructions}\n\n{query}"
    body: dict[str, Any] = {"workflow_id": workflow, "query": query, "is_persistence_allowed": False}
    if api_version == "v3":
        body |= {"input_variables": {}, "conversation_id": None, "context": request.context}
    elif request.context:
        body["query"] = f"{query}\n\nContext:\n{json.dumps(request.context, ensure_ascii=False, default=str)}"
    if with_params and (params or request.model_params.get("model")):
        body["modelparams"] = {model: {key: _parameter(value) for key, value in params.items()}}
    return body


def _parameter(value: object) -> str:
    """Values of model parameters are strings, booleans and lists included."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def read_answer(reply: Reply, *, model: str) -> Answer:
    """The answer in a 200 response, in every shape that is known. Raises AnswerError when there is none."""
    request_id = reply.headers.get("x-request-id") or reply.headers.get("x-amzn-requestid")
    try:
        body = json.loads(reply.body)
    except (ValueError, RecursionError):
        raise AnswerError(
            f"The service answered 200 with {_looks_like(reply.body)} in place of JSON.",
            hint="If this goes on, a proxy or a login page stands between: try from a browser on this machine.",
            status=reply.status,
            request_id=request_id,
        ) from None
    root = body if isinstance(body, dict) else {}
    result = root.get("result")
    fields = result if isinstance(result, dict) else {}
    request_id = _text(root.get("request_id")) or request_id
    found: tuple[str, str | None] | None = None
    for place in (fields.get("answer"), root.get("answer"), result):
        found = found or _pick(place, model)
    if found is None:
        raise AnswerError(
            "The service answered 200 with an empty answer.",
            hint="Ask again later; if it goes on, open the workflow in Open Arena and look whether it still works.",
            status=reply.status,
            request_id=request_id,
        )
    tracks = (fields.get("cost_track"), root.get("cost_track"))
    cost_track = next((track for track in tracks if isinstance(track, dict)), {})
    tokens = next((n for n in map(_count, (root.get("tokens_used"), fields.get("tokens_used"))) if n is not None), None)
    return Answer(found[0], found[1], tokens, _amount(cost_track.get("total_cost")), request_id)


def _pick(answer: object, model: str) -> tuple[str, str | None] | None:
    if isinstance(answer, str):
        return (answer, None) if answer.strip() else None
    if isinstance(answer, Mapping):
        named = {key: value for key, value in answer.items() if isinstance(value, str) and value.strip()}
        if model in named:
            return named[model], model
        for key, value in named.items():
            return value, str(key)
    return None


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, (str, int)) and value != "" else None


def _amount(value: object) -> float | None:
    try:
        amount = float(value) if isinstance(value, (int, float, str)) else -1.0
    except ValueError:
        return None
    return amount if 0 <= amount < float("inf") else None


def _count(value: object) -> int | None:
    amount = _amount(value)
    return None if amount is None or isinstance(value, bool) else int(amount)


def _looks_like(body: bytes) -> str:
    start = body[:200].lstrip().lower()
    if not start:
        return "nothing"
    return "an HTML page" if start.startswith((b"<!doctype html", b"<html")) else "broken or cut-off text"


# The meaning of a status, and the remedy.
_MEANINGS: dict[int, tuple[type[OpenArenaClientError], str, str]] = {
    401: (AuthenticationError, "{service} refused the token (401); {expiry}.", "{renew}"),
    403: (
        AuthenticationError,
        "{service} refused access (403): the token has run out, or it has no right to this workflow; {expiry}.",
        "{renew} If that does not help, ask the workflow's owner for access, or correct {workflow_setting}.",
    ),
    404: (
        WorkflowError,
        "{service} knows no such workflow or path (404).",
        "Check {workflow_setting} and {address_setting}.",
    ),
    407: (RequestError, "A proxy wants a password (407).", "Put the user name and password into HTTPS_PROXY."),
    408: (ServiceError, "{service} gave up waiting (408).", "Try again in a few minutes."),
    413: (PromptTooLargeError, "The prompt is larger than the model takes ({status}).", "Ask with a smaller excerpt."),
    429: (
        RateLimitError,
        "{service} asks for fewer requests (429).",
        "Wait a few minutes, or work on fewer documents at once.",
    ),
}
_REDIRECTED = (
    RequestError,
    "The host sends us elsewhere ({status}), as login pages and proxies do.",
    "Check {address_setting} and the proxy settings, and connect to the company network.",
)
_REFUSED = (RequestError, "{service} refused the request ({status}{detail}).", "{request_hint}")
_FAILED = (ServiceError, "{service} or its gateway failed ({status}{detail}).", "Try again in a few minutes.")


def read_failure(reply: Reply, *, expiry: str, wording: Wording) -> OpenArenaClientError:
    """The failure behind a response other than 200; `expiry` is a phrase about the token's end."""
    said, status = _said(reply), reply.status
    common: dict[str, Any] = {
        "status": status,
        "request_id": reply.headers.get("x-request-id") or reply.headers.get("x-amzn-requestid"),
        "retry_after": retry_after(reply.headers.get("retry-after")),
    }
    if _TOO_LARGE.search(said):
        kind, message, hint = _MEANINGS[413]
    elif status >= httpx.codes.INTERNAL_SERVER_ERROR:
        kind, message, hint = _FAILED
        common["retryable"] = status not in {httpx.codes.NOT_IMPLEMENTED, httpx.codes.HTTP_VERSION_NOT_SUPPORTED}
    else:
        kind, message, hint = _MEANINGS.get(status, _REDIRECTED if status < httpx.codes.BAD_REQUEST else _REFUSED)
    words = asdict(wording) | {"status": status, "detail": _message(said), "expiry": expiry}
    return kind(message.format(**words), hint=hint.format(**words), **common)


def is_misfit(error: OpenArenaClientError, reply: Reply) -> bool:
    """True where the workflow rejects our model parameters, and would answer without them."""
    return error.status == httpx.codes.BAD_REQUEST and bool(_MISFIT.search(_said(reply)))


def _said(reply: Reply) -> str:
    return reply.body[:20_000].decode("utf-8", "replace")


def _message(said: str) -> str:
    """The service's own message, shortened; "" where the body is none, because a page or an echo helps nobody."""
    try:
        body = json.loads(said)
    except (ValueError, RecursionError):
        return ""
    fields = body if isinstance(body, dict) else {}
    for key in ("message", "Message", "error", "detail"):
        if isinstance(text := fields.get(key), str) and text.strip():
            return f": {' '.join(text.split())[:160]}"
    return ""


def retry_after(value: str | None) -> float | None:
    """The seconds that a Retry-After header asks for, given as seconds or as a date; None where it is neither."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
