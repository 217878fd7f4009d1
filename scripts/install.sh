#!/bin/sh
# install.sh STAMP REQUIREMENTS...: install hash-checked into .venv, which is made first unless a complete one exists.
set -eu
stamp=$1
shift

suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for python in ${PYTHON3:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if suits "$python"; then
            echo "$python"
            return
        fi
    done
    echo "Python 3.11 or newer is needed and was not found: install it, or name it, as in PYTHON3=/opt/python/bin/python3." >&2
    return 1
}

# .venv/.installed is written last: without it the environment may be incomplete.
if [ ! -e .venv/.installed ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "Python's venv module is missing: install it (Debian: apt-get install python3-venv)." >&2
        exit 1
    fi
    "$python" -m venv --clear .venv
fi

rm -f "$stamp"
echo "Installing $* (about a minute the first time) ..."
set -- $(printf -- '-r %s ' "$@")
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes "$@"
touch "$stamp"
