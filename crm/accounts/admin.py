"""Tables of accounts for superusers: making an organization or an account happens here, the rest is for looking."""

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin  # noqa: F401 - registers groups, which are taken away below
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crm.accounts import services
from crm.accounts.models import AuditEntry, Invitation, Membership, Organization, SavedView, User
from crm.core.web.admin import ReadOnlyAdmin

admin.site.unregister(Group)  # roles are the matrix of policy.py; a second system of rights would only mislead


class ServiceAdmin(ReadOnlyAdmin):
    """A few fields may be written, through the service: ``new`` when a row is made, ``fields_to_change`` later."""

    new: tuple[str, ...] = ()
    fields_to_change: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return request.user.is_superuser

    def get_fields(self, request: HttpRequest, obj=None):
        return [*self.fields_to_change, *self.get_readonly_fields(request, obj)] if obj else self.new

    def get_readonly_fields(self, request: HttpRequest, obj=None):
        if obj is None:
            return ()
        every = [*self.opts.concrete_fields, *self.opts.many_to_many]
        return [field.name for field in every if field.name not in {*self.fields_to_change, *(self.exclude or ())}]


class UserForm(forms.ModelForm):
    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("An account already has this address."))
        return email


@admin.register(User)
class UserAdmin(ServiceAdmin):
    """An account made here has no password: the person chooses one with “Forgot the password”."""

    form = UserForm
    new = ("email", "first_name", "last_name", "language")
    fields_to_change = ("first_name", "last_name", "language", "is_active", "is_superuser")
    exclude = ("password", "groups", "user_permissions")
    list_display = ("email", "first_name", "last_name", "language", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser", "language")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email",)

    def save_model(self, request: HttpRequest, obj: User, form, change: bool) -> None:
        if change:
            services.update_profile(obj, **{name: form.cleaned_data[name] for name in form.changed_data})
        else:
            made = User.objects.create_user(**{name: form.cleaned_data[name] for name in self.new})
            obj.pk, obj._state.adding = made.pk, False


@admin.register(Organization)
class OrganizationAdmin(ServiceAdmin):
    """Make an organization, then open it: a superuser enters as administrator (audited) and invites the team."""

    new = ("slug", "name_fr", "name_en", "default_language", "timezone", "currency")
    fields_to_change = ("is_active",)
    list_display = ("slug", "name_fr", "name_en", "registration_number", "default_language", "is_active", "created_at")
    list_filter = ("is_active", "default_language")
    search_fields = ("slug", "name_fr", "name_en", "legal_name_fr", "legal_name_en", "registration_number")
    ordering = ("slug",)

    def save_model(self, request: HttpRequest, obj: Organization, form, change: bool) -> None:
        if change:
            services.update_organization(obj, by=None, **{name: form.cleaned_data[name] for name in form.changed_data})
        else:
            made = services.create_organization(**{name: form.cleaned_data[name] for name in self.new})
            obj.pk, obj._state.adding = made.pk, False


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "organization", "role", "job_title", "is_active", "last_seen_at")
    list_filter = ("role", "is_active")
    list_select_related = ("user", "organization")
    search_fields = ("user__email", "user__last_name", "organization__slug")
    ordering = ("organization__slug", "user__email")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = (
        "email",
        "organization",
        "role",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
    )
    list_filter = ("role",)
    list_select_related = ("organization", "invited_by__user")
    search_fields = ("email", "organization__slug")
    ordering = ("-created_at",)
    exclude = ("secret_hash",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "organization", "actor", "action", "model", "object_id", "object_text")
    list_filter = ("action", "model")
    list_select_related = ("organization", "actor__user")
    search_fields = ("=object_id",)
    ordering = ("-at", "-id")


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "screen", "name", "owner", "is_shared", "is_pinned")
    list_filter = ("screen", "organization")
    list_select_related = ("organization", "owner__user")
    search_fields = ("name",)
    ordering = ("-id",)
