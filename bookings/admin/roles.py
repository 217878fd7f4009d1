"""Permissions of the admin by role, and the base of every model's admin."""

from contextvars import ContextVar
from enum import Enum
from typing import TypeVar

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.views.main import ChangeList
from django.db.models import ForeignKey, Model
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse

from bookings.access.actor import Actor
from bookings.admin.form import RefusableForm
from bookings.admin.lists import BoundedChangeList, BoundedPaginator
from bookings.admin.select import PersonSelect
from bookings.core.errors import BookingError, Unavailable
from bookings.core.transactions import unit_of_work

M = TypeVar("M", bound=Model)
RETRY_AFTER_SECONDS = 5

refused: ContextVar[BookingError | None] = ContextVar("refused", default=None)
"""The refusal to show in the form, while that is built again."""


class Access(Enum):
    """The group of signed-in users to whom something is granted."""

    NOBODY = "nobody"
    ADMIN = "admin"
    DESK = "desk"

    def includes(self, request: HttpRequest) -> bool:
        """Whether the request's login belongs to the group. Every admin belongs to the desk."""
        user = request.user
        if self is Access.DESK:
            return actor(request).is_desk
        return self is Access.ADMIN and user.is_active and user.is_staff and user.is_superuser


def actor(request: HttpRequest) -> Actor:
    """The login as an actor. The demo's visitor has no login and cannot enter the admin."""
    return Actor(request.user if request.user.is_authenticated else None, via="admin")


class RoleAccess:
    """Grants by role; see the package's docstring. By default nothing can be deleted."""

    seen_by = Access.DESK
    added_by = Access.ADMIN
    changed_by = Access.ADMIN
    deleted_by = Access.NOBODY

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the admin's index lists the model."""
        return self.seen_by.includes(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.seen_by.includes(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.added_by.includes(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.changed_by.includes(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.deleted_by.includes(request)


class BaseAdmin(RoleAccess, admin.ModelAdmin[M]):
    """Lists of bounded cost, a log without personal data, and refusals shown at the form."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each facet counts the whole table
    list_per_page = 50
    list_max_show_all = 200

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Run a POST as one unit of work; when a writer or a constraint refuses it, show the form again with that.

        `ModelAdmin` wraps its POST in a transaction of its own. A deadlock can only be repeated around that
        transaction, and the refused input is validated again, in order to be shown, only after it has rolled back.
        """
        view = super().changeform_view
        if request.method != "POST":
            return view(request, object_id, form_url, extra_context)
        try:
            return unit_of_work(view)(request, object_id, form_url, extra_context)
        except BookingError as refusal:
            shown = refused.set(refusal)
            try:
                response = view(request, object_id, form_url, extra_context)
            finally:
                refused.reset(shown)
            if isinstance(refusal, Unavailable):
                response.status_code = 503
                response["Retry-After"] = str(RETRY_AFTER_SECONDS)
            return response

    def get_form(
        self,
        request: HttpRequest,
        obj: M | None = None,
        change: bool = False,  # noqa: FBT001, FBT002
        **kwargs: object,
    ) -> type[ModelForm[M]]:
        """Pass a refusal to the form, whose class is made anew for each request."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, RefusableForm):
            form.refusal = refused.get()
        return form

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return BoundedChangeList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow only the page's own filters: any other column would mean a scan of a large table."""
        names = {getattr(chosen, "parameter_name", chosen) for chosen in self.list_filter}
        return lookup.removesuffix("__exact") in names or lookup in names

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Model, Model]", request: HttpRequest, **kwargs: object
    ) -> "ModelChoiceField[Model] | None":
        """Choose people by search: a list of all would be too long."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = PersonSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def log_addition(self, request: HttpRequest, obj: M, message: object) -> LogEntry:
        return without_name(super().log_addition(request, obj, message))

    def log_change(self, request: HttpRequest, obj: M, message: object) -> LogEntry:
        return without_name(super().log_change(request, obj, message))


def without_name(entry: LogEntry) -> LogEntry:
    """Remove names and addresses from an entry of the admin's log, which is kept after an erasure; ids stay."""
    content_type = entry.content_type
    entry.object_repr = f"{content_type.name if content_type else ''} {entry.object_id}".strip()
    entry.save(update_fields=["object_repr"])
    return entry
