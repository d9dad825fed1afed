"""Settings: the one place where the environment and `.env` are read.

Values come from environment variables, then from `.env` in the working folder, then from the defaults below.
The code that starts work reads the settings once and passes them down; they are read anew when anything changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BeforeValidator, ByteSize, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from .errors import InputError
from .plain_settings import folder, folders, own_folder

INTERNAL_URL = "https://aiopenarena.gcs.int.thomsonreuters.com"
EXTERNAL_URL = "https://aiopenarena.thomsonreuters.com"

_PLACEHOLDER = re.compile(
    r"""(your|insert|enter|paste)([\s_-].*)? | <.*> | \$\{.* | \$\w* | .*[\s_-]here
        | change[\s_-]?me | replace[\s_-]?(me|with.*) | todo | tbd | x{3,} | \.{3,} | …+ | \*+
        | placeholder | none | null | undefined | dummy | example | token | workflow([\s_-]?id)? | secret""",
    re.IGNORECASE | re.VERBOSE,
)
_API_PATH = re.compile(r"/v\d+(/inference)?$")


def _of_text(convert: Callable[[str], object]) -> BeforeValidator:
    """The validator that converts the text of a variable to a value; a value that is no text is left to its type."""
    return BeforeValidator(lambda value: convert(value) if isinstance(value, str) else value)


def _real(value: object) -> object:
    """None for a value that somebody left as the template had it."""
    if isinstance(value, str):
        value = value.strip().strip("'\"").strip()
        return None if not value or _PLACEHOLDER.fullmatch(value) else value
    return value


def _token(value: object) -> object:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, str):
        value = _real(clean_token(value)) and _real(value) and clean_token(value)
    return value


def clean_url(value: object) -> str | None:
    """Open Arena's address without a path of its API; None for a placeholder. Raises ValueError with the reason."""
    address = _address(value)
    return None if address is None else _API_PATH.sub("", address)


def _address(value: object) -> str | None:
    value = _real(value)
    if not isinstance(value, str):
        return None
    try:
        parts = urlsplit(value)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        raise ValueError("it is no URL; write it like https://host.example") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError("it must start with https:// and name a host")
    if parts.username or parts.password:
        raise ValueError("it must not hold a user name or password")
    if parts.scheme == "http" and host not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("it must start with https://, because the token would travel in the clear")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def _fallback(value: object) -> object:
    if isinstance(value, str) and value.strip().lower() in {"none", "off"}:
        return "none"
    return clean_url(value)


Folders: TypeAlias = Annotated[tuple[Path, ...], NoDecode, _of_text(folders)]
Secret: TypeAlias = Annotated[SecretStr | None, BeforeValidator(_token)]
Url: TypeAlias = Annotated[str | None, BeforeValidator(_address)]
Text: TypeAlias = Annotated[str | None, BeforeValidator(_real)]


def clean_token(pasted: str) -> str:
    """The bare token, without `Authorization:`, `Bearer `, quotes, line ends or invisible characters."""
    visible = re.sub(r"[^!-~\s]", "", pasted).strip().strip("'\"`").strip()
    bare = re.sub(r"^(authorization\s*:\s*)?(bearer\s+)?", "", visible, flags=re.IGNORECASE)
    return re.sub(r"[\s'\"`]", "", bare)


class _DotEnv(DotEnvSettingsSource):
    """`.env`, which may belong to whoever made the folder: it cannot send a token of the environment elsewhere."""

    def __call__(self) -> dict[str, Any]:
        values = super().__call__()
        present = {name.upper() for name, value in os.environ.items() if value}
        for credential, addresses in _ADDRESSES.items():
            if credential.upper() in present:
                values = {name: value for name, value in values.items() if name not in addresses}
        return values


# which settings say where a credential goes, and whom to believe there
_ADDRESSES = {
    "open_arena_token": {"open_arena_base_url", "open_arena_fallback_url", "ssl_cert_file", "ssl_cert_dir"},
    "openai_fallback_api_key": {"openai_fallback_base_url", "ssl_cert_file", "ssl_cert_dir"},
}


class Settings(BaseSettings):
    """Every setting, named as its environment variable in lower case; `.env.template` explains each to users."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=False,
    )

    open_arena_token: Secret = None
    open_arena_workflow_id: Text = None
    open_arena_base_url: Annotated[str, BeforeValidator(lambda value: clean_url(value) or INTERNAL_URL)] = INTERNAL_URL
    open_arena_fallback_url: Annotated[str | None, BeforeValidator(_fallback)] = None
    open_arena_model: Annotated[str, BeforeValidator(lambda value: _real(value) or "claude-sonnet-4")] = (
        "claude-sonnet-4"
    )
    open_arena_api_version: Annotated[Literal["v1", "v2", "v3"], _of_text(lambda text: text.strip().lower())] = "v1"

    agent_max_iterations: int = Field(default=3, ge=1, le=10)
    agent_timeout: float = Field(default=60, ge=10, le=300)
    agent_deadline: float = Field(default=50, ge=1, le=3600)
    agent_token_budget: int = Field(default=60_000, ge=1_000)

    worker_memory: ByteSize = Field(default=ByteSize(4 << 30), ge=256 << 20)

    allowed_roots: Folders = ()
    schema_dirs: Folders = ()
    kb_dirs: Folders = ()
    state_dir: Annotated[Path, _of_text(folder)] = Field(default_factory=lambda: own_folder("STATE_DIR"))
    data_dir: Annotated[Path, _of_text(folder)] = Field(default_factory=lambda: own_folder("DATA_DIR"))
    schema_mirror: Text = None
    require_schema: bool = False
    keep_runs_hours: float = Field(default=24, ge=0, le=24 * 365)
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], _of_text(lambda text: text.strip().upper())
    ] = "WARNING"

    openai_fallback_model: Text = None
    openai_fallback_base_url: Url = None
    openai_fallback_api_key: Secret = None

    ssl_cert_file: Path | None = None
    ssl_cert_dir: Path | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment comes before `.env`, and the addresses for its credentials come from it alone."""
        env_file = dotenv_settings.env_file if isinstance(dotenv_settings, DotEnvSettingsSource) else ".env"
        return init_settings, env_settings, _DotEnv(settings_cls, env_file=env_file), file_secret_settings

    @property
    def offline(self) -> bool:
        """True while no usable Open Arena credentials are set; the repair rules then work alone."""
        return self.open_arena_token is None or self.open_arena_workflow_id is None

    @property
    def open_arena_urls(self) -> tuple[str, ...]:
        """The hosts to try, in order. With the internal host as base and no setting, the external one is the second."""
        if self.open_arena_fallback_url == "none":
            return (self.open_arena_base_url,)
        default = EXTERNAL_URL if self.open_arena_base_url == INTERNAL_URL else None
        fallback = self.open_arena_fallback_url or default
        return (self.open_arena_base_url, fallback) if fallback else (self.open_arena_base_url,)


def get_settings() -> Settings:
    """The settings as they are now. Raises InputError that names the variable when a value cannot be used."""
    try:
        said = (dict(os.environ), Path.cwd(), Path(".env").read_bytes() if Path(".env").is_file() else None)
        if not _latest or _latest[0][0] != said:
            _latest[:] = [(said, Settings())]
        return _latest[0][1]
    except ValidationError as error:
        # Only the variable and the reason: a value may be a secret.
        faults = "; ".join(
            f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors(include_input=False)
        )
        raise InputError(f"A setting cannot be used ({faults}). Correct it in the environment or in .env.") from None
    except (SettingsError, UnicodeDecodeError):
        raise InputError("The file .env in the working folder cannot be read; save it as UTF-8 text.") from None


_latest: list[tuple[tuple[dict[str, str], Path, bytes | None], Settings]] = []  # one at most, and its sources


def _in_file() -> dict[str, str | None]:
    return dotenv_values(".env", encoding="utf-8-sig") if Path(".env").is_file() else {}


def origins(settings: Settings) -> dict[str, str]:
    """The source of the value of each setting: "environment", ".env" or "default"."""
    present = {name.lower() for name, value in os.environ.items() if value}
    written = {name.lower() for name, value in _in_file().items() if value}
    default = type(settings).model_construct()
    return {
        name: "environment"
        if name in present
        else ".env"
        if name in written and getattr(settings, name) != getattr(default, name)
        else "default"
        for name in type(settings).model_fields
    }


def current_tokens() -> tuple[SecretStr, ...]:
    """The Open Arena tokens that can be had now: the environment's, then that of `.env`, when they differ.

    A running process keeps its environment, so a renewed token usually appears in `.env` while the environment
    still has the old one: a caller whose token was rejected tries the other.
    """
    found: dict[str, None] = {}
    name = "OPEN_ARENA_TOKEN"
    for source in (os.environ, _in_file()):
        for key, value in source.items():
            if key.upper() == name and value and isinstance(clean := _token(value), str):
                found[clean] = None
    return tuple(map(SecretStr, found))
