"""The API speaks JSON alone, whatever a client says it accepts."""

from collections.abc import Sequence

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class AlwaysJSON(BaseContentNegotiation):
    """The first renderer; the parser that fits the request's content type."""

    def select_parser(self, request: Request, parsers: Sequence[BaseParser]) -> BaseParser | None:  # type: ignore[override]
        """None (answered with 415) unless the body is declared as JSON in UTF-8."""
        declared, _, parameters = (request.content_type or "").partition(";")
        charset = parameters.lower().replace(" ", "").replace('"', "")
        if declared.strip().lower() == "application/json" and charset in ("", "charset=utf-8"):
            return parsers[0]
        return None

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first renderer, whatever `Accept` says: 406 would tell a client less than the answer."""
        return renderers[0], renderers[0].media_type or ""
