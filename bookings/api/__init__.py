"""How do programs book? The REST API under `/api/v1`; the OpenAPI document is its contract, `docs/api.md` the reasons.

- views, lifecycle, people, services, me: the resources
- slots, windows: free times, their query parameters included
- serializers, fields, parsers, negotiation: what a request may hold
- filters, pagination: the query parameters of lists, and their pages
- answers, problems, preconditions: how it answers
- authentication: who calls
- operations, shapes, examples: what the views say of themselves, for the document alone
- openapi: the document
- types: type aliases
"""
