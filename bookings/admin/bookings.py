"""Sessions and appointments in the admin. They are booked, rescheduled and changed through `bookings.actions`."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from bookings.actions import book, reschedule
from bookings.admin.actions import SELECTED_ACTIONS
from bookings.admin.form import BookingAdminForm
from bookings.admin.lists import StartFilter, StatusFilter
from bookings.admin.roles import Access, BaseAdmin, actor
from bookings.core.formatting import describe_instant, describe_service, describe_span
from bookings.core.lifecycle import Action, Status, allowed_actions
from bookings.models import Booking, Service
from bookings.models.history_text import describe_history
from bookings.models.people import Person
from bookings.models.search import is_number, matching_people

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldOpts, _FieldsetSpec

PEOPLE_FOUND = 100
NBSP = "\u00a0"
OVERRIDE_FIELDS = ("is_overbooked", "is_outside_hours", "override_reason")
SYSTEM_FIELDS = ("revision", "uid", "booked_by", "created_at", "updated_at", "expires_at")
CANCEL_FIELDS = ("cancelled_at", "cancelled_by", "cancel_reason")


def _zone_sentence() -> str:
    return str(_("Times are in the time zone %(zone)s.")) % {"zone": timezone.get_current_timezone_name()}


def _when_title() -> str:
    return str(_("time (%(zone)s)")) % {"zone": timezone.get_current_timezone_name()}


zone_sentence = lazy(_zone_sentence, str)()
when_title = lazy(_when_title, str)()


class ServiceField(ModelChoiceField[Service]):
    def label_from_instance(self, service: Service) -> str:
        """The name with the length in minutes."""
        return describe_service(service.name, service.duration_minutes)


class BookingAdmin(BaseAdmin[Booking]):
    """The base of both kinds. The form changes the time and provider of an upcoming booking, the actions the rest."""

    added_by = Access.DESK
    changed_by = Access.DESK
    form = BookingAdminForm
    actions = SELECTED_ACTIONS
    search_fields = ("pk",)  # shows the box; `get_search_results` says what it finds
    search_help_text = _("A booking's number, or whose it is: the beginnings of a name, e-mail address, phone or id.")
    list_filter = (StartFilter, StatusFilter, "is_overbooked")
    sortable_by = ()  # an order without an index would sort the whole table

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return ("when", "provider", "attendee", "state")

    def get_list_select_related(self, request: HttpRequest) -> tuple[str, ...]:
        return ("provider", "attendee")

    def get_autocomplete_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ("provider", "attendee")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """By start: upcoming bookings soonest first, past ones latest first."""
        is_latest_first = request.GET.get(StartFilter.parameter_name) in StartFilter.LATEST_FIRST
        return ("-start_at", "-id") if is_latest_first else ("start_at", "id")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Booking], search_term: str
    ) -> tuple[QuerySet[Booking], bool]:
        """Find a bounded number of people first, then their bookings: an index serves each step.

        (Searching through the foreign keys at once would read every booking of the window.)
        """
        if not search_term.strip():
            return queryset, False
        found = Q(pk=search_term) if is_number(search_term) else Q(pk=None)
        tables: dict[str, type[Person]] = {
            "provider": self.model.provider_model(),
            "attendee": self.model.attendee_model(),
        }
        for party, table in tables.items():
            people = matching_people(table._default_manager.all(), search_term)
            found |= Q(**{f"{party}_id__in": _keys(people)})
        return queryset.filter(found), False

    def get_fieldsets(self, request: HttpRequest, obj: Booking | None = None) -> "_FieldsetSpec":
        parties = ("provider", "attendee")
        times: tuple[str, ...] = self.model.time_fields
        main: _FieldOpts
        exception: _FieldOpts = {"fields": OVERRIDE_FIELDS, "description": _("Only on purpose, and with a reason.")}
        if obj is None:
            main = {"fields": (*parties, "service", *times, "note"), "description": zone_sentence}
            return [(None, main), (_("Exception"), exception)]
        if self.has_change_permission(request, obj):
            shown = (*parties, "service", *times, "state", "note", "seen_revision")
            main = {"fields": shown, "description": zone_sentence}
        else:
            main = {"fields": (*parties, "service", "starts_at", "ends_at", "state", "note")}
            exception = {"fields": ("is_overbooked", "override_reason")}
        return [
            (None, main),
            (_("Exception"), exception),
            (_("History"), {"fields": ("story",), "description": zone_sentence}),
            (_("Cancelled"), {"fields": CANCEL_FIELDS, "description": zone_sentence}),
            (_("System"), {"fields": ("busy_times", *SYSTEM_FIELDS), "description": zone_sentence}),
        ]

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Model, Model]", request: HttpRequest, **kwargs: object
    ) -> ModelChoiceField[Model] | None:
        """Offer only services that can be booked now."""
        if db_field.name == "service":
            kwargs["queryset"] = db_field.remote_field.model._default_manager.filter(is_active=True)
            kwargs["form_class"] = ServiceField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Booking | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        names = flatten_fieldsets(self.get_fieldsets(request, obj))
        return tuple(name for name in names if name not in self._editable(request, obj))

    def _editable(self, request: HttpRequest, obj: Booking) -> set[str]:
        """The fields of an existing booking that may change: time, provider, and the exceptions."""
        if not self.has_change_permission(request, obj):
            return set()
        return {*self.model.time_fields, "provider", *OVERRIDE_FIELDS, "seen_revision"}

    def save_model(self, request: HttpRequest, obj: Booking, form: BookingAdminForm, change: bool) -> None:  # noqa: FBT001
        """Save through `bookings.actions`; `changeform_view` shows a refusal at the form."""
        if not change:
            book(obj, by=actor(request), override=form.override)
        elif form.is_asking:
            seen = form.cleaned_data["seen_revision"]
            reschedule(obj, by=actor(request), to=form.moves, override=form.override, if_revision=seen)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The desk's; for a single booking only while it can be rescheduled."""
        is_open = not isinstance(obj, Booking) or Action.RESCHEDULE in allowed_actions(obj.status_at(timezone.now()))
        return is_open and super().has_change_permission(request, obj)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether the list offers its actions; whether each booking may be changed is asked when it is written."""
        return Access.DESK.includes(request)

    @admin.display(description=when_title)
    def when(self, booking: Booking) -> str:
        """The span in the zone that the column's title names; a narrow screen breaks it after the day."""
        text = describe_span(booking.span).removesuffix(f" ({timezone.get_current_timezone_name()})")
        return text.replace(" ", NBSP).replace(f",{NBSP}", ", ")

    @admin.display(description=_("status"))
    def state(self, booking: Booking) -> str:
        """The state as readers see it (expired counts as cancelled), and whether it is overbooked on purpose."""
        status = str(Status(booking.status_at(timezone.now())).label)
        return _("%(status)s, overbooked") % {"status": status} if booking.is_overbooked else status

    @admin.display(description=_("what happened"))
    def story(self, booking: Booking) -> str:
        """The history of the booking, latest first."""
        lines = [
            (
                describe_instant(line.at),
                ": ".join([line.what, *([", ".join(line.details)] if line.details else [])]),
                _("by %(who)s, %(where)s") % {"who": line.who, "where": line.where},
                f"({line.email})" if line.email else "",
            )
            for line in describe_history(booking, for_desk=True)
        ]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}<br>{}<br>{} {}</li>", lines))

    @admin.display(description=_("start"))
    def starts_at(self, booking: Booking) -> str:
        return describe_instant(booking.start_at)

    @admin.display(description=_("end"))
    def ends_at(self, booking: Booking) -> str:
        return describe_instant(booking.end_at)

    @admin.display(description=_("kept free"))
    def busy_times(self, booking: Booking) -> str:
        """The booked time with its buffers."""
        return f"{describe_instant(booking.busy_from)} - {describe_instant(booking.busy_until)}"


def _keys(people: QuerySet[Person]) -> list[int | str]:
    """The public ids of the first of these people."""
    return list(people.values_list(people.model.key_field, flat=True)[:PEOPLE_FOUND])
