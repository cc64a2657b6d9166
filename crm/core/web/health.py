"""``/healthz``: this process answers. ``/readyz``: database, migrations and worker are all in order.

A middleware rather than a view: it must answer before host checks, sessions and redirects, and without a template.
"""

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from crm.core.heartbeat import worker_state


class HealthMiddleware:
    def __init__(self, get_response) -> None:
        self.get_response = get_response
        self.migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return JsonResponse({"status": "ok"})
        if request.path == "/readyz":
            return self.ready()
        return self.get_response(request)

    def ready(self) -> HttpResponse:
        checks = {"database": False, "migrations": False, "worker": False}
        try:
            with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
                cursor.execute("SELECT 1")
            checks["database"] = True
            if not self.migrated:  # once true it stays true for this process: code and schema came together
                executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
                self.migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
            checks["migrations"] = self.migrated
            checks["worker"] = self.migrated and worker_state().is_alive
        except Error:  # an InterfaceError, which a dropped connection may raise, is not a DatabaseError
            connections[DEFAULT_DB_ALIAS].close()  # said by the answer itself: the check that failed stays false
        well = all(checks.values())
        return JsonResponse({"status": "ok" if well else "not ready", "checks": checks}, status=200 if well else 503)
