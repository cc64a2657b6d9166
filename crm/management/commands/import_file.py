"""``manage.py import_file FILE --organization SLUG --kind contacts|gifts [--dry-run] [--json]``."""

import json
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from crm.accounts.choices import Role
from crm.accounts.models import Membership, Organization
from crm.core import operations
from crm.core.errors import DomainError
from crm.imports import services
from crm.imports.choices import DateOrder, ImportKind, Mode, Outcome
from crm.imports.problems import told


class Command(BaseCommand):
    help = "Import a CSV file of contacts or gifts, with the very rules of the screens."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--organization", required=True, help="its address in Merci (slug)")
        parser.add_argument("--kind", required=True, choices=ImportKind.values)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")
        parser.add_argument("--mode", choices=Mode.values, default=Mode.UPDATE.value)
        parser.add_argument("--stop", action="store_true", help="at the first row that is refused")
        parser.add_argument("--date-order", choices=DateOrder.values, default="", help="of dates such as 03/04/2026")
        parser.add_argument("--user", help="e-mail of the person who imports; default: the first administrator")
        parser.add_argument("--language", choices=["fr", "en"], help="of the messages; default: the person's")

    def handle(self, *args, **options) -> None:
        by = self.member(options["organization"], options["user"])
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        with translation.override(options["language"] or by.user.language):
            try:
                summary = self.run(content, path.name, by, options)
            except DomainError as error:
                summary = {"created": 0, "updated": 0, "skipped": 0, "errors": [{"line": None, "reason": str(error)}]}
                self.say(summary, options)
                raise CommandError(str(error)) from None
            self.say(summary, options)

    def member(self, slug: str, email: str | None) -> Membership:
        organization = Organization.objects.filter(slug=slug, is_active=True).first()
        if organization is None:
            raise CommandError(f"There is no organization “{slug}”.")
        rows = Membership.objects.active().filter(organization=organization).select_related("user", "organization")
        rows = rows.filter(user__email=email.lower()) if email else rows.filter(role=Role.ADMIN)
        member = rows.order_by("pk").first()
        if member is None:
            raise CommandError("Nobody in this organization may import: name somebody with --user.")
        if not member.can("imports.run"):
            raise CommandError(f"{member.user.email} may not import.")
        return member

    def run(self, content: bytes, name: str, by: Membership, options: dict) -> dict:
        record = services.receive_file(
            file=ContentFile(content, name), name=name, kind=options["kind"], by=by, mode=options["mode"]
        )
        if options["date_order"] or options["stop"]:
            chosen = {name: options[name] for name in ("mode", "date_order")}
            services.choose(record, fields=record.fields, stops=options["stop"], by=by, **chosen)
        services.ready(record)
        if options["dry_run"]:
            trial = services.attempt(record, limit=None)
            services.forget(record)
            errors = [
                {"line": decision.line, "reason": " ".join(str(problem.problem) for problem in decision.problems)}
                for _row, decision in trial.decisions
                if decision.outcome == Outcome.ERROR
            ]
            return {**trial.counts, "errors": errors, "dry_run": True}
        operation = services.start_import(record, by=by)
        operations.run_to_end(operation.pk)
        operation.refresh_from_db()
        if operation.status != operation.Status.DONE:
            raise DomainError(operation.error)
        errors = [
            {"line": row.line, "reason": " ".join(str(told(one["code"], one["params"])) for one in row.problems)}
            for row in record.rejected.order_by("line")
        ]
        return {**operation.result, "errors": errors, "dry_run": False}

    def say(self, summary: dict, options: dict) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(summary, ensure_ascii=False, indent=2))
            return
        self.stdout.write(
            "{created} created, {updated} updated, {skipped} skipped, {count} refused".format(
                count=len(summary["errors"]), **summary
            )
        )
        for error in summary["errors"]:
            self.stdout.write(f"  line {error['line']}: {error['reason']}")
