"""The OpenAPI 3.1 document, made by drf-spectacular from the URLs, the views and their serializers.

What an operation is called and answers stands at its view (`extend_schema`); the shapes are serializers (`api.shapes`).

- operations: words for that: answers by kind of booking, refusals, headers, links
- extensions: how drf-spectacular reads strict fields, and serializers that are made of a kind
- problems: the one hook, which adds what follows from a view: its problems, and the key of a write
- examples: one booking and its parts, in every kind's names
- generator: drf-spectacular's classes, told of all this
- pages: the views that serve the document
"""
