"""Logins in the admin, for admins only."""

from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from bookings.admin.form import RefusableForm
from bookings.admin.roles import Access, BaseAdmin

admin.site.unregister(Group)  # what somebody may do follows from `is_staff`, `is_superuser` and links to people


class AddUserForm(RefusableForm[User], AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields = ("email",)


class ChangeUserForm(RefusableForm[User], UserChangeForm[User]):
    class Meta:
        model = User
        fields = "__all__"  # the admin's fieldsets choose among them


@admin.register(User)
class UserAdmin(BaseAdmin[User], auth_admin.UserAdmin[User]):
    """Logins by e-mail address."""

    seen_by = Access.ADMIN
    form = ChangeUserForm
    add_form = AddUserForm
    list_display = ("email", "first_name", "last_name", "is_active", "is_staff", "is_superuser")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email__startswith",)
    search_help_text = _("The beginning of an e-mail address.")
    ordering = ("email",)
    sortable_by = ()
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Personal info"), {"fields": ("first_name", "last_name")}),
        (
            _("Roles"),
            {
                "fields": ("is_active", "is_staff", "is_superuser"),
                "description": _(
                    "Staff are the desk, superusers the admins; both need the staff status to sign in here."
                ),
            },
        ),
        (_("Important dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """Search in lower case, as addresses are stored."""
        return super().get_search_results(request, queryset, search_term.replace("\x00", "").lower())
