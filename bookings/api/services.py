"""What can be booked by name, and with whom."""

from typing import Any

from django.db.models import Prefetch
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api.filters import PAGING, read_query
from bookings.api.pagination import page_url, paginate
from bookings.api.views import View
from bookings.models import Booking


class ServiceList(View):
    """`/api/v1/doctors/services`, `/api/v1/coaches/services`: the services that can be booked. Public."""

    kind: type[Booking] = Booking  # type: ignore[type-abstract]  # given by `urls.api_urls`

    def get(self, request: Request) -> Response:
        """By name, each with its length in minutes and the ids of the active providers who offer it."""
        query, providers = read_query(request, PAGING), self.kind.provider_model()
        active = providers._default_manager.filter(is_active=True).only(providers.key_field).order_by("name", "id")
        rows: Any = self.kind.service_model()._default_manager.filter(is_active=True)
        rows = rows.prefetch_related(Prefetch("providers", queryset=active))
        page = paginate(rows, keys=("name", "id"), limit=query["limit"], cursor=query["cursor"])
        return Response(
            {
                "services": [self._represent(service) for service in page.rows],
                "next": page_url(request, page.next),
                "previous": page_url(request, page.previous),
            }
        )

    def _represent(self, service: Any) -> dict[str, Any]:
        return {
            "id": service.pk,
            "name": service.name,
            "duration": service.duration_minutes,
            f"{self.kind.request_names['provider']}s": [provider.key for provider in service.providers.all()],
        }
