from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Runs the background jobs: a supervised job cluster. SIGTERM or Ctrl-C stops it once the running jobs are done."
    )
    requires_system_checks = []  # they would import every screen; `manage.py check` runs them at release

    def handle(self, *args, **options) -> None:
        import os

        if not hasattr(os, "fork"):
            raise CommandError(
                "This system cannot fork processes: run `manage.py qcluster` instead, without supervision."
            )
        from crm.core.supervisor import Supervisor

        Supervisor().run()
