"""The usage of the model: requests, attempts, tokens, money, errors and latency, this session and over the lifetime.

Holds figures and names of models, never a text of a request, an answer or a document.
"""

from __future__ import annotations

import logging
import math
import operator
import sqlite3
import threading
import time
import weakref
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypeVar

from .disk.state_files import private_folder

_log = logging.getLogger(__name__)

# Latencies kept for the percentiles; counts and sums are kept for ever.
_RECENT = 2_000
_BUSY_SECONDS = 5.0
_GATHER_SECONDS = 0.05
_DAMAGED = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}

Result = TypeVar("Result")
_Statement: TypeAlias = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One finished question. `outcome` is "ok" or the kind of error; `attempts` counts requests that were sent,
    `sent_twice` those sent again although the service may have processed, and charged, the one before.

    `seconds` includes the waits between them; `cost` is the service's own figure.
    """

    model: str
    outcome: str
    attempts: int
    seconds: float
    tokens_reported: int = 0
    tokens_estimated: int = 0
    cost: float = 0.0
    sent_twice: int = 0

    @property
    def figures(self) -> Figures:
        """The figures of this question; retries are the attempts after the first."""
        failed, retries = int(self.outcome != "ok"), max(0, self.attempts - 1)
        tokens = (self.tokens_reported, self.tokens_estimated)
        return Figures(1, failed, self.attempts, retries, *tokens, self.cost, self.sent_twice)


class Figures(NamedTuple):
    """The sums over questions; the columns of the table `totals`, in their order."""

    requests: int = 0
    errors: int = 0
    attempts: int = 0
    retries: int = 0
    tokens_reported: int = 0
    tokens_estimated: int = 0
    cost: float = 0.0
    sent_twice: int = 0

    def plus(self, other: Figures) -> Figures:
        """Both together."""
        return Figures(*map(operator.add, self, other))

    def as_dict(self) -> dict[str, Any]:
        """The figures by their names."""
        total = self.tokens_reported + self.tokens_estimated
        return {**self._asdict(), "total_tokens": total, "cost": round(self.cost, 6)}


def _summary(
    rows: Iterable[tuple[str, str, Figures]], seconds: Sequence[float], runs: dict[str, int]
) -> dict[str, Any]:
    """Figures from rows of (model, outcome, figures)."""
    total, by_model, errors = Figures(), defaultdict[str, Figures](Figures), Counter[str]()
    for model, outcome, figures in rows:
        total = total.plus(figures)
        by_model[model] = by_model[model].plus(figures)
        if outcome != "ok":
            errors[outcome] += figures.requests
    return {
        **total.as_dict(),
        "errors_by_kind": dict(errors),
        "latency_p50": percentile(seconds, 0.5),
        "latency_p95": percentile(seconds, 0.95),
        "by_model": {model: figures.as_dict() for model, figures in by_model.items()},
        "runs": runs,
    }


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least that share of the values does not exceed; None of none."""
    if not values:
        return None
    return round(sorted(values)[max(0, math.ceil(share * len(values)) - 1)], 3)


@dataclass(slots=True)
class Tally:
    """The figures of one session, in memory."""

    _rows: defaultdict[tuple[str, str], Figures] = field(default_factory=lambda: defaultdict(Figures))
    _seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_RECENT))
    _runs: Counter[str] = field(default_factory=Counter)

    def record_call(self, call: Call) -> None:
        """Count one finished question."""
        kind = (call.model, call.outcome)
        self._rows[kind] = self._rows[kind].plus(call.figures)
        self._seconds.append(call.seconds)

    def record_run(self, status: str) -> None:
        """Count one finished run by its status."""
        self._runs[status] += 1

    def summary(self) -> dict[str, Any]:
        """The figures: counts, sums, errors by kind, latency percentiles in seconds, by model, runs by status."""
        rows = ((*kind, figures) for kind, figures in self._rows.items())
        return _summary(rows, self._seconds, dict(self._runs))


_SCHEMA = """
CREATE TABLE IF NOT EXISTS totals (
    model TEXT NOT NULL, outcome TEXT NOT NULL,
    requests INTEGER NOT NULL, errors INTEGER NOT NULL, attempts INTEGER NOT NULL, retries INTEGER NOT NULL,
    tokens_reported INTEGER NOT NULL, tokens_estimated INTEGER NOT NULL, cost REAL NOT NULL,
    sent_twice INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (model, outcome)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS recent (id INTEGER PRIMARY KEY AUTOINCREMENT, seconds REAL NOT NULL);
CREATE TABLE IF NOT EXISTS runs (status TEXT PRIMARY KEY, runs INTEGER NOT NULL) WITHOUT ROWID;
"""

_ADD_TOTALS = (
    "INSERT INTO totals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (model, outcome) DO UPDATE SET "  # noqa: S608
    + ", ".join(f"{name} = {name} + excluded.{name}" for name in Figures._fields)
)


class UsageStore:
    """Usage of this session and of all sessions, in `usage.db` under a folder that several servers may share.

    Records are written by a thread of the store's own, so that nobody waits for the disk or for another server. A
    record is written whole or not at all: a killed server lacks at most those of the last moment, a normal exit writes
    all. A store that cannot be written costs a warning in the log and the lifetime figures, never a call.
    """

    def __init__(self, state_dir: Path) -> None:
        self._file = state_dir / "usage.db"
        self._session = Tally()
        self._lock = threading.Lock()
        self._broken = False
        self._db: sqlite3.Connection | None = None
        self._pending: list[_Statement] = []
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="usage")

    def record_call(self, call: Call) -> None:
        """Count one finished question; returns at once."""
        with self._lock:
            self._session.record_call(call)
        self._write(
            (_ADD_TOTALS, (call.model, call.outcome, *call.figures)),
            ("INSERT INTO recent (seconds) VALUES (?)", (call.seconds,)),
            ("DELETE FROM recent WHERE id <= (SELECT max(id) FROM recent) - ?", (_RECENT,)),
        )

    def record_run(self, status: str) -> None:
        """Count one finished run by its status; returns at once."""
        with self._lock:
            self._session.record_run(status)
        self._write(("INSERT INTO runs VALUES (?, 1) ON CONFLICT (status) DO UPDATE SET runs = runs + 1", (status,)))

    def summary(self) -> dict[str, Any]:
        """`{"session": figures, "lifetime": figures}`; an unreadable store leaves the session's figures for both.

        Waits until everything recorded before is written; call it in a thread.
        """
        lifetime = self._writer.submit(self._guarded, self._lifetime).result()
        with self._lock:
            session = self._session.summary()
        return {"session": session, "lifetime": session if lifetime is None else lifetime}

    def close(self) -> None:
        """Write the records that are left and close the file; nothing can be recorded after."""
        self._writer.shutdown()
        self._disconnect()

    @staticmethod
    def _lifetime(db: sqlite3.Connection) -> dict[str, Any]:
        rows = ((model, outcome, Figures(*row)) for model, outcome, *row in db.execute("SELECT * FROM totals"))
        seconds = [row[0] for row in db.execute("SELECT seconds FROM recent")]
        return _summary(rows, seconds, dict(db.execute("SELECT status, runs FROM runs").fetchall()))

    def _write(self, *statements: _Statement) -> None:
        with self._lock:
            first = not self._pending
            self._pending += statements
        if first:
            self._writer.submit(self._write_pending)

    def _write_pending(self) -> None:
        """Write the statements that wait, after a moment in which more may come."""
        time.sleep(_GATHER_SECONDS)
        with self._lock:
            batch, self._pending = self._pending, []

        def write(db: sqlite3.Connection) -> None:
            for sql, values in batch:
                db.execute(sql, values)

        self._guarded(write)

    def _guarded(self, work: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """The result of `work`; None, with one warning in the log, where the store cannot be used."""
        try:
            try:
                return self._in_transaction(work)
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorcode", None) not in _DAMAGED:
                    raise
                self._put_aside()
                return self._in_transaction(work)
        except (sqlite3.Error, OSError) as error:
            if not self._broken:
                self._broken = True
                _log.warning(
                    "Usage cannot be kept in %s (%s); set STATE_DIR to a folder of your own.", self._file, error
                )
            return None

    def _in_transaction(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        db = self._db
        if db is None:
            db = self._db = _open(self._file)
            weakref.finalize(self, db.close)  # for those who do not close the store
        with db:
            db.execute("BEGIN IMMEDIATE")
            return work(db)

    def _put_aside(self) -> None:
        _log.warning("The usage figures in %s are damaged; they are put aside and counting begins anew.", self._file)
        self._disconnect()
        for suffix in ("-wal", "-shm"):
            Path(f"{self._file}{suffix}").unlink(missing_ok=True)
        self._file.replace(f"{self._file}.damaged")

    def _disconnect(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            db.close()


def _open(file: Path) -> sqlite3.Connection:
    private_folder(file.parent)
    file.touch(mode=0o600)
    file.chmod(0o600)  # which the files beside it take over
    db = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(_SCHEMA)
        if "sent_twice" not in {row[1] for row in db.execute("PRAGMA table_info(totals)")}:  # made by an older version
            db.execute("ALTER TABLE totals ADD COLUMN sent_twice INTEGER NOT NULL DEFAULT 0")
    except sqlite3.Error:
        db.close()
        raise
    return db
