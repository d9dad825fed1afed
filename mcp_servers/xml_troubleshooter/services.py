"""The one place where the parts are put together, from the settings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from .catalogue.catalogue_store import SchemaStore
from .configuration.lookup import Configurations
from .errors import InputError
from .files.reading import Workspace
from .knowledge.article_store import Store, default_folder
from .loop.loop_manager import Limits
from .loop.proposal import Engine
from .repair.engine import RuleEngine
from .request import EngineChoice
from .troubleshooting.runs import RunStore
from .troubleshooting.troubleshooter import Services
from .usage import UsageStore

if TYPE_CHECKING:
    from .agent.inference import ModelClient
    from .config import Settings
    from .plain_settings import PlainSettings
    from .troubleshooting.checking import Judges


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenServices(Services):
    """The services with the settings that they were opened with, and the model where one is configured."""

    settings: Settings
    model: ModelClient | None


@asynccontextmanager
async def open_services(
    settings: Settings,
    workspace: Workspace | None = None,
    configurations: Configurations | None = None,
    *,
    keep_runs: bool = True,
) -> AsyncIterator[OpenServices]:
    """The services for these settings.

    Folders and configurations that are given replace those of the settings. With `keep_runs` a run can be collected
    after the process has ended.
    """
    from .workers.offload import limit_memory  # noqa: PLC0415 - a guarded process starts no worker

    limit_memory(settings.worker_memory)
    knowledge = Store([default_folder(), *settings.kb_dirs])
    usage = UsageStore(settings.state_dir)
    folders = workspace or Workspace.create(settings.allowed_roots, settings.schema_dirs, fallback=Path.cwd())
    async with AsyncExitStack() as stack:
        stack.callback(usage.close)  # recorded usage is written before it is read
        client = None
        if not settings.offline or settings.openai_fallback_model:
            from .agent.model_clients import model_client  # noqa: PLC0415 - httpx is loaded where it is used

            client = model_client(settings, usage=usage)
        if client:
            stack.push_async_callback(client.close)
        yield OpenServices(
            settings=settings,
            model=client,
            workspace=folders,
            knowledge=knowledge,
            engines=lambda choice: _engines(choice, settings, client, knowledge),
            runs=RunStore(settings.state_dir / "runs" if keep_runs else None, settings.keep_runs_hours * 3600),
            usage=usage,
            limits=Limits(
                iterations=settings.agent_max_iterations,
                seconds_per_iteration=settings.agent_timeout,
                tokens=settings.agent_token_budget,
            ),
            state_dir=settings.state_dir,
            catalogue=SchemaStore(settings.data_dir / "schemas"),
            seconds=settings.agent_timeout,
            require_schema=settings.require_schema,
            configurations=configurations or Configurations(folders.roots),
        )


@contextmanager
def rule_services(settings: PlainSettings, judges: Judges) -> Iterator[Services]:
    """The services of a run by the rules alone, which is not kept, around the services of its diagnosis."""
    usage = UsageStore(settings.state_dir)
    try:
        yield Services(
            **{each.name: getattr(judges, each.name) for each in fields(judges)},
            engines=lambda _: (RuleEngine(settings.agent_timeout),),
            runs=RunStore(None),
            usage=usage,
            limits=Limits(seconds_per_iteration=settings.agent_timeout),
        )
    finally:
        usage.close()


def _engines(
    choice: EngineChoice, settings: Settings, client: ModelClient | None, knowledge: Store
) -> Sequence[Engine]:
    """The engines of one run, in the order in which they are asked.

    The repairs of which the rules are sure come before the model, those that need consent come after it.
    """
    rules = RuleEngine(settings.agent_timeout)
    if choice == "open_arena" and settings.offline:
        raise InputError(
            "Open Arena is not configured: set OPEN_ARENA_TOKEN and OPEN_ARENA_WORKFLOW_ID, or choose engine offline."
        )
    if choice == "offline" or client is None:
        return (rules,)
    from .model.model_engine import EngineSettings, ModelEngine  # noqa: PLC0415 - only where a model is configured

    asked = EngineSettings(name="openai") if settings.offline else EngineSettings(model=settings.open_arena_model)
    sure = RuleEngine(settings.agent_timeout, patient=True)
    return (sure, ModelEngine(client, asked, knowledge.find), rules)
