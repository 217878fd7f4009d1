#!/bin/sh
# Compile both lock files; the second is constrained by the first.
set -eu
for name in requirements requirements-dev; do
    .venv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
        --no-emit-index-url --no-emit-find-links "$name.in" -o "$name.txt"
done
