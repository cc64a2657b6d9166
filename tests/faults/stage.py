"""A database, real processes on it, and patience with a deadline."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[2]
HOST = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/merci").rsplit("/", 1)[0]
SERVER = f"{HOST}/postgres"
FEW = 20  # jobs: one that nobody can finish, or that is under way, does not keep the scheduler waiting


def comes(condition: Callable, *, seconds: float):
    """The first true value of ``condition``, or its last false one when it never comes."""
    deadline = time.monotonic() + seconds
    while not (value := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return value


def until(condition: Callable, *, seconds: float = 15, what: str = ""):
    """The first true value of ``condition``; an ``AssertionError`` that says what was waited for when it never comes."""
    value = comes(condition, seconds=seconds)
    assert value, f"waited {seconds} s for {what or condition.__name__}"
    return value


def postgres_answers() -> bool:
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def lives(process: psutil.Process | int) -> bool:
    """Whether the process still runs. It may end between any two questions about it."""
    try:
        process = psutil.Process(process) if isinstance(process, int) else process
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def on_server(statement: str, *values: str) -> None:
    with closing(psycopg.connect(SERVER, autocommit=True)) as connection:
        connection.execute(statement, values or None)


class Stage:
    """Where one test plays: an empty or migrated database of its own, and the processes started on it."""

    def __init__(self, *, vendor: str, folder: Path, name: str) -> None:
        self.vendor, self.folder, self.name = vendor, folder, name
        folder.mkdir(parents=True, exist_ok=True)
        self.url = f"sqlite:///{folder}/db.sqlite3" if vendor == "sqlite" else f"{HOST}/{name}"
        self.workers: list[subprocess.Popen] = []
        self.mail_port = 0  # of the test’s own mail server, where it has one

    # --- database ---
    def make(self, template: "Stage | None" = None) -> "Stage":
        """A copy of a migrated database (or a fresh one, migrated now)."""
        if self.vendor == "sqlite":
            if template:
                shutil.copy(template.folder / "db.sqlite3", self.folder / "db.sqlite3")
        else:
            on_server(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
            on_server(f"CREATE DATABASE {self.name}" + (f" TEMPLATE {template.name}" if template else ""))
        if template is None:
            self.play("migrate")
            if self.vendor == "sqlite":  # everything in the one file that is copied
                self.query("PRAGMA wal_checkpoint(TRUNCATE)")
        return self

    def query(self, statement: str) -> list[tuple]:
        if self.vendor == "sqlite":
            with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=10)) as connection:
                return connection.execute(statement).fetchall()
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            return connection.execute(statement).fetchall()

    def acts(self) -> list[int]:
        """The acts done, one number per row: an act done twice is there twice."""
        return [
            n for (n,) in self.query("SELECT object_id FROM accounts_auditentry WHERE model = 'tests.fault' ORDER BY 1")
        ]

    def count(self, table: str, where: str = "1 = 1") -> int:
        return self.query(f"SELECT count(*) FROM {table} WHERE {where}")[0][0]  # noqa: S608 - names of our own

    def status(self, kind: str) -> str:
        """Of the one operation of this kind."""
        ((status,),) = self.query(f"SELECT status FROM core_operation WHERE kind = '{kind}'")  # noqa: S608 - of our own
        return status

    def waiting(self) -> int:
        return self.query("SELECT count(*) FROM django_q_ormq WHERE payload IS NOT NULL")[0][0]

    # --- processes ---
    def environment(self, **more: str) -> dict:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": self.url,
            "FAULT_STAGE": str(self.folder),
            "MAIL_PORT": str(self.mail_port or ""),
            **more,
        }

    def play(self, *words: str) -> str:
        command = [sys.executable, "-m", "tests.faults.play", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def worker(self, *, processes: int = 2) -> subprocess.Popen:
        command = [sys.executable, "manage.py", "worker"]
        with (self.folder / "worker.log").open("a") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment(WORKERS=str(processes)), stderr=log)
        self.workers.append(process)
        return process

    def kill_something(self, rng: Random) -> None:
        """One process of the worker, or all of them with their parent: then another worker is started."""
        worker = self.workers[-1]
        everybody = family(worker.pid)
        whole = [*everybody, psutil.Process(worker.pid)]
        victims = [rng.choice(everybody)] if everybody and rng.random() < 0.6 else whole
        for victim in victims:
            with suppress(psutil.NoSuchProcess, ProcessLookupError):
                os.kill(victim.pid, signal.SIGKILL)
        if len(victims) > 1 or worker.poll() is not None:
            worker.wait()
            self.worker()

    def see_to_it(self, *words: str) -> None:
        """What the queue and the scheduler do sooner or later is done now; a worker is there to do it.

        The scheduler's turn comes once hardly anything waits: every few seconds, it would add jobs faster than a slow
        machine does them.
        """
        if self.workers[-1].poll() is not None:
            self.worker()
        self.play("redeliver")
        if words and self.waiting() <= FEW:
            self.play(*words)

    def log(self) -> str:
        return (self.folder / "worker.log").read_text()

    def ready(self) -> bool:
        """The worker has run a job."""
        return bool(self.query("SELECT 1 FROM core_heartbeat WHERE name LIKE 'worker:%'"))

    def titles(self, word: str) -> list[psutil.Process]:
        """The processes of the clusters whose title says ``word``: idle, processing, monitor, pusher."""
        found = []
        for worker in self.workers:
            for process in family(worker.pid):
                try:
                    if word in " ".join(process.cmdline()):
                        found.append(process)
                except psutil.NoSuchProcess:
                    continue
        return found

    def cue(self) -> None:
        """Let the act that waits go on."""
        (self.folder / "go").touch()

    def close(self) -> None:
        for worker in self.workers:
            for process in [*family(worker.pid), worker]:
                try:
                    process.send_signal(signal.SIGKILL)
                except (psutil.NoSuchProcess, ProcessLookupError):
                    continue
            worker.wait()
        if self.vendor == "postgresql":
            on_server(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


def family(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
