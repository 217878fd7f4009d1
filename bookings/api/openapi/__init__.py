"""The OpenAPI 3.1 document, made by drf-spectacular from the URLs, the views and their serializers.

What an operation is called and answers stands at its view (`extend_schema`); the shapes are serializers (`api.shapes`).

- operations: helpers for that: answers by kind of booking, refusals, headers, links
- extensions: how drf-spectacular reads strict fields, and serializers that are made of a kind
- problems: adds to an operation what follows from its view: its problems, and the key of a write
- examples: one booking and its parts, in every kind's names
- generator: our subclasses of drf-spectacular's schema and generator
- pages: the views that serve the document
"""
