"""What can be booked by name, and with whom."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from bookings.actions.idempotency import Answer
from bookings.api import shapes
from bookings.api.answers import answer
from bookings.api.filters import PagingQuery, read_query
from bookings.api.operations import Answered
from bookings.api.pagination import links, paginate
from bookings.api.types import GIVEN, Json
from bookings.api.views import View
from bookings.models import Booking


class ServiceList(View):
    """`/api/v1/doctors/services`, `/api/v1/coaches/services`: the services that can be booked. Public."""

    kind: type[Booking] = GIVEN

    @extend_schema(
        operation_id="list_{provider}_services",
        summary="What can be booked by name, and with whom",
        tags=["{providers}"],
        auth=[],
        parameters=[PagingQuery],
        responses={200: Answered(shapes.service_page, "A page.")},
    )
    def get(self, request: Request) -> Answer:
        """By name, each with its length in minutes and the ids of the active providers who offer it."""
        query = read_query(request, PagingQuery)
        providers = self.kind.provider_model()
        active = providers._default_manager.filter(is_active=True).only(providers.key_field).order_by("name", "id")
        offered: Any = Prefetch("providers", queryset=active)
        rows = self.kind.service_model()._default_manager.filter(is_active=True).prefetch_related(offered)
        page = paginate(rows, keys=("name", "id"), limit=query["limit"], cursor=query["cursor"])
        shown = [self._represent(service) for service in page.rows]
        return answer({"services": shown, **links(request, page)})

    def _represent(self, service: Any) -> Json:
        return {
            "id": service.pk,
            "name": service.name,
            "duration": service.duration_minutes,
            f"{self.kind.request_names['provider']}s": [provider.key for provider in service.providers.all()],
        }
