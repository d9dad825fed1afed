"""The choice of the model to ask: Open Arena, an OpenAI-compatible service, one after the other, or none."""

from __future__ import annotations

from ..config import Settings
from ..errors import InputError
from ..usage import UsageStore
from .client import OpenArenaClient
from .inference import ModelClient, WaitPolicy, retry_seconds


def model_client(
    settings: Settings, *, usage: UsageStore | None = None, wait: WaitPolicy = retry_seconds
) -> ModelClient | None:
    """The client that the settings ask for; None where no model is configured. The caller closes it.

    Raises InputError where a fallback is named whose SDK is not installed.
    """
    seconds = settings.agent_timeout
    arena = None
    if not settings.offline:
        arena = OpenArenaClient(settings=settings, timeout=seconds, usage=usage, wait=wait)
    if settings.openai_fallback_model is None:
        return arena
    try:
        from .openai_client import FallbackClient, OpenAICompatibleClient  # noqa: PLC0415 - an extra, seldom installed
    except ImportError:
        raise InputError(
            "OPENAI_FALLBACK_MODEL is set, but the OpenAI SDK is missing: install xml-troubleshooter[openai]."
        ) from None
    other = OpenAICompatibleClient(settings, timeout=seconds, usage=usage, wait=wait)
    return FallbackClient(arena, other) if arena else other
