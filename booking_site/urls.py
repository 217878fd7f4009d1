"""Every URL of the site."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from appointments.models import Appointment
from bookings.api.views import NothingHere
from bookings.urls import shared_urls
from bookings.web.urls import page_urls
from scheduling.models import Session

urlpatterns = [
    path("api/v1/", include("appointments.urls")),
    path("api/v1/", include("scheduling.urls")),
    path("api/v1/", include(shared_urls([Appointment, Session]))),
    re_path(r"^api(/|$)", NothingHere.as_view(), name="api-nothing"),
    path("admin/", admin.site.urls),
    re_path(r"^admin$", RedirectView.as_view(pattern_name="admin:index"), name="admin-index"),
    path("", RedirectView.as_view(pattern_name="booking"), name="home"),
    path("", include("accounts.urls")),
    *page_urls([Appointment, Session]),
]

handler400 = "booking_site.errors.bad_request"
handler403 = "booking_site.errors.permission_denied"
handler404 = "booking_site.errors.not_found"
handler500 = "booking_site.errors.server_error"
