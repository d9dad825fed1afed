"""The format of a text that is no XML: JSON, a table, a log, a mail, statements, a message of another standard."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable

SAMPLE = 4096  # characters that tell what a text is
_READ_WHOLE = 1_000_000  # characters of JSON that is looked at to its end
_LINES = 20  # lines that are compared
_MIN_ROWS = _MIN_VALUES = 2
TAG = re.compile(r"<(?:[?!/]|[^\W\d])")
_TAG_LINE = re.compile(r"^<(?:[?!]|[^\W\d])", re.MULTILINE)
_HOLDS = "seems to hold XML: take that out of it"
_JSON = re.compile(r"[\[{]\s*(?:[\[{]\s*)*(?:\"(?:[^\"\\\n]|\\.)*\"\s*[:,\]]|[\]}]\s*\Z)")
_JSON_VALUE = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"\s*:\s*\"\s*(?:\\[nrt])*<")
_SQL = re.compile(
    r"(?:\s*+--[^\n]*+\n|\s*+/\*(?:[^*]|\*(?!/))*+\*/)*+\s*+(?:"
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:TABLE|DATABASE|SCHEMA|VIEW|INDEX)\s|INSERT\s+INTO\s+\S+\s*(?:\([^)]*\)\s*)?VALUES"
    r"|DROP\s+(?:TABLE|DATABASE)\s|ALTER\s+TABLE\s|BEGIN\s+TRANSACTION|PRAGMA\s+\w+\s*=)",
    re.IGNORECASE,
)
# by their first words
_MESSAGES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:UNA.{6}\s*)?UNB\+"), "a UN/EDIFACT message"),
    (re.compile(r"ISA[^\w\s].{2}[^\w\s]"), "an ANSI X12 message"),
    (re.compile(r"\{1:[A-Z]\d\d|:20:[^\n]*\n:\d\d[A-Z]?:"), "a SWIFT MT message, the predecessor of ISO 20022"),
    (re.compile(r"(?:MSH|FHS|BHS)\|\^~\\&"), "an HL7 message of version 2"),
    (re.compile(r"EDI_DC(?:40)?\s"), "an IDoc of SAP in its flat form; its XML form is meant"),
    (re.compile(r"BEGIN:V(?:CARD|CALENDAR)\b"), "a calendar or a card of contacts"),
    (re.compile(r"-----BEGIN [A-Z0-9 ]+-----"), "a key, certificate or message in PEM form"),
    (re.compile(r"#!\s*/"), "a script"),
    (re.compile(r"[0-9a-fA-F]{6,8}:? +(?:[0-9a-fA-F]{2,4} +){4}"), "a dump of bytes in hexadecimal digits"),
    (
        re.compile(
            r"(?:package|import|using|namespace) [\w.*]+\s*;|#include\s*[<\"]|from \w[\w.]* import |import [\w.]+\n"
            r"|public (?:class|interface) |[\"']use strict"
        ),
        "the source text of a program",
    ),
    (re.compile(r"version https://git-lfs\.github\.com/spec/"), "a Git LFS pointer; git lfs pull gets the file"),
    (re.compile(r"\+ADw[-?!]"), "text in UTF-7, in which markup can hide and which nothing here reads"),
    (
        re.compile(
            r"Traceback \(most recent|Exception in thread|(?:[a-z]\w*\.)+[A-Z]\w*(?:Exception|Error)\b|curl: \(\d+\)"
            r"|cvc-[\w.-]+:|(?:fatal )?error(?: \w+)?:\s",
            re.IGNORECASE,
        ),
        "the message of a program, not the document that it is about",
    ),
    (
        re.compile(r"(?:diff --git |Index: |--- [^\n]*\n\+\+\+ )(?:[^\n]*\n)*?@@ -"),
        "a patch, the difference between two files",
    ),
)
_ONE_LINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:https?|ftp|file)://\S+\s*\Z", re.IGNORECASE), "an address, not what it leads to"),
    (
        re.compile(r"(?:[A-Za-z]:[\\/]|\\\\|~?/|\.{1,2}[\\/])[^\n<>|]*\.\w{2,5}\s*\Z"),
        "the name of a file, not what is in it",
    ),
)
_HEADER = re.compile(r"[A-Za-z][\w-]*:(?:\s|\Z)|[ \t]+\S")
_OF_MAILS = re.compile(
    r"^(?:From|To|Subject|Date|MIME-Version|Message-ID|Received|Return-Path):", re.MULTILINE | re.IGNORECASE
)
_MIN_HEADERS = 2
_YAML = re.compile(r"---\s*(?:#.*)?\Z|%YAML ")
_YAML_LINE = re.compile(r"\s*- |\s*[\w./\"'-]+:(?:\s|\Z)|\s+\S")
_SETTING = re.compile(r"[\w.\"'-]+[ \t]*=(?!=)")
_SETTINGS = re.compile(r"\[+[^\]\n]+\]+\s*(?:[;#].*)?\Z|[;#!]|[\w.\"'-]+[ \t]*=(?!=)|[ \t]+\S|[\]}]")
_TOLD_BY = re.compile(r"([a-z][\w.-]*): (?=.* .)")  # a program in front of what it says
_TIGHT = re.compile(r"[,;](?! |$)|[\t|\"{}=]|^\s*- |:$")  # what hardly any sentence has
_MOST_WORDS = 4  # of a value in the first line of a table, which mostly are names
_CODE = re.compile(r"[;{}]\s*\Z", re.MULTILINE)
_LOGGED = re.compile(
    r"\[?\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d\S*\s.*\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL)\b"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [^:]+: |\S+ \S+ \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:[^\]]*\] \""
    r"|(?:INFO|WARN|DEBUG|ERROR)\b[^<\n]*\d\d:\d\d:\d\d"
)


def text_format(text: str) -> str:
    """The name of the format of a text, to follow "not XML but"; "" for a text that may be meant as XML."""
    plain = text.lstrip("\ufeff \t\r\n")
    if not plain or plain.startswith("<"):
        return ""
    head = plain[:SAMPLE]
    if plain.startswith(("{", "[")) and _JSON.match(head):
        return _json(plain)
    if _SQL.match(head):
        return f"statements of SQL{f'; one of their values {_HOLDS}' if TAG.search(plain) else ''}"
    for shape, words in _MESSAGES:
        if shape.match(head) and not _TAG_LINE.search(text):
            return words
    if _TAG_LINE.search(text) or TAG.search(head.split("\n", 1)[0]):  # something stands in front of a document
        return ""
    for shape, words in _ONE_LINE:
        if shape.match(head):
            return words
    lines = head.splitlines()
    lines = lines[: -1 if len(head) == SAMPLE else None]
    return next((words for is_it, words in _LOOKS if is_it(lines)), "")


def _json(text: str) -> str:
    """JSON in words, with the name of a value that holds a document."""
    value = _JSON_VALUE.search(text)
    inside = f'; its value "{value.group(1)[:40]}" {_HOLDS}' if value else ""
    if len(text) > _READ_WHOLE or _is_json(text):
        return f"JSON{inside}"
    lines = text.split("\n")
    if len(lines) > 1 and all(_is_json(line) for line in lines if line.strip()):
        return f"JSON, a value in each line{inside}"
    return f"JSON, and even as that not complete or not correct{inside}"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_mail(lines: list[str]) -> bool:
    """Whether all lines before the first empty one are header fields, some of which only mails have."""
    end = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    header = lines[:end]
    return all(map(_HEADER.match, header)) and len(_OF_MAILS.findall("\n".join(header))) >= _MIN_HEADERS


def _is_log(lines: list[str]) -> bool:
    """Whether most lines that are not indented begin as those of logs do."""
    first = [line for line in lines[:_LINES] if line.strip() and not line[0].isspace()]
    return len(first) >= _MIN_ROWS and sum(map(bool, map(_LOGGED.match, first))) * 2 > len(first)


def _is_yaml(lines: list[str]) -> bool:
    told = [line for line in lines[:_LINES] if line.strip() and not line.lstrip().startswith("#")]
    if told and _YAML.match(told[0]):
        return True
    return len(told) >= _MIN_ROWS and not told[0][0].isspace() and all(map(_YAML_LINE.match, told))


def _are_settings(lines: list[str]) -> bool:
    """Whether all lines are those of INI, TOML or properties: keys with values, headings, comments."""
    told = [line for line in lines if line.strip()]
    keys = sum(map(bool, map(_SETTING.match, told)))
    headed = bool(told) and any(line.startswith("[") for line in told)
    return keys >= (1 if headed else _MIN_ROWS) and all(map(_SETTINGS.match, told)) and not _is_program(told)


def _is_prose(lines: list[str]) -> bool:
    """Whether all lines are sentences, as of people, or of programs at work; their commas separate no values."""
    told = [line.strip() for line in lines[:_LINES] if line.strip()]
    tools = {tool[1] if (tool := _TOLD_BY.match(line)) else "" for line in told}
    ended = sum(line.endswith((".", "!", "?")) for line in told)
    return len(told) > 1 and (
        (len(tools) == 1 and "" not in tools) or (ended * 2 > len(told) and not any(map(_TIGHT.search, told)))
    )


def _is_program(lines: list[str]) -> bool:
    """Whether lines end as statements do."""
    return sum(map(bool, map(_CODE.search, lines))) * 2 > len(lines)


def _is_table(lines: list[str]) -> bool:
    """Whether all lines have the same number of values, two at least."""
    rows = lines[:_LINES]
    for separator in ",;\t|":
        if len(rows) < _MIN_ROWS or separator not in rows[0]:
            continue
        try:
            table = [row for row in csv.reader(rows, delimiter=separator) if row]
        except csv.Error:
            continue
        widths = [len(row) for row in table]
        if table and any(len(value.split()) > _MOST_WORDS for value in table[0]):
            continue  # a sentence
        even = len(widths) >= _MIN_ROWS and widths[0] >= _MIN_VALUES and len(set(widths)) == 1
        if even and not (separator == ";" and widths[0] == _MIN_VALUES and _is_program(rows)):
            return True
    return False


_LOOKS: tuple[tuple[Callable[[list[str]], bool], str], ...] = (
    (_is_mail, "a mail; the document may be attached to it"),
    (_is_prose, "plain text, such as a program tells of its work"),
    (_is_yaml, "YAML"),
    (_is_log, "a log"),
    (_are_settings, "a configuration file of keys and values (INI, TOML or properties)"),
    (_is_table, "a table of separated values (CSV)"),
)
