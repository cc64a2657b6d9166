"""The web server, for bin/run and the Procfile. The address comes from the command line.

Two processes of four threads each, for two cores; WEB_CONCURRENCY and WEB_THREADS change them. The application is loaded
once and then shared by the processes, which saves some 30 of 270 MiB for web and worker together.
"""

import gc
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
    from django.conf import settings
    from django.db import connections
    from django.template import engines
    from django.urls import get_resolver
    from django.utils import translation

    engines.all()
    len(get_resolver().url_patterns)  # imports every screen
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext("Save")
    connections.close_all()  # a connection must not be shared
    gc.collect()
    gc.freeze()  # the collector's marks would make each process copy what it shares
