"""Writes on people and organizations."""

import base64
import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile, FileField
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from crm.accounts import audit
from crm.accounts.choices import Role
from crm.accounts.events import CurrencyChanged
from crm.accounts.models import Invitation, Membership, Organization, User
from crm.core import mailer
from crm.core.errors import DomainError, validated
from crm.core.events import publish
from crm.core.models import OutgoingEmail

INVITATION_DAYS = 7
SECRET_PLACE = "SECRET-OF-THE-INVITATION"  # noqa: S105 - no secret: it stands for the secret in the stored mail
VISIT_GAP = timedelta(hours=4)
SEEN_EVERY = timedelta(minutes=5)


@transaction.atomic
def create_organization(*, slug: str, by: Membership | None = None, **fields) -> Organization:
    """A new tenant, alone in its world until someone is made its administrator."""
    organization = validated(Organization(slug=slug, **fields))
    organization.save()
    audit.created(organization, by=by, organization_id=organization.pk)
    return organization


@transaction.atomic
def update_organization(organization: Organization, *, by: Membership, **fields) -> Organization:
    """Change what is printed and how Merci behaves here. Receipts already issued keep what they said.

    A picture that is replaced or taken away leaves the storage once the change is certain. Another currency is published
    (CurrencyChanged): totals count the gifts in the organization's own.
    """
    before = audit.state(organization)
    old = []
    for name, value in fields.items():
        field = organization._meta.get_field(name)
        if isinstance(field, FileField):
            present: FieldFile = getattr(organization, name)
            if present and value is not None and present.name != getattr(value, "name", value):
                old.append(present.name)
            field.save_form_data(organization, value)  # False clears, None keeps
        else:
            setattr(organization, name, value)
    validated(organization)
    organization.save()
    audit.updated(organization, before=before, by=by, organization_id=organization.pk)
    storage = organization.logo.storage
    for name in old:
        transaction.on_commit(lambda name=name: storage.delete(name))
    if before["currency"] != organization.currency:
        publish(CurrencyChanged(organization_id=organization.pk, actor_id=by.pk if by else None))
    return organization


@transaction.atomic
def add_member(*, organization: Organization, user: User, role: str, by: Membership | None = None, **fields):
    """Give a person a role here, or give it back to somebody who had left."""
    membership = Membership.objects.filter(organization=organization, user=user).first()
    before = audit.state(membership) if membership else None
    membership = membership or Membership(organization=organization, user=user)
    membership.role, membership.is_active = role, True
    for name, value in fields.items():
        setattr(membership, name, value)
    validated(membership)
    membership.save()
    audit.saved(membership, before=before, by=by)
    return membership


@transaction.atomic
def update_member(membership: Membership, *, by: Membership, **fields) -> Membership:
    """Change role, title or activity. Refused when the organization would be left without an administrator."""
    before = audit.state(membership)
    for name, value in fields.items():
        setattr(membership, name, value)
    was_admin = before["role"] == Role.ADMIN and before["is_active"]
    if was_admin and (membership.role != Role.ADMIN or not membership.is_active):
        # Locking the organization makes two simultaneous demotions wait for each other.
        Organization.objects.select_for_update().get(pk=membership.organization_id)
        others = Membership.objects.active().filter(organization=membership.organization, role=Role.ADMIN)
        if not others.exclude(pk=membership.pk).exists():
            raise DomainError(_("An organization needs at least one administrator."), field="role")
    validated(membership)
    membership.save(update_fields=[*fields, "updated_at"])
    audit.updated(membership, before=before, by=by)
    return membership


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _secret(invitation: Invitation) -> str:
    """The secret of the link: 256 bits that only the holder of ``SECRET_KEY`` can compute, so nobody has to keep it."""
    known = f"{invitation.organization_id}:{invitation.email}:{invitation.created_at.isoformat()}"
    digest = salted_hmac("crm.accounts.invitation", known, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@mailer.filled_on_leaving("invitation")
def fill_invitation(email: OutgoingEmail) -> dict[str, str]:
    """The stored mail has no secret in it; it is put in as the mail leaves, and only while the invitation is open."""
    invitation = Invitation.objects.open().filter(pk=email.key.partition(":")[2]).first()
    return {SECRET_PLACE: _secret(invitation)} if invitation else {}


@transaction.atomic
def invite(*, email: str, role: str, language: str, by: Membership) -> Invitation:
    """Send a link, valid seven days and once, to join with this role. A newer invitation replaces an older one."""
    email = email.lower()
    organization = by.organization
    if Membership.objects.active().filter(organization=organization, user__email=email).exists():
        raise DomainError(_("This person is already part of the team."), field="email")
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)  # a double click replaces its own first
    now = timezone.now()
    Invitation.objects.filter(organization=organization, email=email, accepted_at=None, revoked_at=None).update(
        revoked_at=now
    )
    invitation = Invitation(
        organization=organization,
        email=email,
        role=role,
        language=language,
        invited_by=by,
        created_at=now,
        expires_at=now + timedelta(days=INVITATION_DAYS),
    )
    invitation.secret_hash = _hash(_secret(invitation))
    validated(invitation)
    invitation.save()
    audit.created(invitation, by=by)
    with override(language):
        url = settings.SITE_URL + reverse("me:invitation_accept", kwargs={"secret": SECRET_PLACE})
    mailer.send(
        key=f"invitation:{invitation.pk}",
        to=email,
        template="invitation",
        language=language,
        organization=organization,
        context={"invitation": invitation, "url": url, "days": INVITATION_DAYS},
    )
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: Membership) -> Invitation:
    """The link stops working at once."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.accepted_at or invitation.revoked_at:
        return invitation
    before = audit.state(invitation)
    invitation.revoked_at = timezone.now()
    invitation.save()
    audit.updated(invitation, before=before, by=by)
    return invitation


def open_invitation(secret: str) -> Invitation | None:
    """The invitation this secret opens, if it is still good."""
    rows = Invitation.objects.open().filter(secret_hash=_hash(secret), organization__is_active=True)
    return rows.select_related("organization", "invited_by__user").first()


def account_for(invitation: Invitation) -> User | None:
    """The account that already answers to the invited address, be it one that was added and proven later."""
    proven = Q(emailaddress__email=invitation.email.lower(), emailaddress__verified=True)
    return User.objects.filter(Q(email__iexact=invitation.email) | proven).first()


@transaction.atomic
def accept_invitation(
    *, secret: str, user: User | None = None, first_name: str = "", last_name: str = "", password: str | None = None
) -> Membership:
    """Use the link once: the account is made (or the existing one joined) and the role given.

    An existing account joins only signed in as itself (``user``): a link alone never opens somebody's account.
    """
    row = open_invitation(secret)
    invitation = Invitation.objects.select_for_update().filter(pk=row.pk).first() if row else None
    if invitation is None or invitation.accepted_at or invitation.revoked_at:
        raise DomainError(_("This invitation is no longer valid. Ask for a new one."), code="gone")
    existing = account_for(invitation)
    if existing and (user is None or user.pk != existing.pk):
        raise DomainError(
            _("This address already has an account. Sign in with it, then open the link again."), code="sign_in"
        )
    if existing is None:
        if user is not None:
            raise DomainError(
                _("This invitation is for another address. Sign out, then open the link again."), code="other"
            )
        existing = User.objects.create_user(
            invitation.email,
            password,
            first_name=first_name,
            last_name=last_name,
            language=invitation.language,
            timezone=invitation.organization.timezone,
        )
    before = audit.state(invitation)
    invitation.accepted_at = timezone.now()
    invitation.save()
    audit.updated(invitation, before=before, by=invitation.invited_by)
    return add_member(
        organization=invitation.organization, user=existing, role=invitation.role, by=invitation.invited_by
    )


@transaction.atomic
def update_profile(user: User, **fields) -> User:
    """Name, language, appearance, time zone of the person signed in.

    Nothing else is written: a page left open must not undo what was decided about the account since.
    """
    for name, value in fields.items():
        setattr(user, name, value)
    validated(user)
    user.save(update_fields=list(fields))
    return user


@transaction.atomic
def update_preferences(membership: Membership, **wanted) -> Membership:
    """Whether (``wants_digest``), how often (``digest_rhythm``) and at what hour (``digest_hour``) the digest comes."""
    for name, value in wanted.items():
        setattr(membership, name, value)
    validated(membership)
    membership.save(update_fields=[*wanted, "updated_at"])
    return membership


def touch(membership: Membership) -> None:
    """Remember the visit, at most once in five minutes; after four quiet hours the last one becomes the previous one."""
    now = timezone.now()
    seen = membership.last_seen_at
    if seen and now - seen < SEEN_EVERY:
        return
    fields = {"last_seen_at": now}
    if seen is None or now - seen > VISIT_GAP:
        fields["previous_visit_at"] = seen
    for name, value in fields.items():  # the page being served already says “since your last visit”
        setattr(membership, name, value)
    Membership.objects.filter(pk=membership.pk).update(**fields)


@transaction.atomic
def superuser_membership(*, user: User, organization: Organization) -> Membership:
    """A superuser crosses organizations (A-03), but never invisibly: entering makes a membership, audited in their name."""
    membership = Membership.objects.filter(organization=organization, user=user).first()
    if membership is None:
        membership = Membership(organization=organization, user=user, role=Role.ADMIN)
        try:
            with transaction.atomic():
                membership.save()
        except IntegrityError:  # a second request of the same page came first
            return Membership.objects.get(organization=organization, user=user)
        audit.created(membership, by=membership)
    elif not membership.is_active:
        before = audit.state(membership)
        membership.is_active, membership.role = True, Role.ADMIN
        membership.save()
        audit.updated(membership, before=before, by=membership)
    return membership
