"""`make soak`: the whole site under random use and, with `--faults`, under `kill -9`; see docs/soak.md.

- run: the soak itself, on a timetable
- plan, people: the data, and the few people with their tokens
- client, operations: a client process, and its random requests
- faults: `kill -9` of processes
- checks, ledger: what must hold at every moment, and at the end
- report: the results
"""
