"""The OpenAPI 3.1 document, made by drf-spectacular from the URLs, the views and their serializers.

What an operation is called and answers stands at its view (`extend_schema`, with the helpers of
`api.operations`); the shapes are serializers (`api.shapes`).

- extensions: how drf-spectacular reads strict fields, and serializers that are made of a kind
- problems: adds to an operation what follows from its view: its problems, and the key of a write
- generator: our subclasses of drf-spectacular's schema and generator
- pages: the views that serve the document
"""
