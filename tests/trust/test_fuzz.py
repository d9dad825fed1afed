"""A share of the search of `benchmarks/trust/fuzz.py`: no broken or invented document breaks a promise."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice

import pytest

from benchmarks.trust.fuzz import ROOT, WAYS, examine, seeds
from mcp_servers.xml_troubleshooter.errors import TroubleshooterError

SHARE = 300  # documents of each way


@pytest.mark.parametrize("way", WAYS)
def test_no_document_breaks_a_promise(way: str) -> None:
    for data, schema in islice(WAYS[way](0, seeds([ROOT / "kb"])), SHARE):
        with suppress(TroubleshooterError):  # a sentence for the user
            examine(data, schema)
