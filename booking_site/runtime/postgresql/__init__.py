"""The Django database engine of the site: PostgreSQL's own, which never waits for long in a web process (ADR 14).

- base: what Django loads; the embedded database's engine builds on it
- limits: how long this process waits
- driver: connections that give up on a silent server
- breaker: keeps requests from waiting one after the other
"""
