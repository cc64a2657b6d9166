"""Everything an organization has, in one file it can take elsewhere: a table for every kind of row, and the stored files.

The tables are found by walking every model to its organization, so that a model added tomorrow is not forgotten; a model
that has no way there, or must not leave, is named in ``LEFT_OUT`` with its reason (a test keeps the two complete).
"""

import csv
import json
import shutil
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts import audit
from crm.accounts.models import Membership, Organization, User
from crm.core import operations
from crm.core.errors import DomainError
from crm.core.models import Operation
from crm.core.web.exports import neutral

HERS = gettext_lazy("Belongs to one person’s account, not to the organization")
MACHINERY = gettext_lazy("Serves the system itself and holds nothing of yours")
LEFT_OUT = {
    "account.emailaddress": HERS,
    "account.emailconfirmation": HERS,
    "accounts.user_groups": HERS,
    "accounts.user_user_permissions": HERS,
    "mfa.authenticator": HERS,
    "usersessions.usersession": HERS,
    "admin.logentry": HERS,
    "auth.group": MACHINERY,
    "auth.group_permissions": MACHINERY,
    "auth.permission": MACHINERY,
    "contenttypes.contenttype": MACHINERY,
    "core.heartbeat": MACHINERY,
    "core.operationstep": gettext_lazy("What an undo would need: a copy of rows that are here already"),
    "giving.demobankcharge": MACHINERY,
    "django_q.failure": MACHINERY,
    "django_q.ormq": MACHINERY,
    "django_q.schedule": MACHINERY,
    "django_q.success": MACHINERY,
    "django_q.task": MACHINERY,
    "sessions.session": MACHINERY,
}
# A person works in several organizations perhaps: only who they are here, nothing of how they sign in.
OF_USERS = ("id", "email", "first_name", "last_name", "language")
SECRETS = ("password", "secret", "token", "hash", "signature_key")  # parts of a name that no column here may have
# Letters may hold a link that signs somebody in; results may hold an earlier copy of all this.
SECRET_COLUMNS = {
    "core.outgoingemail": {"key", "text", "html", "headers"},
    "core.operation": {"result_file", "runner"},
    "giving.gatewayaccount": {"sealed_key", "sealed_webhook_secret"},
    "receipts.signingcertificate": {"sealed_key"},
}
PIECE = 1 << 18
ROWS = 2_000  # fetched at a time


@cache
def path_to_organization(model: type[models.Model]) -> str | None:
    """``note__contact__organization``: the shortest way along foreign keys; ``pk`` for the organization itself."""
    if model is Organization:
        return "pk"
    if model is User:
        return "memberships__organization"
    seen, queue = {model}, deque([(model, "")])
    while queue:
        here, path = queue.popleft()
        ways = [field for field in here._meta.concrete_fields if field.is_relation]
        # A row belongs where its own required keys lead; who wrote it says less.
        for field in sorted(ways, key=lambda one: (one.related_model is not Organization, one.null)):
            there = field.related_model
            if there is Organization:
                return f"{path}{field.name}"
            if there not in seen and there is not User:
                seen.add(there)
                queue.append((there, f"{path}{field.name}__"))
    return None


def exported_models() -> list[type[models.Model]]:
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower not in LEFT_OUT and path_to_organization(model)
    ]
    return sorted(found, key=lambda model: model._meta.label_lower)


@dataclass(frozen=True)
class TableOut:
    """One table of the copy: the rows of one model that belong to one organization."""

    model: type[models.Model]

    @property
    def filename(self) -> str:
        return f"{self.model._meta.label_lower}.csv"

    @property
    def columns(self) -> list[str]:
        label = self.model._meta.label_lower
        if self.model is User:
            return list(OF_USERS)
        names = (field.attname for field in self.model._meta.concrete_fields)
        hidden = SECRET_COLUMNS.get(label, set())
        return [name for name in names if name not in hidden and not any(word in name for word in SECRETS)]

    def rows(self, organization: Organization) -> models.QuerySet:
        key = path_to_organization(self.model)
        found = self.model._base_manager.filter(**{key: organization.pk}).order_by("pk")
        return found.distinct() if self.model is User else found

    def write(self, organization: Organization, path: Path, alive: Callable[[], object] = lambda: None) -> int:
        """The rows as CSV, a few at a time; the file appears whole or not at all."""
        count = 0
        unfinished = path.with_suffix(".part")
        with unfinished.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(self.columns)
            for row in self.rows(organization).values_list(*self.columns).iterator(chunk_size=ROWS):
                writer.writerow([said(value) for value in row])
                count += 1
                if not count % ROWS:
                    alive()
        unfinished.rename(path)
        return count

    def files(self, organization: Organization) -> Iterator[models.fields.files.FieldFile]:
        hidden = SECRET_COLUMNS.get(self.model._meta.label_lower, set())
        for field in self.model._meta.concrete_fields:
            if isinstance(field, models.FileField) and field.attname not in hidden:
                rows = self.rows(organization).exclude(**{field.name: ""}).only("pk", field.name)
                for row in rows.iterator(chunk_size=ROWS):
                    if file := getattr(row, field.name):
                        yield file


def said(value):
    """A stored value as a cell: moments with their offset, structures as JSON, nothing a spreadsheet would calculate."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, date):
        return value.isoformat()
    return neutral(value)


@transaction.atomic
def start_takeout(organization: Organization, *, by: Membership) -> Operation:
    """Queue the copy of everything. One at a time; audited when it is asked for, and again with its size when it is there."""
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    going = Operation.objects.filter(organization=organization, kind=TakeoutWork.kind)
    if going.filter(status__in=[Operation.Status.WAITING, Operation.Status.RUNNING]).exists():
        raise DomainError(_("A copy is already being prepared."), code="going")
    audit.exported(by=by, model=Organization._meta.label_lower, rows=0, query="takeout")
    return operations.start(kind=TakeoutWork.kind, by=by, total=len(exported_models()) + 1)


@operations.register
class TakeoutWork(operations.Work):
    """A table a chunk, written before the transaction that counts it; then all of them and the files in one archive."""

    kind = "takeout"
    label = gettext_lazy("Copy of everything")
    icon = "download"
    result_permission = "settings.change"
    kept = timedelta(days=14)

    def prepare(self, operation: Operation) -> dict:
        alive = partial(operations.still_at_it, operation.pk)
        target, tables = self.begin_file(operation, "everything.zip"), [TableOut(model) for model in exported_models()]
        position = operation.cursor.get("next", 0)
        if position < len(tables):
            table = tables[position]
            return {"rows": table.write(operation.organization, target.with_name(table.filename), alive)}
        return {"archive": self.archive(operation, tables, target, alive)}

    def archive(self, operation: Operation, tables: list[TableOut], target: Path, alive: Callable[[], object]) -> Path:
        organization, counts = operation.organization, dict(operation.result.get("counts", {}))
        missing = []
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
            for table in tables:
                part = target.with_name(table.filename)
                if not part.exists():  # another machine, or a cleaned folder: written again rather than left out
                    counts[table.filename] = table.write(organization, part, alive)
                pack.write(part, f"tables/{table.filename}")
                alive()
            for table in tables:
                for file in table.files(organization):
                    try:
                        with file.storage.open(file.name, "rb") as stream, pack.open(f"files/{file.name}", "w") as copy:
                            shutil.copyfileobj(stream, copy, PIECE)
                    except FileNotFoundError:
                        missing.append(file.name)
                    alive()
            pack.writestr("README.txt", "\ufeff" + readme(organization, tables, counts, missing))
        return target

    def run_chunk(self, operation: Operation) -> operations.Progress:
        tables = exported_models()
        position = operation.cursor.get("next", 0)
        if position < len(tables):
            counts = operation.result.setdefault("counts", {})
            counts[TableOut(tables[position]).filename] = operation.prepared["rows"]
            return operations.Progress(done=1, cursor={"next": position + 1})
        return operations.Progress(done=1, cursor={"next": position + 1}, finished=True)

    def finish(self, operation: Operation) -> None:
        archive: Path = operation.prepared["archive"]
        name = f"{slugify(operation.organization.name) or 'merci'}-{timezone.localdate().isoformat()}.zip"
        self.hand_over(operation, archive, name=name)
        rows = sum(operation.result["counts"].values())
        audit.exported(by=operation.started_by, model=Organization._meta.label_lower, rows=rows, query="takeout")


def readme(organization: Organization, tables: list[TableOut], counts: dict[str, int], missing: list[str]) -> str:
    """What is in the archive, in the language of whoever asked."""
    lines = [
        _("Everything %(name)s has in Merci, %(when)s")
        % {"name": organization.name, "when": timezone.localtime().strftime("%Y-%m-%d %H:%M %Z")},
        "",
        _(
            "Each table is a CSV file in UTF-8, as it was when its turn came. Numbers ending in “_id” lead to the column "
            "“id” of another table."
        ),
        _("A text that a spreadsheet would take for a formula begins with an apostrophe."),
        _("Files such as receipts, logos and imported files are in the folder “files”."),
        _("Passwords, tokens and the texts of sent letters are left out."),
        "",
        _("Tables and their rows:"),
    ]
    lines += [
        f"  tables/{table.filename}  {counts.get(table.filename, 0)}  {table.model._meta.verbose_name_plural}"
        for table in tables
    ]
    lines += ["", _("Left out:")]
    lines += [f"  {label}  {reason}" for label, reason in sorted(LEFT_OUT.items())]
    if missing:
        lines += ["", _("Files that are named but no longer stored:"), *(f"  {name}" for name in missing)]
    return "\r\n".join(lines) + "\r\n"


def last_takeouts(organization: Organization) -> models.QuerySet:
    rows = Operation.objects.filter(organization=organization, kind=TakeoutWork.kind)
    return rows.select_related("started_by__user").order_by("-created_at", "-pk")
