"""Every URL of the site."""

from django.contrib import admin
from django.urls import include, path, re_path

from bookings.api.views import NothingHere

urlpatterns = [
    path("api/v1/", include("appointments.urls")),
    path("api/v1/", include("scheduling.urls")),
    re_path(r"^api(/|$)", NothingHere.as_view(), name="api-nothing"),
    path("admin/", admin.site.urls),
]

handler400 = "booking_site.errors.bad_request"
handler403 = "booking_site.errors.permission_denied"
handler404 = "booking_site.errors.not_found"
handler500 = "booking_site.errors.server_error"
