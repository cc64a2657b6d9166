"""Fields that an organization adds to its contacts (C-09). Values live in ``Contact.custom`` by ``code``."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import CustomFieldKind
from crm.contacts.querysets import SettingsQuerySet
from crm.core.models import Tenanted
from crm.core.web.urls import org_url


class CustomField(Tenanted):
    """One field, named in both languages.

    ``choices`` is ``[{"code": "gold", "fr": "Or", "en": "Gold"}, …]``. Values are stored as JSON keeps them: text,
    number (a string with a decimal point, so that no cent is lost), ISO date, code of a choice, ``true``/``false``.
    """

    code = models.SlugField(_("code"), max_length=40, editable=False)
    label_fr = models.CharField(_("label in French"), max_length=80, blank=True)
    label_en = models.CharField(_("label in English"), max_length=80, blank=True)
    help_fr = models.CharField(_("hint in French"), max_length=160, blank=True)
    help_en = models.CharField(_("hint in English"), max_length=160, blank=True)
    kind = models.CharField(_("kind of field"), max_length=6, choices=CustomFieldKind, default=CustomFieldKind.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = SettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        constraints = [
            models.UniqueConstraint(fields=["organization", "code"], name="custom_field_code"),
            models.CheckConstraint(condition=~Q(label_fr="", label_en=""), name="custom_field_has_label"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """In the reader's language, else in the other one."""
        french = (get_language() or "fr").startswith("fr")
        return (self.label_fr or self.label_en) if french else (self.label_en or self.label_fr)

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:custom_field_list")

    def is_owned_by(self, membership) -> bool:
        return False
