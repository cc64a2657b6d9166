"""A file that came in, how it is read, and the rows it was refused."""

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from crm.core.models import Operation, Tenanted
from crm.core.web.urls import org_url
from crm.imports.choices import DateOrder, ImportKind, Mode
from crm.imports.fields import Target
from crm.imports.own import own_targets
from crm.imports.querysets import ImportQuerySet


def upload_path(instance: "ImportFile", filename: str) -> str:
    """Never the name the browser sent: only its ending is kept."""
    return f"imports/{instance.organization_id}/{instance.sha256[:16]}.csv"


class ImportFile(Tenanted):
    """One file, its layout and mapping, and the operation that carried it in."""

    kind = models.CharField(_("kind"), max_length=10, choices=ImportKind)
    name = models.CharField(_("name of the file"), max_length=200)
    file = models.FileField(_("file"), upload_to=upload_path, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    layout = models.JSONField(default=dict, editable=False)
    fields = models.JSONField(_("fields of the columns"), default=list, editable=False)
    formats = models.JSONField(default=dict, editable=False)
    date_order = models.CharField(_("order of dates"), max_length=11, choices=DateOrder, blank=True)
    mode = models.CharField(_("records already there"), max_length=6, choices=Mode, default=Mode.UPDATE)
    stops = models.BooleanField(_("stop at the first row that is refused"), default=False)
    owner = models.ForeignKey(
        "accounts.Membership",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible for new contacts"),
    )
    rows = models.PositiveIntegerField(_("rows"), default=0)
    started_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    operation = models.OneToOneField(
        Operation, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="import_file"
    )

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["organization", "-created_at", "-id"], name="import_recent")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return org_url(self, "imports:import_detail", pk=self.pk)

    @cached_property
    def own_targets(self) -> tuple[Target, ...]:
        """The fields of the organization that a column may fill, beside those of the system."""
        return own_targets(self.organization) if self.kind == ImportKind.CONTACTS else ()

    def is_owned_by(self, membership) -> bool:
        return self.started_by_id == membership.pk


class RejectedRow(models.Model):
    """A row that was not taken, whole, with each reason: it can be downloaded, corrected and sent again."""

    import_file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="rejected")
    line = models.PositiveIntegerField(_("line"))
    cells = models.JSONField(default=list)
    problems = models.JSONField(default=list)

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")
        constraints = [models.UniqueConstraint(fields=["import_file", "line"], name="rejected_line_once")]

    def __str__(self) -> str:
        return f"{self.import_file_id}:{self.line}"
