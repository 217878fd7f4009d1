"""A Django database engine: PostgreSQL's own, which starts the embedded server when it is not up."""
