import os
import re
import shutil
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.config import INTERNAL_URL, Settings, get_settings

TEMPLATE = Path(__file__).parents[1] / ".env.template"
_LINE = re.compile(r"^#?([A-Z_]+)=(.*)$", re.MULTILINE)


def documented() -> dict[str, str]:
    return dict(_LINE.findall(TEMPLATE.read_text("utf-8")))


@pytest.fixture
def clean_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in list(os.environ):
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    assert {name.lower() for name in documented()} == set(Settings.model_fields)


def test_every_setting_is_explained_above_itself() -> None:
    unexplained = []
    text = TEMPLATE.read_text("utf-8")
    for match in _LINE.finditer(text):
        above = text[: match.start()].rstrip("\n").rsplit("\n", 1)[-1]
        if not above.startswith(("# ", "#SSL_CERT_FILE=")):
            unexplained.append(match[1])
    assert unexplained == []


def test_a_copy_of_the_template_is_offline_with_the_defaults(clean_folder: Path) -> None:
    defaults = get_settings()
    shutil.copy(TEMPLATE, clean_folder / ".env")
    assert get_settings() == defaults
    assert defaults.offline


def test_the_documented_values_are_the_defaults(clean_folder: Path) -> None:
    defaults = get_settings()
    values = documented()
    assert values["OPEN_ARENA_BASE_URL"] == INTERNAL_URL
    plain = ["OPEN_ARENA_MODEL", "OPEN_ARENA_API_VERSION", "AGENT_MAX_ITERATIONS", "AGENT_TIMEOUT", "AGENT_DEADLINE"]
    for name in [*plain, "AGENT_TOKEN_BUDGET", "KEEP_RUNS_HOURS", "LOG_LEVEL"]:
        default = getattr(defaults, name.lower())
        assert type(default)(values[name]) == default, name


def test_the_template_holds_no_secret_and_is_not_ignored() -> None:
    assert "eyJ" not in TEMPLATE.read_text("utf-8")
    ignored = (TEMPLATE.parent / ".gitignore").read_text("utf-8").splitlines()
    assert ".env*" in ignored
    assert ignored.index("!.env.template") > ignored.index(".env*")
