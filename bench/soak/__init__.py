"""`make soak`: the whole site under random use and, with `--faults`, under `kill -9`; see docs/soak.md."""
