"""Tags and filters for templates.

- current_request: the request's id
- openapi: filters for the page about the API
"""
