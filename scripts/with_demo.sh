#!/bin/sh
# with_demo.sh COMMAND...: run it with DEBUG and DEMO_MODE on, unless the environment or .env sets them.
set -eu

# The value of a setting: the environment's, else that of .env, else nothing.
setting() {
    eval "value=\${$1:-}"
    if [ -z "$value" ] && [ -f .env ]; then
        value=$(sed -n "s/^[[:space:]]*\(export[[:space:]]\{1,\}\)\{0,1\}$1=[\"']\{0,1\}\([A-Za-z0-9]*\).*/\2/p" .env | tail -n 1)
    fi
    echo "$value"
}

[ -n "$(setting DEBUG)" ] || export DEBUG=1
case $(setting DEBUG) in
    1 | [Tt]rue | [Yy]es | [Oo]n) [ -n "$(setting DEMO_MODE)" ] || export DEMO_MODE=1 ;;
esac
exec "$@"
