"""The OpenAPI 3.1 document, made from the views, the serializers and the models; nothing is said there for its sake.

`walk` visits the URLs (by drf-spectacular), `operations` says of each view what it does, `components` what the shapes
are, `fields` how a serializer's field is a JSON Schema, `answers` how a problem looks. `usual` adds what follows from
the view itself: its problems, and the key of a write that may be repeated. A view without its operation fails the
document.
"""
