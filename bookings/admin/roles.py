"""Permissions of the admin by role, and what every model's admin has."""

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
"""What was refused, while the form that shows it is made."""


class Access(Enum):
    """Who, among those who are signed in here."""

    NOBODY = "nobody"
    ADMIN = "admin"
    DESK = "desk"

    def includes(self, request: HttpRequest) -> bool:
        """Whether the request's login is one of them; an admin is whatever the desk is."""
        user = request.user
        if self is Access.DESK:
            return actor(request).is_desk
        return self is Access.ADMIN and user.is_active and user.is_staff and user.is_superuser


def actor(request: HttpRequest) -> Actor:
    """Who acts. Always the login: the demo's visitor has none and does not come in here."""
    return Actor(request.user if request.user.is_authenticated else None, via="admin")


class RoleAccess:
    """Grants by role; see the package's docstring. Nothing is ever deleted."""

    seen_by = Access.DESK
    added_by = Access.ADMIN
    changed_by = Access.ADMIN
    deleted_by = Access.NOBODY

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the index lists it."""
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
        """Run a POST as one unit of work; when the kernel or a constraint refuses it, show the form again with that.

        `ModelAdmin` wraps its POST in a transaction of its own: only around that can a deadlock be repeated whole,
        and only after it has rolled back is the refused input validated once more, to be shown.
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
        """Hand a refusal to the form: a fresh class each time, so it is this request's alone."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, RefusableForm):
            form.refusal = refused.get()
        return form

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return BoundedChangeList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the page's filters ask for: any other column of a large table would be read to its end."""
        names = {getattr(chosen, "parameter_name", chosen) for chosen in self.list_filter}
        return lookup.removesuffix("__exact") in names or lookup in names

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Model, Model]", request: HttpRequest, **kwargs: object
    ) -> "ModelChoiceField[Model] | None":
        """People are found by search."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = PersonSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def log_addition(self, request: HttpRequest, obj: M, message: object) -> LogEntry:
        return without_name(super().log_addition(request, obj, message))

    def log_change(self, request: HttpRequest, obj: M, message: object) -> LogEntry:
        return without_name(super().log_change(request, obj, message))


def without_name(entry: LogEntry) -> LogEntry:
    """The admin's log holds ids, never a name or an address: it outlives an erasure."""
    content_type = entry.content_type
    entry.object_repr = f"{content_type.name if content_type else ''} {entry.object_id}".strip()
    entry.save(update_fields=["object_repr"])
    return entry
