"""People, the organizations they work for, and what links them."""

from decimal import Decimal

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.dates import MONTHS
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.accounts import policy
from crm.accounts.choices import (
    USUAL_PREFERENCES,
    AuditAction,
    Currency,
    DigestRhythm,
    FileKind,
    Language,
    Paper,
    ReceiptLaw,
    ReceiptPreference,
    Role,
    Sends,
    Theme,
)
from crm.accounts.querysets import (
    AuditQuerySet,
    InvitationQuerySet,
    MembershipQuerySet,
    OrganizationQuerySet,
    SavedViewQuerySet,
)
from crm.accounts.validators import validate_image, validate_timezone
from crm.core import charity_numbers
from crm.core.models import Tenanted, Timestamped
from crm.core.money import MoneyField
from crm.core.web.urls import org_url


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """The one way to make an account: by invitation, ``createsuperuser`` or the demo.

        Its address is known to allauth as verified (an invitation reached it, or an administrator vouches for it): allauth
        sends notices and new-password links to verified addresses first, and refuses them to another account.
        """
        from allauth.account.models import EmailAddress  # its app loads after ours

        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            EmailAddress.objects.using(self._db).create(user=user, email=user.email, verified=True, primary=True)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. The e-mail address is the login name, whatever its case (A-01)."""

    email = models.EmailField(_("e-mail address"), unique=True)
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FR)
    theme = models.CharField(_("appearance"), max_length=5, choices=Theme, default=Theme.AUTO)
    timezone = models.CharField(
        _("time zone"), max_length=40, default="America/Toronto", validators=[validate_timezone]
    )
    is_staff = models.BooleanField(_("may open the technical administration"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=now, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name


def bilingual(name: str) -> property:
    """The value in the present language, else in the other one: a half-filled organization still has a name."""

    def read(self) -> str:
        return self.said(name)

    return property(read)


NUMBER_WANTED = {
    ReceiptLaw.CANADA: _("This is not a charity registration number. It looks like 119219814 RR0001."),
    ReceiptLaw.UNITED_STATES: _("This is not an employer identification number (EIN). It looks like 53-0196605."),
    ReceiptLaw.FRANCE: _("This is neither a SIREN (775 672 272) nor an RNA number (W751000000)."),
}


class Organization(Timestamped):
    """A charity: the tenant. What is printed on receipts exists in both languages (A-02, receipts.md A1)."""

    slug = models.SlugField(_("address in Merci"), max_length=40, unique=True)
    name_fr = models.CharField(_("name in French"), max_length=150, blank=True)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    legal_name_fr = models.CharField(_("legal name in French, as registered"), max_length=200, blank=True)
    legal_name_en = models.CharField(_("legal name in English, as registered"), max_length=200, blank=True)
    address_fr = models.TextField(_("address in French"), blank=True)
    address_en = models.TextField(_("address in English"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    receipt_law = models.CharField(
        _("law that receipts follow"), max_length=2, choices=ReceiptLaw, default=ReceiptLaw.CANADA
    )
    registration_number = models.CharField(_("charity registration number"), max_length=15, blank=True)
    purpose = models.CharField(_("purpose of the organization"), max_length=300, blank=True)
    legal_status = models.CharField(_("kind of organization in tax law"), max_length=200, blank=True)
    receipt_place_fr = models.CharField(_("place of issue of receipts, in French"), max_length=120, blank=True)
    receipt_place_en = models.CharField(_("place of issue of receipts, in English"), max_length=120, blank=True)
    signatory_name = models.CharField(_("name of the person who signs receipts"), max_length=120, blank=True)
    signatory_title_fr = models.CharField(_("title of the signatory, in French"), max_length=120, blank=True)
    signatory_title_en = models.CharField(_("title of the signatory, in English"), max_length=120, blank=True)
    receipt_thanks_fr = models.CharField(_("thank-you line on receipts, in French"), max_length=240, blank=True)
    receipt_thanks_en = models.CharField(_("thank-you line on receipts, in English"), max_length=240, blank=True)
    receipt_preference = models.CharField(
        _("how receipts are usually issued"), max_length=6, choices=USUAL_PREFERENCES, default=ReceiptPreference.EACH
    )
    receipt_copy_to = models.EmailField(_("copy of receipts sent by e-mail"), blank=True)
    receipt_qr = models.BooleanField(_("QR code on receipts"), default=False)
    receipt_signing = models.BooleanField(_("sign the files of receipts electronically"), default=False)
    receipt_by_link = models.BooleanField(_("e-mail a link to the receipt, not the file"), default=False)
    paper = models.CharField(_("paper"), max_length=6, choices=Paper, default=Paper.LETTER)
    logo = models.ImageField(_("logo"), upload_to="organizations/", blank=True, validators=[validate_image])
    signature = models.ImageField(
        _("signature image"), upload_to="organizations/", blank=True, validators=[validate_image]
    )
    timezone = models.CharField(
        _("time zone"), max_length=40, default="America/Toronto", validators=[validate_timezone]
    )
    default_language = models.CharField(_("usual language"), max_length=2, choices=Language, default=Language.FR)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.CAD)
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"),
        choices=MONTHS,
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    at_risk_after = models.PositiveSmallIntegerField(
        _("donors are at risk after so many days without a gift"),
        null=True,
        blank=True,
        validators=[MinValueValidator(60), MaxValueValidator(730)],
        help_text=_("Empty: by each donor’s own rhythm, when half as long again as usual has passed. At least 60."),
    )
    thank_task_from = MoneyField(
        _("plan a call of thanks for gifts of at least"),
        null=True,
        blank=True,
        default=Decimal(500),
        help_text=_("Empty: no task is planned. The queue of thank-yous holds every gift anyway."),
    )
    plans_follow_ups = models.BooleanField(
        _("plan a follow-up where a pledge is late or a conversation is stalled"),
        default=True,
        help_text=_(
            "For the responsible person; where there is none, for the administrator who has been here longest."
        ),
    )
    fundraisers_record_gifts = models.BooleanField(_("fundraisers may record gifts"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.registration_number = charity_numbers.compact(self.registration_number)
        if self.registration_number and not charity_numbers.is_valid(self.registration_number, self.receipt_law):
            raise ValidationError({"registration_number": NUMBER_WANTED[self.receipt_law]})

    def said(self, field: str, language: str | None = None) -> str:
        """``field`` in ``language`` (default: the present one), else in the other language."""
        language = (language or get_language() or self.default_language)[:2]
        other = "en" if language == "fr" else "fr"
        return getattr(self, f"{field}_{language}") or getattr(self, f"{field}_{other}")

    @property
    def country(self) -> str:
        """Where it is at home: of addresses that name no country, and of those that need not."""
        return self.receipt_law

    name = bilingual("name")
    address = bilingual("address")


class Membership(Timestamped):
    """A person's work in one organization: the role, and who owns a contact. Deactivated, never erased (A-06)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person"))
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("organization")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role)
    job_title = models.CharField(_("job title"), max_length=80, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
    previous_visit_at = models.DateTimeField(_("previous visit"), null=True, blank=True, editable=False)
    wants_digest = models.BooleanField(_("digest by e-mail"), default=True)
    digest_hour = models.PositiveSmallIntegerField(
        _("hour of the digest"), default=8, validators=[MaxValueValidator(23)]
    )
    digest_rhythm = models.CharField(
        _("how often"),
        max_length=6,
        choices=DigestRhythm,
        default=DigestRhythm.DAILY,
        db_default=DigestRhythm.DAILY.value,
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of the team")
        verbose_name_plural = _("team")
        constraints = [models.UniqueConstraint(fields=["user", "organization"], name="membership_once")]

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return org_url(self, "accounts:member_update", pk=self.pk)

    def scope(self, permission: str) -> str:
        """``none``, ``own`` or ``all``: how far this person's permission reaches."""
        return policy.scope_of(self.role, permission, self.organization) if self.is_active else policy.NONE

    def can(self, permission: str, obj=None) -> bool:
        """Whether the act is allowed at all or, with ``obj``, on that row."""
        scope = self.scope(permission)
        if scope == policy.NONE:
            return False
        if obj is None:
            return True
        if getattr(obj, "organization_id", self.organization_id) != self.organization_id:
            return False
        return scope == policy.ALL or obj.is_owned_by(self)


class Invitation(Tenanted):
    """An e-mailed, single-use way in. Only the hash of the secret is stored."""

    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=12, choices=Role)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FR)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open",
                violation_error_message=_("This person already has an invitation."),
            )
        ]

    def __str__(self) -> str:
        return self.email

    def get_absolute_url(self) -> str:
        return org_url(self, "accounts:member_list")


class SavedView(Tenanted):
    """A list as somebody likes it: filters, order and columns under a name (C-12). ``screen`` is the url name of the list."""

    screen = models.CharField(max_length=60, editable=False)
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(blank=True, editable=False)  # the filters and the order, as the address says them
    columns = models.JSONField(default=list, blank=True, editable=False)  # names in order; empty: those of the list
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"))
    is_shared = models.BooleanField(_("shared with the team"), default=False)
    is_pinned = models.BooleanField(_("pinned above the list"), default=True)
    # By e-mail, to the owner, as a file of what they may see that morning: a report that comes by itself (O-04).
    sends = models.CharField(_("send it to me"), max_length=8, choices=Sends, blank=True)
    sends_as = models.CharField(_("as a file"), max_length=4, choices=FileKind, default=FileKind.XLSX)
    sent_on = models.DateField(null=True, blank=True, editable=False)  # the day of the last one, or on which this began

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "screen", "name"],
                name="saved_view_name",
                violation_error_message=_("You already have a view of this name."),
            )
        ]
        indexes = [models.Index(fields=["organization", "screen", "name"], name="saved_view_of_screen")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from crm.accounts.saved_views import home

        return home(self)

    def is_owned_by(self, membership) -> bool:
        return self.owner_id == membership.pk


class AuditEntry(models.Model):
    """One row per change: who, when, what row, each field before and after. Written by services, bulk ones too."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(_("when"), default=now)
    action = models.CharField(_("act"), max_length=10, choices=AuditAction)
    model = models.CharField(_("kind"), max_length=60)
    object_id = models.BigIntegerField(null=True)
    object_text = models.CharField(_("record"), max_length=250)
    changes = models.JSONField(_("changes"), default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=["organization", "-at", "-id"], name="audit_recent"),
            models.Index(fields=["model", "object_id"], name="audit_object"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.model} {self.object_id}"
