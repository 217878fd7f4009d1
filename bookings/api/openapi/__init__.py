"""The OpenAPI 3.1 document, made from the views, the serializers and the models; nothing is said there for its sake.

`walk` visits the URLs (by drf-spectacular), `operations` says of each view what it does, `components` what the shapes
are, `fields` how a serializer's field is a JSON Schema, `answers` what may go wrong. A view without its operation
fails the document.
"""
