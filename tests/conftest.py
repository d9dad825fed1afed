"""Fixtures and settings for every test."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# machines are noisy: a slow example is no failure, and the suite stays bounded by the number of examples; these are the
# same everywhere, and `--hypothesis-profile=default` looks for new ones
settings.register_profile("suite", deadline=None, max_examples=100, derandomize=True)
settings.load_profile("suite")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a text to a file below the test's own folder and returns its path."""

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file
