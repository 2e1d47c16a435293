"""A real instance without its web: Valkey, relay and workers as processes that tests may kill, and a ledger that is audited after every fault."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import redis
from sqlalchemy import text
from sqlmodel import func, select

from sciflask_reflex import storage
from sciflask_reflex.analyses import service
from sciflask_reflex.analyses.service import AnalysisRow
from sciflask_reflex.db import reading
from sciflask_reflex.jobs.broker import make_broker
from sciflask_reflex.models import ACTIVE, FINAL, Analysis, Mail, Status, StudyInput
from sciflask_reflex.settings import settings
from sciflask_reflex.supervisor.valkey import broker_command
from tests.factories import make_owner, make_study

ROOT = Path(__file__).parents[2]
TOOLS = Path(__file__).with_name("tool_package")
PROC = Path("/proc")


def wait_for(what: Callable[[], object], seconds: float = 30.0, *, every: float = 0.05) -> object:
    """Wait until something is so, and return it; fail with its name when it does not come."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, f"it did not come within {seconds} s: {what.__doc__ or what}"
        time.sleep(every)
    return found


def children_of(pid: int) -> list[int]:
    """Return the process ids of the living children of a process."""
    found = []
    for stat in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(stat.parent.name))
    return found


def alive(pid: int) -> bool:
    """Tell whether a process runs (a zombie does not)."""
    with suppress(OSError):
        return (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


class Rig:
    """Starts, kills and audits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.valkey: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        self.submitted: set[str] = set()
        self._log = (folder / "rig.log").open("ab")
        self.owner = make_owner()

    # processes

    @property
    def environment(self) -> dict[str, str]:
        """The environment of everything that is started here."""
        return os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(TOOLS)))}

    def _start(self, *command: str, **settings: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command, env=self.environment | settings, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log
        )
        self.processes.append(process)
        return process

    def start_valkey(self) -> None:
        """Start the broker as the supervisor does, and wait until it answers."""
        self.valkey = self._start(*broker_command(settings()))
        client = redis.Redis.from_url(settings().broker_url)

        def answers() -> bool:
            """Valkey answers."""
            with suppress(redis.exceptions.RedisError):
                return bool(client.ping())
            return False

        wait_for(answers)

    def start_relay(self) -> subprocess.Popen[bytes]:
        """Start a relay."""
        return self._start(sys.executable, "-m", "sciflask_reflex.jobs.relay")

    def start_worker(self, queues: str = "") -> subprocess.Popen[bytes]:
        """Start a worker; it serves all queues unless some are named."""
        worker = self._start(sys.executable, "-m", "sciflask_reflex.jobs.worker", SCIFLASK_WORKER_QUEUES=queues)
        self.workers.append(worker)
        return worker

    def start(self, workers: int = 1) -> "Rig":
        """Start everything."""
        self.start_valkey()
        self.start_relay()
        for _ in range(workers):
            self.start_worker()
        return self

    def close(self) -> None:
        """End everything that was started here."""
        for process in reversed(self.processes):
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()
        self._log.close()

    # what people do

    def submit(self, tool: str, **parameters: object) -> str:
        """Submit an analysis with a test tool; return its id."""
        study = make_study(self.owner.id, tool=f"fault-{tool}")
        row = service.submit(study.id, owner_id=self.owner.id, parameters=parameters)
        self.submitted.add(row.id)
        return row.id

    def row(self, analysis_id: str) -> AnalysisRow:
        """Return an analysis as its owner sees it."""
        return service.get(analysis_id, owner_id=self.owner.id)

    def until(self, analysis_id: str, *statuses: Status, seconds: float = 30.0) -> AnalysisRow:
        """Wait until an analysis has one of these statuses."""

        def reached() -> AnalysisRow | None:
            row = self.row(analysis_id)
            assert row.status in statuses or row.status not in FINAL, (
                f"{row.status} ({row.cause}): {row.error}\n{self.details(analysis_id)}"
            )
            return row if row.status in statuses else None

        reached.__doc__ = f"{analysis_id} is {statuses}"
        return wait_for(reached, seconds)  # pyright: ignore[reportReturnType]

    def details(self, analysis_id: str) -> str | None:
        """Return what the people who run the site see about a failure."""
        with reading() as session:
            return session.exec(select(Analysis.traceback).where(Analysis.id == analysis_id)).one()

    def until_computing(self, analysis_id: str, *, attempt: int = 1, seconds: float = 30.0) -> AnalysisRow:
        """Wait until the tool itself has reported progress."""

        def computes() -> AnalysisRow | None:
            """The tool computes."""
            row = self.row(analysis_id)
            return row if row.attempt == attempt and row.status == Status.RUNNING and row.fraction > 0.05 else None

        return wait_for(computes, seconds)  # pyright: ignore[reportReturnType]

    def lease_owner(self, analysis_id: str) -> int:
        """Return the process id of the worker that holds an analysis."""
        with reading() as session:
            name = session.exec(select(Analysis.lease_owner).where(Analysis.id == analysis_id)).one()
        return int(str(name).rsplit(":", 1)[1])

    def total(self, analysis_id: str) -> str:
        """Return the numbers of a result, as its file has them."""
        return service.result_path(analysis_id, "sums.csv", owner_id=self.owner.id).read_text()

    # the audit

    def assert_ledger(self) -> None:
        """Check the invariants I1 to I8 of the fault catalogue (I9, what people see, belongs to the browser tests)."""
        with reading() as session:
            rows = {row.id: row for row in session.exec(select(Analysis))}
            mails = dict(session.exec(select(Mail.cause, func.count()).group_by(Mail.cause)).all())  # pyright: ignore[reportCallIssue, reportArgumentType]
            inputs = list(session.exec(select(StudyInput)))
        assert self.submitted <= rows.keys(), "I1: whatever was acknowledged is there"
        assert all(row.status in FINAL for row in rows.values()), "I2: nothing is stuck"
        for row in rows.values():
            self._assert_result(row)
            ended_by_itself = row.status in (Status.DONE, Status.FAILED)
            assert mails.get(f"analysis:{row.id}:finished", 0) == int(ended_by_itself), "I5: one mail about each end"
        results = storage.root() / "results"
        assert {path.name for path in results.iterdir()} <= rows.keys(), "I7: no files without a row"
        assert all(storage.study_input(given.study_id, given.slot).is_file() for given in inputs), "I7: no row without its file"
        assert not [row for row in service.list_for(self.owner.id) if row.status in ACTIVE], "I6: no quota is used up"
        if settings().is_sqlite:
            with reading() as session:
                assert session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"], "I8"
                assert session.execute(text("PRAGMA foreign_key_check")).all() == [], "I8"

    def _assert_result(self, row: Analysis) -> None:
        folder = storage.analysis_folder(row.id)
        found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        if row.status != Status.DONE:
            assert found == [], f"I3: a {row.status} analysis has no result, but there is {found}"
            assert row.status != Status.FAILED or (row.cause and row.error), "I2: a failure has a cause and a sentence"
            return
        assert found == [str(row.attempt)], "I3: one result"
        files = {file["name"]: file for file in row.manifest["files"]}
        on_disk = {path.name: path.read_bytes() for path in (folder / found[0]).iterdir()}
        assert on_disk.keys() == files.keys() | {"manifest.json"}, "I3: its files and nothing else"
        for name, file in files.items():
            assert file["bytes"] == len(on_disk[name]), "I3: complete"
            assert file["sha256"] == hashlib.sha256(on_disk[name]).hexdigest(), "I3: undamaged"


def push_copies(analysis_id: str, copies: int) -> None:
    """Ring several times for one analysis."""
    from sciflask_reflex.jobs.broker import ring

    broker = make_broker()
    for _ in range(copies):
        ring(broker, analysis_id)


def rigs(folder: Path) -> Iterator[Rig]:
    """Yield a rig and end it."""
    rig = Rig(folder)
    try:
        yield rig
    finally:
        rig.close()
