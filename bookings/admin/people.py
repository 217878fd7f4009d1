"""Providers and attendees in the admin."""

from typing import TYPE_CHECKING, TypeVar

from django import forms
from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookings.admin.form import RefusableForm
from bookings.admin.roles import Access, BaseAdmin, RoleAccess
from bookings.core.holiday_calendars import known_calendars
from bookings.models.fields import known_time_zones
from bookings.models.hours import ExtraHours, Rule, TimeOff, WorkingHours
from bookings.models.people import Attendee, P, Provider
from bookings.models.search import matching_people

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec

R = TypeVar("R", bound=Rule)


class PersonAdmin(BaseAdmin[P]):
    """The base of providers and attendees."""

    autocomplete_fields = ("user",)
    ordering = ("-id",)  # by name would sort the whole table
    sortable_by = ()
    search_fields = ("name",)  # shows the box; `get_search_results` says what it finds
    search_help_text = _("The beginnings of a name, e-mail address, phone or id.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[P], search_term: str
    ) -> tuple[QuerySet[P], bool]:
        """Search by beginnings of words, as the index on attendees does."""
        return matching_people(queryset, search_term), False

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """The name, and columns that distinguish people of the same name."""
        return ("__str__", self.model.key_field, "email", "time_zone")

    def get_fieldsets(self, request: HttpRequest, obj: P | None = None) -> "_FieldsetSpec":
        """Show the public id first where it is not the row's number."""
        key = () if self.model.key_field == "id" else (self.model.key_field,)
        return [(None, {"fields": (*key, *self.person_fields)}), *self.more_fieldsets]

    person_fields: tuple[str, ...] = ("name", "email", "time_zone", "user")
    more_fieldsets: "_FieldsetSpec" = ()

    def get_readonly_fields(self, request: HttpRequest, obj: P | None = None) -> tuple[str, ...]:
        """A public id never changes; only an admin may change the login of a person."""
        fixed = (self.model.key_field,) if obj is not None else ()
        return fixed if Access.ADMIN.includes(request) else (*fixed, "user")

    def formfield_for_dbfield(
        self, db_field: "Field[object, object]", request: HttpRequest, **kwargs: object
    ) -> forms.Field | None:
        """A list of time zones instead of a text field."""
        if db_field.name == "time_zone":
            zones = [(name, name.replace("_", " ")) for name in sorted(known_time_zones())]
            kwargs["widget"] = forms.Select(choices=zones)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class ProviderAdmin(PersonAdmin[Provider]):
    """Doctors and coaches, with their hours and time off."""

    form = RefusableForm[Provider]
    list_filter = ("is_active",)
    person_fields = ("name", "email", "time_zone", "is_active", "user")
    more_fieldsets = (
        (
            _("Rules for booking"),
            {
                "fields": (
                    "is_always_open",
                    "needs_approval",
                    "slot_minutes",
                    "slot_step_minutes",
                    "buffer_before_minutes",
                    "buffer_after_minutes",
                    "minimum_notice_minutes",
                    "horizon_days",
                    "day_limit",
                    "attendee_day_limit",
                    "holiday_calendar",
                    "cancellation_window_minutes",
                ),
                "description": _(
                    "Buffers count for bookings made from now on. Of all this only buffers and holidays bind the desk."
                ),
            },
        ),
    )

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return (*super().get_list_display(request), "is_active")

    def formfield_for_dbfield(
        self, db_field: "Field[object, object]", request: HttpRequest, **kwargs: object
    ) -> forms.Field | None:
        """A list of public-holiday calendars instead of a text field."""
        if db_field.name == "holiday_calendar":
            nowhere = ("", _("None: open on public holidays, too"))
            kwargs["widget"] = forms.Select(choices=[nowhere, *known_calendars().items()])
            kwargs["help_text"] = _("Closes the weekly hours on these days. Extra hours stay open.")
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class AttendeeAdmin(PersonAdmin[Attendee]):
    """Patients and clients. The desk adds them; only admins change them, because that can change what a login sees."""

    added_by = Access.DESK
    form = RefusableForm[Attendee]
    person_fields = ("name", "email", "phone", "time_zone", "user")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return (*super().get_list_display(request), "phone")


class RuleInline(RoleAccess, admin.TabularInline[R, Provider]):
    """Rows of a provider's rules; bookings do not refer to them, so they may be deleted."""

    deleted_by = Access.ADMIN
    extra = 0


class HoursInline(RuleInline[WorkingHours]):
    fields = ("weekday", "starts_at", "minutes", "valid_from", "valid_until")
    verbose_name_plural = _("working hours, in the provider's time zone (neither these nor extra hours: always open)")


class ExtraHoursInline(RuleInline[ExtraHours]):
    fields = ("starts_on", "starts_at", "minutes")
    verbose_name_plural = _("extra hours on single days, in the provider's time zone")


class TimeOffInline(RuleInline[TimeOff]):
    verbose_name_plural = _("time off, in the provider's time zone")
