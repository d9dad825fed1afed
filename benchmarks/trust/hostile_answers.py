"""Texts that a model may answer with instead of an action: each is an action or a sentence for the model, at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from mcp_servers.xml_troubleshooter.agent.schemas import ActionError, AgentAction

_SECONDS = 3.0
_SENTENCES = 1000  # characters
_MANY = 100_000
_EDIT = '{"find": "a", "replace": "b"}'
_ENDED = '{"action": "report_complete", "confidence": 1, "reasoning": "x", "data": {}}'


def _action(field: str, value: str) -> str:
    """An action as JSON in which one field has this value, as JSON."""
    fields = {"action": '"propose_fix"', "confidence": "1", "reasoning": '"x"', "data": "{}", field: value}
    return "{" + ", ".join(f'"{name}": {each}' for name, each in fields.items()) + "}"


_TEXTS = {
    "no JSON": "true",
    "nothing": "",
    "null": "null",
    "a number": "7",
    "a string": '"propose_fix"',
    "blanks": " " * _MANY,
    "zeros": "\0" * _MANY,
    "bytes": "\udcff" * 1000,
    "a mark in front": f"\ufeff{_ENDED}",
    "the other way": f"\u202e{_ENDED}",
    "braces": "{" * _MANY,
    "brackets": "[" * _MANY + "]" * _MANY,
    "objects that begin": '{"action":' * 20_000,
    "quotes": '"' * _MANY,
    "backslashes": '{"action": "' + "\\" * _MANY,
    "fences": "```json\n" * 20_000,
    "fences without an end": "```" * 30_000 + "{",
    "tags": "<a>" * 30_000,
    "thoughts": "<think>" * 20_000,
    "keys without an end": '"action" : ' * 20_000,
    "a key without an end": '{"' + "a" * _MANY + '": 1}',
    "quotes of both kinds": '{\'action": "' * 20_000,
    "a dictionary of Python": "{'action': 'propose_fix', 'r': 'it''s'}" * 2000,
    "thousands of actions": f"{_ENDED}\n" * 3000,
    "commas behind": _ENDED + "," * _MANY,
    "edits that are cut off": '{"action": "propose_fix", "data": {"edits": [' + f"{_EDIT}," * 20_000,
    "20,000 edits": _action("data", '{"edits": [' + ",".join([_EDIT] * 20_000) + "]}"),
    "depth": _action("data", '{"a":' * 50_000 + "1" + "}" * 50_000),
    "half a character": _action("reasoning", '"\\ud800"'),
    "controls": _action("reasoning", '"' + "\x01\x1b[2J" * 1000 + '"'),
    "tags in a text": _action("reasoning", f'"{"<a>" * 30_000}"'),
    "escapes": _action("reasoning", '"' + '\\"' * _MANY + '"'),
    "another name": _action("action", '"__class__"'),
    "a zero in the name": _action("action", '"propose_fix\\u0000"'),
    "types that are others": _action("confidence", '{"a": ["x"]}'),
    "not a number": _action("confidence", "NaN"),
    "endless": _action("confidence", "1e999"),
    "below zero": _action("confidence", "-5"),
    "digits": _action("confidence", "9" * _MANY),
    "digits within": _action("data", '{"n": ' + "9" * 10_000 + "}"),
}


def hostile_answers(_: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each is read as the answer of a model."""

    def attempt(text: str) -> None:
        started = time.process_time()
        told = ""
        try:
            assert 0 <= AgentAction.parse_from_text(text).confidence <= 1
        except ActionError as error:
            told = str(error)
        assert len(told) < _SENTENCES, "the model is told its own answer"
        assert time.process_time() - started < _SECONDS

    for name, text in _TEXTS.items():
        yield name, partial(attempt, text)
