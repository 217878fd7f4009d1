"""How do programs book? The REST API under `/api/v1` (CONTRACT is `docs/api.md` and the OpenAPI document).

- views, lifecycle, people, services, slots, me: the resources
- serializers, fields, parsers, negotiation: what a request may hold
- filters, windows, pagination: what a list may be asked for
- answers, problems, preconditions: how it answers
- authentication: who calls
- openapi: the document
"""
