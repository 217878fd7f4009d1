"""All rules of booking. The two apps add names, tables and fields; the project runs them.

Imports go downwards only, in this order, kept by import-linter (`docs/architecture.md` draws it):

- urls: the API's URLs of one kind of booking
- api: the REST API
- web: the pages, a folder for each, its forms inside
- admin: the Django admin
- templatetags, checks: tags for templates, and Django's system checks
- actions: WHAT CHANGES: the only writers
- access: WHO may do what
- schedule: WHEN somebody is open, free and can be booked; it only reads
- models: the tables, and how they are asked
- core: building blocks without a table
"""
