"""With what an organization signs the files of its receipts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.core.sealing import seal, unseal


class SigningCertificate(models.Model):
    """A certificate that the organization issued to itself, with its key. The newest one signs; former ones stay, since an
    auditor may want to compare them with what is in the files they signed.
    """

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    certificate = models.TextField(_("certificate"))  # PEM, public
    sealed_key = models.TextField(editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("certificate that signs receipts")
        verbose_name_plural = _("certificates that sign receipts")
        indexes = [models.Index(fields=["organization", "-id"], name="certificate_newest")]

    def __str__(self) -> str:
        return f"{self.organization_id}: {self.created_at:%Y-%m-%d}"

    @property
    def key(self) -> str:
        """PEM; raises :class:`~crm.core.sealing.Unreadable` once the installation no longer has what it was sealed with."""
        return unseal(self.sealed_key)

    @key.setter
    def key(self, pem: str) -> None:
        self.sealed_key = seal(pem)
