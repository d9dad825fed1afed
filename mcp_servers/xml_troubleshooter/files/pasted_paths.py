"""The meanings of a path that a person pasted: from a terminal, a browser, a mail, another system."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..errors import InputError

_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
_INVISIBLE = re.compile("[\ufeff\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BLANKS = " \t\r\n\u00a0"
_ESCAPED = re.compile(r"\\(?=[ ()&'\[\]])")  # as a shell wants it
_WINDOWS = re.compile(r"(?:[A-Za-z]:[\\/]|\\\\[^\\])")
WEB = re.compile(r"https?:/", re.IGNORECASE)
_NEAR = 3
_LOOKED_AT = 20_000  # entries of the allowed folders in which a file of the same name is looked for


def readings(name: str, roots: Sequence[Path]) -> list[Path]:
    """The places that a name may mean, the likeliest first: as it is written, then as it was probably meant.

    A URI or an absolute path is one place, a relative one lies in the working folder or in a root. Raises InputError
    for a home folder that is unknown.
    """
    meant: dict[Path, None] = {}
    for written in dict.fromkeys((name, *cleaned(name))):
        path = Path(written)
        if written.startswith("~"):
            try:
                path = path.expanduser()
            except RuntimeError:
                raise InputError(f"{written} names a home folder that is unknown here; give the whole path.") from None
        places = [path] if path.is_absolute() else [Path.cwd() / path, *(root / path for root in roots)]
        meant |= dict.fromkeys(places)
    return [*meant, *(same for path in list(meant) if (same := _composed(path)) is not None)]


def foreign(name: str) -> str:
    """The sentence about a path that belongs to another system; "" for one of this."""
    if sys.platform == "win32" or not any(map(_WINDOWS.match, (name, *cleaned(name)))):
        return ""
    return f" It is a path of Windows, and this server runs on {sys.platform.capitalize()}, where files lie elsewhere."


def near(name: str, path: Path, roots: Sequence[Path]) -> list[str]:
    """Files that may be meant by a name that leads nowhere: alike in its folder, or of its name in an allowed one."""
    wanted = _plain(re.split(r"[\\/]", cleaned(name)[-1].rstrip("\\/"))[-1])
    found: dict[str, None] = {}
    if any(path.is_relative_to(root) for root in roots):
        try:
            beside = {_plain(entry.name): entry.name for entry in path.parent.iterdir()}
        except OSError:
            beside = {}
        import difflib  # noqa: PLC0415 - most names lead somewhere

        alike = [wanted] if wanted in beside else difflib.get_close_matches(wanted, beside, n=_NEAR)
        found |= {beside[each]: None for each in alike}
    elsewhere = (str(each) for each in _below(roots) if _plain(each.name) == wanted and each.parent != path.parent)
    found |= dict.fromkeys(elsewhere)
    return list(found)[:_NEAR]


def cleaned(name: str) -> list[str]:
    """A name without the characters that came with it when it was copied, in each way in which it may then be read."""
    bare = _INVISIBLE.sub("", name).strip(_BLANKS)
    while len(bare) > 1 and bare[0] in _QUOTES and bare[-1] in _QUOTES:
        bare = bare[1:-1].strip(_BLANKS)
    if bare.lower().startswith("file:"):
        parts = urlsplit(bare)
        bare = unquote(parts.path)
        if re.match(r"/[A-Za-z]:", bare):
            bare = bare[1:]
        elif parts.netloc not in ("", "localhost"):
            bare = f"//{parts.netloc}{bare}"
    told = [bare]
    if os.sep == "/" and "\\" in bare:
        told.append(_ESCAPED.sub("", bare))
        drive = re.match(r"([A-Za-z]):[\\/]", bare)
        told.append(f"/mnt/{drive[1].lower()}/{bare[3:]}".replace("\\", "/") if drive else bare.replace("\\", "/"))
    return told


def _composed(path: Path) -> Path | None:
    """The place whose name is this one but for how its accents are put together (NFC, NFD); None for none."""
    if str(path).isascii() or os.path.exists(path):  # noqa: PTH110 - of names that are too long it raises nothing
        return None
    there = Path(path.anchor)
    for part in path.parts[1:]:
        if not os.path.exists(there / part):  # noqa: PTH110
            try:
                same = [entry.name for entry in there.iterdir() if _nfc(entry.name) == _nfc(part)]
            except OSError:
                return None
            if len(same) != 1:
                return None
            part = same[0]  # noqa: PLW2901 - the same name, as the disk has it
        there /= part
    return there


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _plain(name: str) -> str:
    return _nfc(name).casefold()


def _below(roots: Sequence[Path]) -> Iterator[Path]:
    """Files in the folders, as many as can be looked at while somebody waits; links are not followed."""
    seen = 0
    for root in roots:
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(each for each in folders if not each.startswith("."))
            for name in files:
                seen += 1
                if seen > _LOOKED_AT:
                    return
                yield Path(folder, name)
