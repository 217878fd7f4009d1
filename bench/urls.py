"""The site, and under `/bench/` a bare view for each kind of booking, with and without authentication."""

from django.urls import path

from bench.bare import BareView, OpenBareView
from bench.kinds import KINDS
from booking_site.urls import urlpatterns as site

bare = [
    path(f"bench/{prefix}{kind.name}", view.as_view(kind=kind))
    for kind in KINDS.values()
    for prefix, view in (("", BareView), ("open/", OpenBareView))
]
urlpatterns = [*bare, *site]
