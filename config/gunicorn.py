"""The web server, for bin/run and the Procfile. The address comes from the command line.

Two processes of four threads each, for two cores; WEB_CONCURRENCY and WEB_THREADS change them. The application is loaded
once and then shared by the processes, which saves a quarter of their memory (crm/core/preload.py).
"""

from pathlib import Path

from config import env

workers = env.env_int("WEB_CONCURRENCY", 2, minimum=1)
threads = env.env_int("WEB_THREADS", 4, minimum=1)
preload_app = True
timeout = 60  # seconds for one request; anything longer is an operation of its own
graceful_timeout = 30
max_requests = 10_000  # a slow leak never grows for months
max_requests_jitter = 1_000
control_socket_disable = True  # two installations of one user would share its path
proc_name = "merci-web"
if Path("/dev/shm").is_dir():  # noqa: S108 - gunicorn's heartbeat files: a disk may stall them
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def when_ready(_server: object) -> None:
    """Before the processes part: read what each of them needs, so that all share one copy of it."""
    from crm.core.preload import preload

    preload()
