"""Fixtures and settings for every test."""

import pytest
from hypothesis import settings

# machines are noisy: a slow example is no failure, and the suite stays bounded by the number of examples; these are the
# same everywhere, and `--hypothesis-profile=default` looks for new ones
settings.register_profile("suite", deadline=None, max_examples=100, derandomize=True)
settings.load_profile("suite")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
