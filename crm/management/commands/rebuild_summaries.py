"""Recompute the donors' totals from their gifts and say every difference: ``manage.py rebuild_summaries [--check]``."""

from django.core.management.base import BaseCommand, CommandError

from crm.accounts.models import Organization
from crm.giving import summaries


class Command(BaseCommand):
    help = "Recompute the donors' totals from their gifts; print each difference. With --check, change nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when anything differs")
        parser.add_argument("--organization", metavar="SLUG", help="this organization only")

    def handle(self, *args, check: bool, organization: str | None, **options) -> None:
        found = Organization.objects.order_by("slug")
        if organization:
            found = found.filter(slug=organization)
            if not found:
                raise CommandError(f"No organization has the slug {organization!r}.")
        wrong = unbalanced = 0
        for one in found:
            for _last, differences in summaries.sweep(one, repair=not check):
                for row in differences:
                    self.stdout.write(f"{one.slug} contact {row['contact_id']}: {self._said(row['differences'])}")
                wrong += len(differences)
            for gift_id, amount, held in summaries.out_of_balance(one):
                self.stdout.write(f"{one.slug} gift {gift_id}: amount {amount}, its funds hold {held}")
                unbalanced += 1
        if unbalanced:
            raise CommandError(f"{unbalanced} gifts are not what their funds hold: correct them by hand.", returncode=1)
        if not wrong:
            self.stdout.write("Every total agrees with the gifts.")
        elif check:
            raise CommandError(f"{wrong} donors differ; run without --check to mend them.", returncode=1)
        else:
            self.stdout.write(f"{wrong} donors differed and are mended.")

    def _said(self, differences: dict) -> str:
        return "; ".join(f"{name} was {was}, is {now}" for name, (was, now) in sorted(differences.items()))
