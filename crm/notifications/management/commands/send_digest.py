from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.accounts.models import Membership
from crm.core.mailer import deliver
from crm.notifications import queries, services


class Command(BaseCommand):
    help = "Sends a person’s digest now, whatever the hour; once per day all the same. For trying it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, help="e-mail address of the person")
        parser.add_argument("--organization", help="slug; needed when the person works in several")
        parser.add_argument(
            "--force-date", type=date.fromisoformat, help="count it as the digest of this day (YYYY-MM-DD)"
        )

    def handle(self, *args, **options) -> None:
        people = (
            Membership.objects.active().filter(user__email__iexact=options["to"]).select_related("user", "organization")
        )
        if options["organization"]:
            people = people.filter(organization__slug=options["organization"])
        found = list(people.order_by("pk"))
        if not found:
            raise CommandError(f"{options['to']} works in no such organization.")
        if len(found) > 1:
            slugs = ", ".join(membership.organization.slug for membership in found)
            raise CommandError(
                f"{options['to']} works in several organizations: choose one with --organization ({slugs})."
            )
        (membership,) = found
        on = options["force_date"] or queries.day_of(membership, timezone.now())
        delivery = services.send_digest(membership, on=on)
        if delivery is None:
            self.stdout.write(f"The digest of {on} was already sent. Another day: --force-date.")
        elif delivery.email is None:
            self.stdout.write(f"Nothing to say since {delivery.since:%Y-%m-%d %H:%M} UTC: nothing sent.")
        else:
            deliver(email_id=delivery.email_id)
            delivery.email.refresh_from_db()
            self.stdout.write(f"{delivery.email.status}: “{delivery.email.subject}” to {delivery.email.recipient}")
