"""How do programs book? The REST API under `/api/v1`; the OpenAPI document is its contract, `docs/api.md` the reasons.

- views, lifecycle, people, services, slots, me: the resources
- serializers, fields, parsers, negotiation: what a request may hold
- shapes: what an answer holds
- filters, windows, pagination: what a list may be asked for
- answers, problems, preconditions: how it answers
- authentication: who calls
- types: words for what Django and DRF leave untyped
- openapi: the document
"""
