"""The site as a server runs it: production settings on plain HTTP, gunicorn of ``config/gunicorn.py``, one job cluster."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE_TICKS = os.sysconf("SC_CLK_TCK")
MAPPING = re.compile(r"[0-9a-f]+-[0-9a-f]+ ")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(database_url: str, *, port: int = 0) -> dict[str, str]:
    """With a port: that of a server; without: that of a developer's machine, where demo data is allowed."""
    shared = {**os.environ, "DATABASE_URL": database_url, "MEDIA_ROOT": "/tmp/merci-bench-media"}  # noqa: S108
    if not port:
        return {**shared, "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    return {
        **shared,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "bench-only-0123456789abcdefghijklmnopqrstuvwxyz-0123456789",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "off",
        "BEHIND_PROXY": "off",
        "EMAIL_URL": "dummymail://",
        "DEFAULT_FROM_EMAIL": "bench@localhost",
    }


def manage(database_url: str, *words: str, port: int = 0) -> str:
    """``manage.py`` with these words; what it printed. Its errors stop the measuring."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "manage.py", *words],
        cwd=ROOT, env=environment(database_url, port=port), check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"manage.py {' '.join(words)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


class Tree:
    """A process and all it started: memory and processor time."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process

    def pids(self) -> list[int]:
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                pid, rest = stat.read_text().split(" ", 1)
                children.setdefault(int(rest.rpartition(")")[2].split()[1]), []).append(int(pid))
        found, queue = [], [self.process.pid]
        while queue:
            pid = queue.pop()
            found.append(pid)
            queue += children.get(pid, [])
        return found

    def memory(self) -> float:
        """MiB, pages of several processes shared out among them (PSS).

        Without the part of an SQLite file that is mapped: the system's cache, given back whenever it is needed.
        """
        total = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                mapped = False
                for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
                    if MAPPING.match(line):
                        mapped = ".sqlite3" in line
                    elif line.startswith("Pss:") and not mapped:
                        total += int(line.split()[1])
        return total / 1024

    def cpu_seconds(self) -> float:
        ticks = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / PAGE_TICKS

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _start(command: list[str], env: dict[str, str], log: Path) -> Tree:
    return Tree(
        subprocess.Popen(  # noqa: S603 - our own programs
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log.open("w"), stderr=subprocess.STDOUT
        )
    )


def _wait_until_it_answers(url: str, web: Tree, log: Path) -> None:
    for _ in range(200):
        if web.process.poll() is not None:
            raise SystemExit(f"The web server stopped by itself:\n{log.read_text()[-3000:]}")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own http address
            return
        time.sleep(0.1)
    raise SystemExit(f"The web server does not answer:\n{log.read_text()[-3000:]}")


@contextlib.contextmanager
def running(database_url: str, *, jobs: bool = True) -> Iterator[tuple[int, Tree, Tree | None]]:
    """Web server and job cluster on this database; yields the port and both process trees."""
    port = free_port()
    env = environment(database_url, port=port)
    manage(database_url, "compile_catalogues", port=port)
    manage(database_url, "collectstatic", "--noinput", "-v0", port=port)
    logs = Path("/tmp/merci-bench-web.log"), Path("/tmp/merci-bench-worker.log")  # noqa: S108
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    web = _start([*gunicorn, "config.wsgi"], env, logs[0])
    worker = _start([sys.executable, "manage.py", "worker"], env, logs[1]) if jobs else None
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{port}/healthz", web, logs[0])
        yield port, web, worker
    finally:
        for tree in (web, worker):
            if tree is not None:
                tree.stop()
