"""Gifts in memory of somebody, or in somebody's honour, and the families who are told of them (F-12)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.core.models import Tenanted
from crm.core.text import fold
from crm.core.web.urls import org_url
from crm.giving.choices import ThankedHow, TributeKind
from crm.giving.models.gifts import Gift
from crm.giving.querysets import RecipientQuerySet, TributeQuerySet


class Tribute(Tenanted):
    """Who is honoured or remembered; the gifts made so name it (:attr:`Gift.tribute`)."""

    kind = models.CharField(_("the gifts are made"), max_length=7, choices=TributeKind, default=TributeKind.MEMORY)
    name = models.CharField(
        _("name"), max_length=120, help_text=_("As the letters to the family say it: Jeanne Tremblay.")
    )
    key = models.CharField(max_length=120, editable=False)  # the name without accents or capitals
    contact = models.ForeignKey(
        Contact,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tributes",
        verbose_name=_("the same person, among the contacts"),
    )
    note = models.TextField(_("note"), blank=True, max_length=2000)
    is_active = models.BooleanField(_("proposed for new gifts"), default=True)

    objects = TributeQuerySet.as_manager()

    class Meta:
        verbose_name = _("tribute")
        verbose_name_plural = _("tributes")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "key"],
                name="tribute_named_once",
                violation_error_message=_("This person has a page already. Add a year or a town to tell them apart."),
            )
        ]
        indexes = [models.Index(fields=["organization", "-created_at"], name="tribute_recent")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.key = fold(self.name)[:120]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:tribute_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return False


class TributeRecipient(Tenanted):
    """Somebody of the family, or a friend, who is told who gave. Never how much."""

    tribute = models.ForeignKey(
        Tribute, on_delete=models.CASCADE, related_name="recipients", verbose_name=_("tribute"), db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="told_of", verbose_name=_("who is told")
    )

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("person told of gifts")
        verbose_name_plural = _("people told of gifts")
        constraints = [
            models.UniqueConstraint(
                fields=["tribute", "contact"],
                name="recipient_once",
                violation_error_message=_("This person is already told."),
            )
        ]
        indexes = [models.Index(fields=["organization", "id"], name="recipient_of_organization")]

    def __str__(self) -> str:
        return str(self.contact_id)

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:tribute_detail", pk=self.tribute_id)

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership)


class TributeNotice(models.Model):
    """Somebody was told of a gift, or it was decided that they need not be. Nobody is told of a gift twice."""

    gift = models.ForeignKey(Gift, on_delete=models.CASCADE, related_name="notices", verbose_name=_("gift"))
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="notices", verbose_name=_("who was told")
    )
    how = models.CharField(_("how"), max_length=10, choices=ThankedHow, blank=True)  # empty: no notice needed
    told_at = models.DateTimeField(_("told"))
    told_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("by"), db_index=False
    )

    class Meta:
        verbose_name = _("notice to a family")
        verbose_name_plural = _("notices to families")
        constraints = [models.UniqueConstraint(fields=["gift", "contact"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.gift_id} → {self.contact_id}"
