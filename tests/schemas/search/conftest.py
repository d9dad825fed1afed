"""What the tests of the search for schemas share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.search.discovery import Discovery, discover


@pytest.fixture
def search(tmp_path: Path) -> Callable[[str], Discovery]:
    """Discovers the schema of a text that stands in `documents`, beside a folder `schemas`."""

    def discovered(text: str) -> Discovery:
        return discover(
            Document.from_text(text),
            base=tmp_path / "documents",
            schema_dirs=(tmp_path / "schemas",),
            roots=(tmp_path / "documents",),
            state_dir=tmp_path / "state",
        )

    return discovered
