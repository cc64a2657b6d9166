"""Recompute the donors' totals from their gifts and say every difference: ``manage.py rebuild_summaries [--check]``."""

from django.core.management.base import BaseCommand, CommandError

from crm.accounts.models import Organization
from crm.giving import pledges, summaries


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
        wrong = sum(self._totals(one, check=check) + self._pledges(one, check=check) for one in found)
        if unbalanced := sum(self._out_of_balance(one) for one in found):
            raise CommandError(f"{unbalanced} gifts are not what their funds hold: correct them by hand.", returncode=1)
        if not wrong:
            self.stdout.write("Every total agrees with the gifts.")
        elif check:
            raise CommandError(f"{wrong} donors or pledges differ; run without --check to mend them.", returncode=1)
        else:
            self.stdout.write(f"{wrong} donors or pledges differed and are mended.")

    def _totals(self, organization: Organization, *, check: bool) -> int:
        found = [row for _last, rows in summaries.sweep(organization, repair=not check) for row in rows]
        for row in found:
            self.stdout.write(f"{organization.slug} contact {row['contact_id']}: {self._said(row['differences'])}")
        return len(found)

    def _pledges(self, organization: Organization, *, check: bool) -> int:
        found = [pk for _last, moved in pledges.sweep(organization, repair=not check) for pk in moved]
        for pk in found:
            self.stdout.write(f"{organization.slug} pledge {pk}: not what its calendar and its gifts say")
        return len(found)

    def _out_of_balance(self, organization: Organization) -> int:
        found = list(summaries.out_of_balance(organization))
        for gift_id, amount, held in found:
            self.stdout.write(f"{organization.slug} gift {gift_id}: amount {amount}, its funds hold {held}")
        return len(found)

    def _said(self, differences: dict) -> str:
        return "; ".join(f"{name} was {was}, is {now}" for name, (was, now) in sorted(differences.items()))
