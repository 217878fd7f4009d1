"""Measures booking over HTTP on a server of its own: `python -m bench`, or `make bench`.

- plan: what is measured in which order
- load, race: many clients that book different times, or all the same one
- bare, settings, urls: the bare view with which the site is compared, and the site with it
- pgbench: the database alone
- kinds, people: requests and rows of both kinds
- site: the site that is measured
- cpu: processor time
- report: the table in `docs/performance.md`
- errors: a benchmark without a valid result
- slots: measures the search for free slots
- soak: kills processes while others book
- faults: breaks the database and the mail server
"""
