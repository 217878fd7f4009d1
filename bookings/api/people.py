"""The people of a kind: the public directory of providers."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.filters import PAGING, read_query
from bookings.api.pagination import page_url, paginate
from bookings.api.views import View
from bookings.models import Provider


class Directory(View):
    """`/api/v1/doctors`, `/api/v1/coaches`: who offers time. Public."""

    people: type[Provider] = Provider  # type: ignore[type-abstract]  # given by `urls.api_urls`

    def get(self, request: Request) -> Response:
        """The active providers by name; only what a visitor needs to choose one."""
        query = read_query(request, PAGING)
        rows = self.people._default_manager.filter(is_active=True)
        page = paginate(rows, keys=("name", "id"), limit=query["limit"], cursor=query["cursor"])
        return Response(
            {
                self.people._meta.db_table: [represent_provider(provider) for provider in page.rows],
                "next": page_url(request, page.next),
                "previous": page_url(request, page.previous),
            }
        )


def represent_provider(provider: Provider) -> dict[str, Any]:
    """A provider as the public directory shows it."""
    return {
        "id": provider.key,
        "name": provider.name,
        "time_zone": provider.time_zone,
        "slot_minutes": provider.slot_minutes,
    }
