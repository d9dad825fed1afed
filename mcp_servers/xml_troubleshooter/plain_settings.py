"""The settings that a diagnosis needs, or a repair by rules, read without the library that reads them all.

That library takes longer to load than a small document takes to be judged. Where nothing is set but folders, whose
names need no checking, it is left alone; else `config` reads them.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

_FOLDERS = ("ALLOWED_ROOTS", "SCHEMA_DIRS", "KB_DIRS")
# folders of this program, each with the variable of XDG for it, and its place below the home folder
_FOLDER = {"STATE_DIR": ("XDG_STATE_HOME", ".local/state"), "DATA_DIR": ("XDG_DATA_HOME", ".local/share")}
# of no account, and right whatever their value is
_NO_MATTER = frozenset({"SCHEMA_MIRROR", "SSL_CERT_FILE", "SSL_CERT_DIR"})
# nor these, but to a repair that may ask a model
_OF_MODELS = frozenset({
    "OPEN_ARENA_TOKEN", "OPEN_ARENA_WORKFLOW_ID", "OPEN_ARENA_MODEL", "OPENAI_FALLBACK_MODEL",
    "OPENAI_FALLBACK_API_KEY",
})  # fmt: skip
# those whose value has to be checked
_CHECKED = frozenset({
    "OPEN_ARENA_BASE_URL", "OPEN_ARENA_FALLBACK_URL", "OPEN_ARENA_API_VERSION", "AGENT_MAX_ITERATIONS",
    "AGENT_TIMEOUT", "AGENT_DEADLINE", "AGENT_TOKEN_BUDGET", "WORKER_MEMORY", "REQUIRE_SCHEMA", "KEEP_RUNS_HOURS",
    "LOG_LEVEL", "OPENAI_FALLBACK_BASE_URL",
})  # fmt: skip
NAMES = frozenset((*_FOLDERS, *_FOLDER, *_NO_MATTER, *_OF_MODELS, *_CHECKED))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainSettings:
    """The settings of a diagnosis or a repair by rules; see `config.Settings`."""

    allowed_roots: tuple[Path, ...] = ()
    schema_dirs: tuple[Path, ...] = ()
    kb_dirs: tuple[Path, ...] = ()
    state_dir: Path
    data_dir: Path
    agent_timeout: float = 60
    worker_memory: int = 4 << 30
    require_schema: bool = False


def plain_settings(*, asks_model: bool = False) -> PlainSettings | None:
    """The settings as they are now; None where they take more than this module to understand.

    So do those of a model, for work that asks one where it is configured.
    """
    given = {name.upper(): value for name, value in os.environ.items() if value and name.upper() in NAMES}
    beyond = _CHECKED | _OF_MODELS if asks_model else _CHECKED
    if not given.keys().isdisjoint(beyond) or os.path.lexists(".env"):
        return None
    try:
        allowed, schemas, articles = (folders(given.get(name, "")) for name in _FOLDERS)
        state, data = (folder(given[name]) if name in given else own_folder(name) for name in _FOLDER)
    except ValueError:
        return None  # config reports the fault
    return PlainSettings(allowed_roots=allowed, schema_dirs=schemas, kb_dirs=articles, state_dir=state, data_dir=data)


def folder(name: str) -> Path:
    """The folder of a name; raises ValueError where it is in a home folder that is not known."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise ValueError(f"{name} names a home folder that is unknown here; give the whole path") from None


def folders(names: str) -> tuple[Path, ...]:
    """The folders of a list as PATH has it; raises ValueError."""
    return tuple(folder(part.strip()) for part in names.split(os.pathsep) if part.strip())


def own_folder(setting: str) -> Path:
    """The folder of this program where the system keeps such folders, for STATE_DIR or DATA_DIR."""
    variable, below_home = _FOLDER[setting]
    try:
        home = Path.home()
    except RuntimeError:  # a service account without one: where nothing can be written, as health_check will say
        home = Path("/nonexistent")
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get(variable) or home / below_home)
    return base / "xml-troubleshooter"
