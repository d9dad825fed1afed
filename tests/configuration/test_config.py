import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from mcp_servers.xml_troubleshooter.config import (
    EXTERNAL_URL,
    INTERNAL_URL,
    Settings,
    clean_token,
    current_tokens,
    get_settings,
)
from mcp_servers.xml_troubleshooter.errors import InputError

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_the_defaults_hold_and_the_server_is_offline() -> None:
    settings = get_settings()
    assert settings.offline
    assert settings.open_arena_urls == (INTERNAL_URL, EXTERNAL_URL)
    assert (settings.open_arena_model, settings.open_arena_api_version) == ("claude-sonnet-4", "v1")
    assert (settings.agent_max_iterations, settings.agent_timeout, settings.agent_deadline) == (3, 60, 50)
    assert (settings.allowed_roots, settings.schema_dirs, settings.kb_dirs) == ((), (), ())
    assert settings.openai_fallback_model is None


@pytest.mark.parametrize(
    "left",
    [
        "",
        "   ",
        "your-token-here",
        "your_workflow_id",
        "YOUR TOKEN",
        "<token>",
        "changeme",
        "change-me",
        "xxx",
        "...",
        "${OPEN_ARENA_TOKEN}",
        "${input:token}",
        "$TOKEN",
        "replace-with-your-token",
        "None",
        '"your-token-here"',
        "paste token here",
    ],
)
def test_a_placeholder_counts_as_unset(monkeypatch: pytest.MonkeyPatch, left: str) -> None:
    monkeypatch.setenv("OPEN_ARENA_TOKEN", left)
    monkeypatch.setenv("OPEN_ARENA_WORKFLOW_ID", left)
    settings = get_settings()
    assert settings.offline
    assert settings.open_arena_token is None
    assert settings.open_arena_workflow_id is None


@pytest.mark.parametrize("left", ["Bearer <token>", "Bearer your-token-here"])
def test_a_placeholder_behind_bearer_counts_as_unset(monkeypatch: pytest.MonkeyPatch, left: str) -> None:
    monkeypatch.setenv("OPEN_ARENA_TOKEN", left)
    assert get_settings().open_arena_token is None


@pytest.mark.parametrize(
    "pasted",
    [
        JWT,
        f"Bearer {JWT}",
        f"bearer  {JWT}\r\n",
        f'"{JWT}"',
        f"'Bearer {JWT}'",
        f'Bearer "{JWT}"',
        f"Authorization: Bearer {JWT}",
        f"\u201c{JWT}\u201d",
        f"\ufeff{JWT}\u200b",
        f"{JWT[:20]}\n{JWT[20:]}\n",
    ],
)
def test_a_token_is_cleaned_however_it_was_pasted(monkeypatch: pytest.MonkeyPatch, pasted: str) -> None:
    assert clean_token(pasted) == JWT
    monkeypatch.setenv("OPEN_ARENA_TOKEN", pasted)
    assert get_settings().open_arena_token == SecretStr(JWT)


def test_dot_env_is_read_and_the_environment_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(
        f"OPEN_ARENA_TOKEN={JWT}\nOPEN_ARENA_WORKFLOW_ID=flow\nAGENT_TIMEOUT=30\n", encoding="utf-8-sig"
    )
    monkeypatch.setenv("AGENT_TIMEOUT", "90")
    settings = get_settings()
    assert not settings.offline
    assert settings.agent_timeout == 90


def test_folders_are_separated_like_those_of_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ROOTS", os.pathsep.join(["/data/in", "", " ~/invoices "]))
    assert get_settings().allowed_roots == (Path("/data/in"), Path("~/invoices").expanduser())


@pytest.mark.parametrize(
    ("base", "fallback", "urls"),
    [
        ("", "", (INTERNAL_URL, EXTERNAL_URL)),
        ("", "none", (INTERNAL_URL,)),
        ("", "https://b.example", (INTERNAL_URL, "https://b.example")),
        ("https://a.example/", "", ("https://a.example",)),
        ("https://a.example/v1", "", ("https://a.example",)),
        ("https://a.example/v3/inference", "https://b.example/", ("https://a.example", "https://b.example")),
        ("http://localhost:8443", "", ("http://localhost:8443",)),
    ],
)
def test_hosts_follow_from_base_and_fallback(
    monkeypatch: pytest.MonkeyPatch, base: str, fallback: str, urls: tuple[str, ...]
) -> None:
    monkeypatch.setenv("OPEN_ARENA_BASE_URL", base)
    monkeypatch.setenv("OPEN_ARENA_FALLBACK_URL", fallback)
    assert get_settings().open_arena_urls == urls


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AGENT_MAX_ITERATIONS", "0"),
        ("AGENT_MAX_ITERATIONS", "11"),
        ("AGENT_MAX_ITERATIONS", "many"),
        ("AGENT_TIMEOUT", "9"),
        ("AGENT_TIMEOUT", "301"),
        ("OPEN_ARENA_API_VERSION", "v4"),
        ("OPEN_ARENA_BASE_URL", "aiopenarena"),
        ("OPEN_ARENA_BASE_URL", "http://plain.example"),
        ("OPEN_ARENA_BASE_URL", "https://me:pass@host.example"),
        ("OPEN_ARENA_BASE_URL", "https://host.example:port"),
        ("LOG_LEVEL", "LOUD"),
        ("ALLOWED_ROOTS", "/tmp:~no-such-user/documents"),
        ("STATE_DIR", "~no-such-user"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=name) as caught:
        get_settings()
    assert "pass@" not in str(caught.value)


def test_a_dot_env_in_another_encoding_is_a_sentence_not_a_crash() -> None:
    Path(".env").write_text("OPEN_ARENA_TOKEN=\u00e4", encoding="utf-16")
    with pytest.raises(InputError, match="UTF-8"):
        get_settings()


def test_the_tokens_that_can_be_had_now_are_read_from_both_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPEN_ARENA_TOKEN", "old.token.x")
    assert current_tokens() == (SecretStr("old.token.x"),)
    Path(".env").write_text("OPEN_ARENA_TOKEN='Bearer new.token.x'\n", encoding="utf-8")
    assert current_tokens() == (SecretStr("old.token.x"), SecretStr("new.token.x"))


def test_settings_never_show_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPEN_ARENA_TOKEN", JWT)
    monkeypatch.setenv("OPENAI_FALLBACK_API_KEY", "sk-verysecret")
    shown = f"{get_settings()!r} {get_settings()} {get_settings().model_dump_json()}"
    assert JWT not in shown
    assert "verysecret" not in shown


def test_a_dot_env_cannot_send_a_token_of_the_environment_to_another_host(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(
        "OPEN_ARENA_BASE_URL=https://evil.example\nOPEN_ARENA_FALLBACK_URL=https://evil.example\nAGENT_TIMEOUT=20\n",
        encoding="utf-8",
    )
    assert get_settings().open_arena_base_url == "https://evil.example"

    monkeypatch.setenv("OPEN_ARENA_TOKEN", JWT)
    settings = get_settings()

    assert not any("evil" in url for url in settings.open_arena_urls)
    assert settings.agent_timeout == 20
