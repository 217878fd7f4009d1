#!/bin/sh
# with_demo.sh COMMAND...: run it with DEBUG and DEMO_MODE on, unless the environment or .env sets them.
# Without a setting, demo mode is on for the embedded database only, not for one that DATABASE_URL names.
set -eu

dotenv=${ENV_FILE:-.env}

# Print a setting (the beginning of a long one): from the environment, else from .env, else nothing.
setting() {
    eval "value=\${$1:-}"
    if [ -z "$value" ] && [ -f "$dotenv" ]; then
        value=$(sed -n "s/^[[:space:]]*\(export[[:space:]]\{1,\}\)\{0,1\}$1=[\"']\{0,1\}\([A-Za-z0-9]*\).*/\2/p" "$dotenv" | tail -n 1)
    fi
    echo "$value"
}

[ -n "$(setting DEBUG)" ] || export DEBUG=1
case $(setting DEBUG) in
    1 | [Tt]rue | [Yy]es | [Oo]n)
        if [ -n "$(setting DEMO_MODE)" ]; then
            : # as said
        elif [ -n "$(setting DATABASE_URL)" ]; then
            echo "Demo mode is off, because DATABASE_URL is set; the production server is \`make serve\`." >&2
        else
            export DEMO_MODE=1
        fi
        ;;
esac
exec "$@"
