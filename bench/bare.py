"""What the site is compared with: a DRF view that parses the body and runs one INSERT, without any rule."""

from typing import Any

from django.db import connection
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.kinds import APPOINTMENTS, KINDS, Kind

INSERT = {kind.name: f"{kind.insert(kind.from_request)} RETURNING id" for kind in KINDS.values()}


class BareView(APIView):
    """Authenticates like the site and trusts the body."""

    schema = None  # no part of the API: the check of its description looks at all views

    kind: Kind = APPOINTMENTS
    parser_classes = (JSONParser,)

    def post(self, request: Request) -> Response:
        """Insert a booking into the table that has the site's columns and constraints."""
        data: Any = request.data
        booking = data[self.kind.envelope]
        with connection.cursor() as cursor:
            cursor.execute(INSERT[self.kind.name], {**booking, "user": request.user.pk})
            (pk,) = cursor.fetchone() or (None,)
        return Response({self.kind.envelope: {"id": pk, **booking}}, status=201)


class OpenBareView(BareView):
    """The bare view without authentication."""

    authentication_classes = ()
