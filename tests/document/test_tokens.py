from __future__ import annotations

import re

from mcp_servers.xml_troubleshooter.document.tokens import AT_NAME, NAME, NO_NAME_CHARACTER, NO_NAME_START

# productions 4 and 4a of XML 1.0, fifth edition
STARTS = (
    (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x37D),
    (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF), (0xF900, 0xFDCF),
    (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
)  # fmt: skip
OTHERS = ((0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))
EVERY = [chr(code) for code in range(0x110000)]


def test_a_name_holds_what_the_standard_lets_it_hold() -> None:
    starts = {chr(code) for first, last in STARTS for code in range(first, last + 1)}
    characters = starts | {chr(code) for first, last in OTHERS for code in range(first, last + 1)}

    def matching(pattern: str, before: str = "") -> set[str]:
        match = re.compile(pattern).fullmatch
        return {character for character in EVERY if match(before + character)}

    assert matching(NAME) == starts
    assert matching(f"{AT_NAME}(?s:.)") == starts
    assert matching(NAME, "a") == characters
    assert matching(f"[^{NO_NAME_START}]") == starts
    assert matching(f"[^{NO_NAME_CHARACTER}]") == characters
