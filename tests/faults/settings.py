"""For the processes that fault tests start and kill: everything happens within seconds instead of minutes."""

import os

from config.settings.test import *  # noqa: F403 - the documented way to derive settings

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults"]  # noqa: F405 - its jobs module is found as any domain's
Q_CLUSTER = {**Q_CLUSTER, "timeout": 30, "poll": 0.1, "guard_cycle": 0.1}  # noqa: F405
WORKER_STALE_AFTER = 3
WORKER_GRACE = 1
WORKER_LONGEST_PAUSE = 2  # else a worker killed ten times sleeps for a minute, which is longer than the tests wait
OPERATION_STUCK_AFTER = 1
CHARGE_STUCK_AFTER = 1
STRIPE_API_BASE = os.environ.get("STRIPE_API_BASE", "http://127.0.0.1:9")
LOGGING = {**LOGGING, "root": {"handlers": ["stderr"], "level": "INFO"}}  # noqa: F405
if MAIL_PORT := os.environ.get("MAIL_PORT"):  # a server of the test’s own, which does as it is told
    EMAIL_BACKEND = "crm.core.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT, MAIL_PATIENCE = "127.0.0.1", int(MAIL_PORT), 1, 0.01
else:
    EMAIL_BACKEND = "crm.core.outbox.EmailBackend"
MEDIA_ROOT = os.path.join(os.environ.get("FAULT_STAGE", "."), "media")  # noqa: PTH118 - one for all the processes of a stage
