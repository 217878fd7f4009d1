"""Services in the admin: what can be booked by name, and who offers it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from django.contrib import admin, messages
from django.db.models import Count, Model, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.admin.form import RefusableForm
from bookings.admin.roles import Access, BaseAdmin
from bookings.core.errors import BookingError
from bookings.core.transactions import unit_of_work
from bookings.models import Service

if TYPE_CHECKING:
    from django.db.models import ManyToManyField
    from django.forms import ModelMultipleChoiceField


class Counted(Protocol):
    """A service of `ServiceAdmin.get_queryset`."""

    providers_count: int


class ServiceAdmin(BaseAdmin[Service]):
    """The base of both kinds. A service that no booking names may be deleted; any other is withdrawn."""

    deleted_by = Access.ADMIN
    form = RefusableForm[Service]
    actions = None
    fields = (
        "name",
        "duration_minutes",
        "buffer_before_minutes",
        "buffer_after_minutes",
        "is_active",
        "providers",
    )
    filter_horizontal = ("providers",)
    list_display = ("name", "duration_minutes", "is_active", "providers_count")
    list_filter = ("is_active",)
    sortable_by = ()
    search_fields = ("name",)
    ordering = ("name", "id")  # a practice has few

    def get_queryset(self, request: HttpRequest) -> QuerySet[Service]:
        """Annotated with the number of providers of each service."""
        return super().get_queryset(request).annotate(providers_count=Count("providers"))

    @admin.display(description=gettext_lazy("offered by"))
    def providers_count(self, service: "Counted") -> int:
        """The number of providers, from the list's one query."""
        return service.providers_count

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Model, Model]", request: HttpRequest, **kwargs: object
    ) -> "ModelMultipleChoiceField[Model] | None":
        """Order the providers by name."""
        kwargs["queryset"] = db_field.remote_field.model._default_manager.order_by("name", "pk")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Delete the service, or say why it stays. The bookings' foreign key decides, also in a race."""
        service = self.get_object(request, object_id)
        if service is None or not self.has_delete_permission(request, service):
            return super().delete_view(request, object_id, extra_context)
        if service.bookings.exists():
            return self._keep(request, service)
        try:
            return unit_of_work(super().delete_view)(request, object_id, extra_context)
        except (ProtectedError, BookingError):
            return self._keep(request, service)

    def _keep(self, request: HttpRequest, service: Service) -> HttpResponse:
        """Redirect to the service's page, with a message that says what to do instead."""
        text = _("Bookings name “%(name)s”, so it stays. To offer it no longer, untick “can be booked”.")
        self.message_user(request, text % {"name": service.name}, messages.ERROR)
        return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[service.pk]))

    def get_deleted_objects(
        self, objs: QuerySet[Service] | Sequence[Service], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """List the service alone: its links to providers are deleted with it."""
        return [str(service) for service in objs], {}, set(), []
