"""The technical administration (``/admin/``): superusers only, a safety net to look at rows that no screen shows."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _


class MerciAdminSite(admin.AdminSite):
    """Django's administration behind our own sign-in, which is throttled and asks for the second step."""

    site_header = _("Merci, technical administration")
    site_title = _("Merci, technical administration")
    index_title = _("Tables")

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """Never the plain form of Django: it would let a password alone through."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': reverse('admin:index')})}")

    def password_change(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_change_password"))


class MerciAdminConfig(AdminConfig):
    default_site = "crm.core.web.admin.MerciAdminSite"


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows to look at. Services own every write: they keep totals, timeline and audit log true, a form here would not."""

    list_per_page = 50
    show_full_result_count = False  # counting two million rows to draw a pager is not worth it

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return request.user.is_superuser

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser
