"""Make .venv and check the system libraries (called by bin/setup with any Python 3.11 or newer; standard library only).

A second call is quick: a file ``.venv/.ready-<fingerprint>`` says that exactly these requirements are installed. A
set-up that was cut short leaves ``.venv/.installing`` behind, and the next call starts that environment afresh.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
RUNTIME = ("requirements.txt",)
DEVELOPMENT = ("requirements.txt", "requirements-dev.txt")
UNFINISHED = VENV / ".installing"
MAC_LIBRARIES = ("", "/opt/homebrew/lib/", "/usr/local/lib/")

# What WeasyPrint opens: (names to try, Debian package).
LIBRARIES = (
    (("libpango-1.0.so.0", "libpango-1.0.dylib"), "libpango-1.0-0"),
    (("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"), "libpangoft2-1.0-0"),
    (("libharfbuzz-subset.so.0", "libharfbuzz-subset.dylib"), "libharfbuzz-subset0"),
)


class Stop(Exception):
    """Set-up cannot go on; the message says what the person can do."""


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


# --- system packages --------------------------------------------------------------------------------------------------
def opens(names: tuple[str, ...]) -> bool:
    folders = MAC_LIBRARIES if sys.platform == "darwin" else ("",)
    for path in (folder + name for folder in folders for name in names):
        with contextlib.suppress(OSError):
            ctypes.CDLL(path)
            return True
    return False


def missing_packages() -> list[str]:
    """Debian names of what is not there. Looks at the files themselves, so that it is quick and works on any system."""
    missing = [package for names, package in LIBRARIES if not opens(names)]
    if not ready(RUNTIME) and importlib.util.find_spec("ensurepip") is None:
        missing.append(f"python3.{sys.version_info.minor}-venv")
    return missing


def by_root() -> list[str] | None:
    """What to write before a command to run it as root without a question; None when that is not possible."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        return ["sudo", "-n", "env"] if asked.returncode == 0 else None
    return None


def advice(missing: list[str]) -> str:
    if sys.platform == "darwin":
        return "brew install pango"
    names = " ".join(missing)
    if shutil.which("apt-get"):
        return f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {names}"
    if shutil.which("dnf"):
        return "sudo dnf install pango harfbuzz python3-pip"
    if shutil.which("pacman"):
        return "sudo pacman -S pango python-pip"
    return f"(this system's names for the Debian packages {names})"


def install_system_packages(missing: list[str]) -> None:
    prefix = by_root() if shutil.which("apt-get") else None
    if prefix is None:
        names = ", ".join(missing)
        need = f"Merci needs system packages that are not installed ({names})."
        raise Stop(f"{need} Run\n\n    {advice(missing)}\n\nand start again.")
    say(f"installing {' '.join(missing)} with apt-get")
    quiet = [*prefix, "DEBIAN_FRONTEND=noninteractive"] if prefix else []
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A failing update (one broken source among several) need not stop the installation.
    subprocess.run([*quiet, "apt-get", "update", "-q"], env=environment, stdin=subprocess.DEVNULL, check=False)
    options = ["-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]
    command = [*quiet, "apt-get", "install", *options, *missing]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)
    importlib.invalidate_caches()
    still = missing_packages()
    if done.returncode or still:
        names = " ".join(still or missing)
        raise Stop(f"apt-get could not install {names}: see above. The command was\n\n    {advice(missing)}")


# --- the environment --------------------------------------------------------------------------------------------------
def fingerprint(files: tuple[str, ...]) -> str:
    """Changes with the pins, and with the folder: the scripts of an environment name it and do not survive a move."""
    digest = hashlib.sha256(str(VENV).encode())
    for name in files:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:16]


def marker(files: tuple[str, ...]) -> Path:
    return VENV / f".ready-{fingerprint(files)}"


def answers() -> bool:
    """Whether .venv holds a Python that starts and has pip (an upgraded system Python leaves one that has not)."""
    try:
        code = "import sys, importlib.util as u; sys.exit(sys.version_info < (3, 11) or u.find_spec('pip') is None)"
        command = [str(PYTHON), "-c", code]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def ready(files: tuple[str, ...]) -> bool:
    return marker(files).exists() and not UNFINISHED.exists() and answers()


def built_here() -> bool:
    """Whether .venv was made for this folder: a repository that was moved or copied has scripts that point elsewhere."""
    try:
        config = (VENV / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return False
    made_for = [line.split()[-1] for line in config.splitlines() if line.startswith("command =")]
    return not made_for or made_for[0] == str(VENV)


def make_environment() -> None:
    if UNFINISHED.exists() or not built_here() or not answers():
        if VENV.exists():
            say("removing an environment that is unfinished or was made for another folder or Python")
            shutil.rmtree(VENV)
        say(f"making .venv with Python {platform.python_version()}")
        base = getattr(sys, "_base_executable", None) or sys.executable  # also when we run inside another .venv
        VENV.mkdir()
        UNFINISHED.touch()
        run([base, "-m", "venv", str(VENV)], "The virtual environment could not be made")


def install(files: tuple[str, ...]) -> None:
    UNFINISHED.touch()
    for old in VENV.glob(".ready-*"):
        old.unlink()
    say(f"installing {files[-1]} (a minute or two the first time)")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--prefer-binary"]
    # pip downloads everything before it changes anything, and puts back what it took out when it fails: only a kill
    # leaves a half-made environment, so the mark may go when pip returns, whatever it says.
    try:
        run([*pip, "-r", files[-1]], "The packages could not be installed (is the network there?)")
    except Stop:
        UNFINISHED.unlink()
        raise
    # requirements-dev.txt includes requirements.txt.
    for index in range(len(files)):
        marker(files[: index + 1]).touch()
    UNFINISHED.unlink()


def run(command: list[str], trouble: str) -> None:
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise Stop(f"{trouble}: see the message above. The command was\n\n    {' '.join(command)}")


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time: two terminals may call bin/run and bin/test together. Released by the system if we die."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var/setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up to finish")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(words: list[str]) -> None:
    if unknown := set(words) - {"--dev"}:
        raise Stop(f"Unknown word: {' '.join(unknown)}. Usage: bin/setup [--dev]")
    files = DEVELOPMENT if "--dev" in words else RUNTIME
    missing = missing_packages()
    if missing:
        install_system_packages(missing)
    if ready(files):
        return
    with alone():
        if not ready(files):
            make_environment()
            install(files)
            say("ready")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nsetup: stopped; call it again to go on.", file=sys.stderr)
        sys.exit(130)
