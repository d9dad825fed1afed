"""Archives and single files, unpacked into a folder, and refused where they could do harm."""

from __future__ import annotations

import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ..errors import InputError

UNPACKED = 400_000_000  # bytes that an archive may hold
MEMBERS = 20_000  # files that it may hold
_RATIO = 200  # times that a member may grow while it is unpacked, beyond which it is a bomb
_SMALL = 1_000_000  # bytes up to which a member may grow by any ratio


def take_in(source: Path, target: Path, name: str = "") -> None:
    """Copy a file (as `name`), the content of a folder, or that of a zip, into the folder `target`.

    Raises InputError for an archive that leads out of its folder, holds links, or grows beyond all measure, and for a
    folder with links that lead out of it.
    """
    if source.is_dir():
        _copy_folder(source, target)
    elif zipfile.is_zipfile(source):
        _unzip(source, target)
    else:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / (name or source.name))


def _copy_folder(source: Path, target: Path) -> None:
    real = source.resolve()
    for path in real.rglob("*"):
        if not path.resolve().is_relative_to(real):
            raise InputError(f"{path} leads out of the folder {source}; copy the file itself there.")
        if not path.is_dir() and not path.is_file():
            raise InputError(f"{path} is no regular file; take it out of {source} first.")
    shutil.copytree(real, target, dirs_exist_ok=True)


def _unzip(source: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            members = list(_members(archive, source.name))
            for member, path in members:
                there = target.joinpath(*path.parts)
                there.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as packed, there.open("xb") as file:
                    shutil.copyfileobj(packed, file)  # no more than it says it has: zipfile reads on to that
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, FileExistsError) as error:
        raise InputError(f"{source.name} is no zip that can be unpacked ({error}); get it anew.") from None


def _members(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[zipfile.ZipInfo, PurePosixPath]]:
    infos = archive.infolist()
    if len(infos) > MEMBERS or sum(info.file_size for info in infos) > UNPACKED:
        raise InputError(f"{name} holds more than {MEMBERS} files or {UNPACKED // 10**6} MB; nothing was unpacked.")
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in info.filename:
            raise InputError(f"{name} holds {info.filename!r}, which leads out of its folder; nothing was unpacked.")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise InputError(f"{name} holds the link {info.filename!r}; nothing was unpacked.")
        if info.file_size > max(_SMALL, _RATIO * info.compress_size):
            raise InputError(f"{name} holds {info.filename!r}, which grows beyond all measure; nothing was unpacked.")
        if not info.is_dir():
            yield info, path
