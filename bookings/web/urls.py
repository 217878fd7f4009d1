"""The pages' URLs, derived from the models. Each is served with and without a trailing slash."""

from collections.abc import Sequence

from django.urls import URLPattern

from accounts.paths import served_at
from bookings.core.action_labels import ACTION_LABELS
from bookings.core.lifecycle import Action, action_path
from bookings.models import Booking
from bookings.web.action_buttons import action_url_name
from bookings.web.booking.page import booking_page
from bookings.web.detail.action_page import action_page
from bookings.web.detail.page import detail_page
from bookings.web.detail.reschedule_page import reschedule_page
from bookings.web.hours.urls import hours_urls
from bookings.web.kinds import kind_name


def page_urls(kinds: Sequence[type[Booking]]) -> list[URLPattern]:
    """`/booking` for all kinds, the first one being the usual one, the pages of their single bookings and of hours."""
    by_name = {kind_name(kind): kind for kind in kinds}
    patterns = [served_at("booking", booking_page, "booking", kinds=by_name)]
    for name, kind in by_name.items():
        patterns.extend(hours_urls(kind))
        one = f"booking/{kind._meta.db_table}/<number:pk>"
        patterns.append(served_at(one, detail_page, name, kind=kind))
        for action in ACTION_LABELS:
            is_move = action == Action.RESCHEDULE
            view, given = (reschedule_page, {}) if is_move else (action_page, {"action": action})
            path = f"{one}/{action_path(action)}"
            url_name = action_url_name(kind, action)
            patterns.append(served_at(path, view, url_name, kind=kind, **given))
    return patterns
