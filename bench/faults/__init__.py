"""`make faults`: the served site while its database or mail server fails in every way we know; see docs/faults.md."""
