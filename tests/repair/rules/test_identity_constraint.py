"""References to keys that are not there."""

from __future__ import annotations

import pytest

from .conftest import KEYS, USES, OwnSchema, Restore

# what the schema is called and says, what is right, what it is broken into
CASES = {
    "a reference to a key with a slip in it": ("order.xsd", KEYS, USES, USES.replace('part="panel"', 'part="pannel"')),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_schema_of_its_own_determines_is_restored(case: OwnSchema, restored: Restore) -> None:
    restored(case)
