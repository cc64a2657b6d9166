from django.core.management.base import BaseCommand

from crm.core.jobs import JOBS, sync_schedules


class Command(BaseCommand):
    help = "Makes the schedules in the database equal to those declared in code (the worker does it by itself when it starts)."

    def handle(self, *args, **options) -> None:
        count = sync_schedules()
        if options["verbosity"] > 1:
            for path, job in sorted(JOBS.items()):
                if job.schedule:
                    self.stdout.write(f"{job.schedule.cron:<14} {path}")
        self.stdout.write(f"{count} schedules")
