"""Prepare the database and files, start web and worker, and stop both when asked (called by bin/run in .venv).

The two run in process groups of their own, so that a Ctrl-C in the terminal reaches only this program, which then sends
SIGTERM to each main process and waits: a SIGTERM to a whole group would kill jobs in the middle (ecosystem.md §2.a-8).
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

from django.core.exceptions import ImproperlyConfigured  # noqa: E402 - needs .venv only

from config import env  # noqa: E402 - also reads .env; needs the path above

READY_WITHIN = 150  # seconds; the scheduler's first sign of life may take 90
NO_DEMO = 10  # exit status of the preparation when there is nobody to sign in as
PEOPLE = ("admin", "fundraiser", "finance", "member", "reader")
COLLECTED = ROOT / "var/static/staticfiles.json"


class Trouble(Exception):
    """The site cannot run; the message says why."""


def say(text: str) -> None:
    print(f"run: {text}", flush=True)


# --- preparation (in a process of its own, whose memory is given back) ------------------------------------------------
def prepare() -> int:
    import django
    from django.conf import settings
    from django.core.management import CommandError, call_command
    from django.db import OperationalError

    try:
        django.setup()
        call_command("compile_catalogues")
        say("bringing the database up to date")
        call_command("migrate", verbosity=0, interactive=False)
        if not settings.DEBUG and static_files_changed():
            say("collecting static files")
            call_command("collectstatic", verbosity=0, interactive=False)
        if not settings.DEMO_ALLOWED:
            return NO_DEMO
        from crm.accounts.models import Organization, User

        if not Organization.objects.exists():
            say("making two demo organizations")
        call_command("seed_demo", if_empty=True)
    except OperationalError as error:
        raise Trouble(f"The database ({settings.DATABASES['default']['ENGINE']}) does not answer: {error}") from None
    except CommandError as error:
        raise Trouble(str(error)) from None
    return 0 if User.objects.filter(email="admin@demo.test").exists() else NO_DEMO


def static_files_changed() -> bool:
    """Whether anything that collectstatic reads is newer than its last result: our files, or the packages' set."""
    if not COLLECTED.exists():
        return True
    since = COLLECTED.stat().st_mtime
    sources = [*(ROOT / "static").rglob("*"), *ROOT.glob(".venv/.ready-*"), *(ROOT / "config/settings").glob("*.py")]
    return any(path.stat().st_mtime > since for path in sources)


# --- the two processes ------------------------------------------------------------------------------------------------
@dataclass
class Part:
    name: str
    process: subprocess.Popen

    @property
    def ended(self) -> int | None:
        return self.process.poll()


def end_with_parent() -> None:
    """Linux: even when this program is killed outright, the child gets the SIGTERM that ends it properly."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 = PR_SET_PDEATHSIG


def start(name: str, command: list[str]) -> Part:
    process = subprocess.Popen(
        command,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - safe in a program with one thread
    )
    return Part(name, process)


def still_running(parts: list[Part]) -> None:
    for part in parts:
        if part.ended is not None:
            raise Trouble(f"The {part.name} process stopped by itself (status {part.ended}); its last words are above.")


def hurry(parts: list[Part]) -> None:
    """The second Ctrl-C: a second SIGTERM, which the worker takes as "now", and SIGKILL to what is left after ten seconds."""
    for part in parts:
        if part.ended is None:
            part.process.terminate()
    deadline = time.monotonic() + 10
    while any(part.ended is None for part in parts) and time.monotonic() < deadline:
        time.sleep(0.05)
    for part in parts:
        if part.ended is None:
            os.killpg(part.process.pid, signal.SIGKILL)
            part.process.wait()


def stop(parts: list[Part]) -> None:
    """SIGTERM to each main process, then wait for the running jobs."""
    for part in parts:
        if part.ended is None:
            part.process.terminate()
    started = time.monotonic()
    told = False
    try:
        while any(part.ended is None for part in parts):
            if not told and time.monotonic() - started > 3:
                left = " and ".join(part.name for part in parts if part.ended is None)
                say(f"waiting for {left} to finish what it is doing; Ctrl-C again stops it at once")
                told = True
            time.sleep(0.05)
    except KeyboardInterrupt:
        hurry(parts)


# --- readiness --------------------------------------------------------------------------------------------------------
def require_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError:
            raise Trouble(f"PORT={port} is not a port number.") from None
        except PermissionError:
            raise Trouble(f"Port {port} is reserved for the system. Choose one above 1023: PORT=8000 bin/run") from None
        except OSError as error:
            raise Trouble(
                f"Port {port} on {host} cannot be used ({error.strerror}): perhaps Merci already runs there. "
                f"Choose another: PORT={port + 1} bin/run"
            ) from None


def readiness(url: str) -> str:
    """An empty string when /readyz says that all is well, else the reason in a few words."""
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own http address
            return ""
    except urllib.error.HTTPError as error:
        try:
            checks = json.load(error)["checks"]
        except (ValueError, KeyError, TypeError):
            return f"/readyz answers {error.code}"
        return f"not in order: {', '.join(name for name, fine in checks.items() if not fine)}"
    except OSError as error:
        return f"no answer yet ({getattr(error, 'reason', error)})"


def wait_until_ready(url: str, parts: list[Part]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    reason = ""
    while time.monotonic() < deadline:
        still_running(parts)
        reason = readiness(url)
        if not reason:
            return
        time.sleep(0.25)
    raise Trouble(f"The site was not ready after {READY_WITHIN} seconds: {reason}.")


def welcome(address: str, *, demo: bool) -> None:
    lines = ["", f"  Merci is ready: {address}"]
    if demo:
        accounts = [f"{name}@demo.test" for name in PEOPLE]
        lines += [
            "",
            "  Sign in as  " + "  ".join(accounts[:3]),
            "              " + "  ".join([*accounts[3:], "admin@other.test"]),
            "  Password    merci-demo",
            f"  Sent mail   {address}/outbox/",
        ]
    print("\n".join([*lines, "", "  Ctrl-C stops web and worker.", ""]), flush=True)


def web_command(*, dev: bool, address: str) -> list[str]:
    if dev:
        return [sys.executable, "manage.py", "runserver", address]
    return [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", address, "config.wsgi"]


def interrupted(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def serve(*, dev: bool) -> None:
    host, port = env.env_str("LISTEN", "127.0.0.1"), env.env_int("PORT", 8000, minimum=1)
    require_free(host, port)
    done = subprocess.run([sys.executable, __file__, "prepare"], check=False)
    if done.returncode not in (0, NO_DEMO):
        raise SystemExit(1)
    shown = f"[{host}]" if ":" in host else host
    reachable = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(shown, shown)  # noqa: S104 - compared, not bound
    parts: list[Part] = []
    try:
        parts.append(start("worker", [sys.executable, "manage.py", "worker"]))
        parts.append(start("web", web_command(dev=dev, address=f"{shown}:{port}")))
        wait_until_ready(f"http://{reachable}:{port}/readyz", parts)
        # localhost, not its number: browsers keep passkeys by name only.
        known_as = "localhost" if reachable == "127.0.0.1" else reachable
        welcome(f"http://{known_as}:{port}", demo=done.returncode == 0)
        while True:
            still_running(parts)
            time.sleep(0.5)
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop(parts)


def main(words: list[str]) -> int:
    dev = "--dev" in words
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    if dev:
        os.environ["DEBUG"] = "true"
    try:
        if "prepare" in words:
            return prepare()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, interrupted)
        serve(dev=dev)
    except KeyboardInterrupt:
        if "prepare" not in words:
            say("stopped")
        return 0
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except ImproperlyConfigured as error:
        print(f"\nThe settings are not right: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
