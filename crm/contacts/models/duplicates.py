"""Two rows that may be one person, and what a merge changed so that it can be undone (C-16, C-17)."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import PairStatus
from crm.contacts.models.contact import Contact
from crm.contacts.querysets import MergeQuerySet, PairQuerySet
from crm.core.models import Tenanted
from crm.core.web.urls import org_url


class DuplicatePair(Tenanted):
    """A suspected duplicate. “Not a duplicate” is remembered: the scan never proposes the pair again."""

    first = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", verbose_name=_("contact"))
    second = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="pairs_as_second", verbose_name=_("other contact")
    )
    score = models.PositiveSmallIntegerField(_("likeness"))  # 0 to 100
    reasons = models.JSONField(_("reasons"), default=list)  # codes, said in the reader's language
    status = models.CharField(_("status"), max_length=9, choices=PairStatus, default=PairStatus.OPEN)
    decided_by = models.ForeignKey("accounts.Membership", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_pair_in_order"),
        ]
        indexes = [models.Index(fields=["organization", "status", "-score", "-id"], name="duplicate_pair_queue")]

    def __str__(self) -> str:
        return f"{self.first_id} ≈ {self.second_id}"

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:duplicate_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return self.first.is_owned_by(membership) and self.second.is_owned_by(membership)


class Merge(Tenanted):
    """One merge: which contact was kept, which one lives on in it, and every row as it was before."""

    kept = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="merges", verbose_name=_("kept contact"))
    absorbed = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", verbose_name=_("merged contact"))
    before = models.JSONField(default=dict, editable=False)  # what an undo needs
    merged_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("merged by")
    )
    merged_at = models.DateTimeField(_("merged"), default=timezone.now)
    undone_by = models.ForeignKey("accounts.Membership", on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(_("undone"), null=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        indexes = [models.Index(fields=["organization", "-merged_at", "-id"], name="merge_recent")]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.kept_id}"

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:merge_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return self.kept.is_owned_by(membership)
