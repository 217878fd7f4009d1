"""Measures free slots: `python -m bench.slots`, or `make bench-slots`; what is compared is in docs/performance.md.

- plan: what is measured in which order, and the count of statements
- data, people: which bookings and providers exist, and what the right answers are
- guards: takes a table's constraints away while it is filled
- databases: one database for each size; Django's one connection goes from one to the other
- asking, web: the questions to the engine and the bare statements, and over HTTP
- peer, peer_site: the other package, and its process
- meter: the cost of a question
- report: the tables in `docs/performance.md`

While the engine is worked on: `python -m bench.slots --server DIRECTORY` makes its databases on a PostgreSQL that runs
already and finds them again the next time, so that 10 million bookings are built once a week. (Then the asked days are
past, and they are made anew.) They have the migrations of the day when they were made.
"""
