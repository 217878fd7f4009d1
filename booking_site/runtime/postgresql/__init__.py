"""The Django database engine of the site: PostgreSQL's own, which never waits for long in a web process (ADR 14).

`limits` has the limits, `driver` stops a statement, `breaker` keeps requests from waiting one after the other, `base`
is what Django loads. The embedded database's engine builds on it.
"""
