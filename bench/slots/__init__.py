"""Measures free slots: `python -m bench.slots`, or `make bench-slots`; what is compared is in docs/performance.md.

`data` says which bookings exist and what the right answers are, and fills a table (`guards` takes its constraints away
meanwhile). `databases` keeps one database for each size; Django's one connection goes from one to the other. `asking`
asks the engine and the bare statements, `web` the same over HTTP, `peer` the other package, whose process is
`peer_site`. `plan` takes turns and counts statements, `report` writes.

While the engine is worked on: `python -m bench.slots --server DIRECTORY` makes its databases on a PostgreSQL that runs
already and finds them again the next time, so that 10 million bookings are built once a week. (Then the asked days are
past, and they are made anew.) They have the migrations of the day when they were made.
"""
