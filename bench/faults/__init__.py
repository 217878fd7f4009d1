"""`make faults`: the served site while its database or mail server fails in every way we know; see docs/faults.md.

- run: one disaster after the other
- disasters: how each is caused and ended, and what the site must answer meanwhile
- probes: the paths that are tried
- browser: HTTP calls as a proxy passes them on
- site, cluster, people: the site, its database and its few people
- report: the results as a table
"""
