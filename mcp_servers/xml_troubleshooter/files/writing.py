"""The replacement of a file: whole or not at all, with the older content kept beside it, and put back on demand.

Content goes to a new file beside its place, which is synced and only then given its name; a process that ends in
between leaves the old file or the new one, and the next write into that folder sweeps the leftovers of a dead process.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from ..disk.backup_journal import Entry, Journal
from ..disk.open_folder import OpenFolder, all_of
from ..errors import InputError

_NUMBER = re.compile(r"\.bak\.([1-9]\d{0,8})$")
_NAME_BYTES = 255  # that a file's name may have nearly everywhere


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: the backup of its older content (None without any), and notes of losses."""

    backup: Path | None = None
    notes: tuple[str, ...] = ()


def write(
    path: Path,
    data: bytes,
    *,
    instead_of: Collection[bytes] | None = None,
    ours: bytes = b"",
    state_dir: Path | None = None,
) -> Written:
    """Put `data` at a real path in one step, and keep the older content beside it, as `<name>.bak`.

    Older backups move on to the next free number. With `instead_of` the file must still hold one of these, or, where
    that is empty, must not be there; `ours` is content that needs no backup. Owner, mode and extended attributes stay
    where that is permitted. `state_dir` keeps the journal that `restore` needs. Raises InputError where the file
    changed, came or went meanwhile, or cannot be written.
    """
    try:
        with OpenFolder.opened(path.parent) as folder:
            folder.sweep()
            return _replaced(folder, path, data, instead_of, ours, Journal(state_dir))
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"{path} cannot be written: {reason}; nothing was changed. Choose another output_path, or see to the "
            f"folder {path.parent}."
        ) from None


def restore(path: Path, state_dir: Path | None) -> Written:
    """Put back the newest backup of a file that this program made; the state before becomes a backup too.

    Raises InputError without one, or for a file that has changed since.
    """
    newest = Journal(state_dir).newest(path)
    if newest is None:
        beside = ", ".join(one.name for one in backups(path))
        found = f" Beside it lies {beside}; copy that by hand where it is the right one." if beside else ""
        raise InputError(f"No backup of {path} that was made here is known; nothing was changed.{found}")
    try:
        with OpenFolder.opened(path.parent) as folder:
            current = folder.content(path.name)
            kept = {_digest(content): content for content in folder.contents(_backup_names(folder, path.name))}
    except OSError as error:
        raise InputError(f"{path} cannot be restored: {error.strerror or error}.") from None
    if current is not None and _digest(current) == newest.before:
        raise InputError(f"{path} already holds what its newest backup holds; nothing was changed.")
    if current is None or _digest(current) != newest.after:
        what = "is gone" if current is None else "has changed since it was written here"
        raise InputError(
            f"{path} {what}, and was left alone; its backup is {path.with_name(newest.backup)}, to be copied by hand."
        )
    if newest.before not in kept:
        raise InputError(f"The backup of {path} is gone or changed ({newest.backup}); nothing was changed.")
    return write(path, kept[newest.before], instead_of=[current], state_dir=state_dir)


def backups(path: Path) -> tuple[Path, ...]:
    """The backups that lie beside a file, the newest first."""
    try:
        with OpenFolder.opened(path.parent) as folder:
            return tuple(path.with_name(name) for name in _backup_names(folder, path.name))
    except OSError:
        return ()


def _replaced(
    folder: OpenFolder, path: Path, data: bytes, instead_of: Collection[bytes] | None, ours: bytes, journal: Journal
) -> Written:
    name = path.name
    changed = InputError(f"{path} changed while it was worked on and was left alone; run the repair again.")
    made_by_others = InputError(f"{path} was made by somebody else meanwhile and was left alone; run it again.")
    there = folder.lstat(name)
    if there is None:
        if instead_of:
            raise InputError(
                f"{path} was there when the work began and is gone now; nothing was written. Run the repair again, or "
                "give another output_path."
            )
        with folder.new(data) as made:
            made.set_usual_mode()
            if not made.becomes_new(name):
                raise made_by_others
        return Written()  # its name may take its time to the disk: nothing was there that could be lost
    with folder.existing(name) as (handle, status):
        old = all_of(handle)
        if instead_of is not None and old not in instead_of:
            raise changed if instead_of else made_by_others
        notes = [f"It had {status.st_nlink} names (hard links); the others keep the old content."] * (
            status.st_nlink > 1
        )
        with folder.new(data) as made:
            notes += made.take_over(handle, status)
            backup = None if old == ours else _keep(folder, name, old, handle, status)
            if backup is not None:
                journal.add(Entry(str(path), backup, _digest(old), _digest(data)))
            now = folder.lstat(name)
            if now is None or not os.path.samestat(now, status) or now.st_mtime_ns != status.st_mtime_ns:
                raise changed
            made.becomes(name)
    folder.sync()
    return Written(path.with_name(backup) if backup else None, tuple(notes))


def _keep(folder: OpenFolder, name: str, old: bytes, handle: int, status: os.stat_result) -> str:
    """The name of a backup with this content, made where the newest one has another; that moves on to a free number.

    An entry of that name that is no file is nobody's backup: it is let alone, and the backup takes a number.
    """
    newest = _backup_name(name)
    with folder.new(old) as made:
        made.take_over(handle, status)
        os.utime(made.handle if os.utime in os.supports_fd else made.place, ns=(status.st_atime_ns, status.st_mtime_ns))
        while not made.becomes_new(newest):
            try:
                if folder.content(newest) == old:
                    return newest
            except OSError:
                newest = _free_number(folder, name)
            else:
                folder.move_new(newest, _free_number(folder, name))
    folder.sync()
    return newest


def _free_number(folder: OpenFolder, name: str) -> str:
    numbered = (_backup_name(name, number) for number in count(1))
    return next(each for each in numbered if folder.lstat(each) is None)


def _backup_name(name: str, number: int = 0) -> str:
    ending = f".bak.{number}" if number else ".bak"
    if len(os.fsencode(name + ending)) > _NAME_BYTES:
        mark = "~" + hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
        room = _NAME_BYTES - len(ending) - len(mark)
        name = os.fsencode(name)[:room].decode(sys.getfilesystemencoding(), "ignore") + mark
    return name + ending


def _backup_names(folder: OpenFolder, name: str) -> list[str]:
    """The names of a file's backups, the newest first: of the numbered ones the last was moved on last."""
    known = set(folder.names())
    numbers = {int(found[1]) for other in known if (found := _NUMBER.search(other))}
    names = [_backup_name(name, number) for number in (0, *sorted(numbers, reverse=True))]
    return [one for one in names if one in known]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
