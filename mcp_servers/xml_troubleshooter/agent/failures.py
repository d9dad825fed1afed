"""The failures of a question to a model.

OpenArenaClientError
├── AuthenticationError    no token, 401 or 403: the token is missing, wrong or has run out, or lacks a right
├── RateLimitError         429 to the last attempt
├── WorkflowError          404, or no workflow id: there is no workflow to ask
├── RequestError           400 and other 4xx: the request does not fit the workflow
│   └── PromptTooLargeError    the same request would fail again: ask with less
├── ServiceError           5xx to the last attempt
│   └── AnswerError        an answer came, but it is empty, cut off, too large or no JSON
├── NetworkError           the service cannot be reached, or the connection broke
│   ├── CertificateError   the server's certificate is not trusted
│   └── AttemptTimeoutError    no whole answer within `timeout`
└── DeadlineError          the caller's deadline came first
"""

from __future__ import annotations

from typing import ClassVar

from ..errors import TroubleshooterError


class OpenArenaClientError(TroubleshooterError):
    """A question to the model failed; the text has the cause and, after it, the remedy (`hint`).

    `status` is the HTTP status (None where no response came), `request_id` the service's own id for its support,
    `attempt` the number of the last attempt from 1 (0: none was made), `elapsed` the seconds since the call began,
    `retry_after` the seconds that the service asked us to wait.
    """

    kind: ClassVar[str] = "other"
    retryable: bool = False

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        retryable: bool | None = None,
    ) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.hint = hint
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after
        self.attempt = 0
        self.elapsed = 0.0
        if retryable is not None:
            self.retryable = retryable


class AuthenticationError(OpenArenaClientError):
    """The token is missing, wrong or has run out, or it has no right to the workflow."""

    kind = "authentication"


class RateLimitError(OpenArenaClientError):
    """The service asked for fewer requests, up to the last attempt."""

    kind = "rate_limit"
    retryable = True


class WorkflowError(OpenArenaClientError):
    """The workflow or the path does not exist, or no workflow id is set."""

    kind = "workflow"


class RequestError(OpenArenaClientError):
    """The service refuses the request as it is."""

    kind = "request"


class PromptTooLargeError(RequestError):
    """The prompt is larger than the model takes; only a smaller one can succeed."""

    kind = "prompt_too_large"


class ServiceError(OpenArenaClientError):
    """The service or its gateway failed."""

    kind = "service"
    retryable = True


class AnswerError(ServiceError):
    """The service returned 200, but the response has no answer."""

    kind = "answer"


class NetworkError(OpenArenaClientError):
    """The service cannot be reached (`unreached`: no connection came about at all), or the connection broke.

    `sent` says that the request had gone out, so that the service may have processed it and counts its cost.
    """

    kind = "network"
    retryable = True

    def __init__(self, message: str, *, hint: str = "", retryable: bool | None = None, unreached: bool = False) -> None:
        super().__init__(message, hint=hint, retryable=retryable)
        self.unreached = unreached
        self.sent = False


class CertificateError(NetworkError):
    """The server's certificate is not trusted; it will not be trusted on the next attempt either."""

    kind = "certificate"
    retryable = False


class AttemptTimeoutError(NetworkError):
    """No whole answer came within the time that one attempt may take."""

    kind = "timeout"


class DeadlineError(OpenArenaClientError):
    """The caller's deadline came before an answer."""

    kind = "deadline"
