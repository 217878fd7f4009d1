#!/bin/sh
# Remove .venv, collected static files and the data under var/ (and root's data elsewhere). Asks unless FORCE=1.
set -eu

if [ "${FORCE:-}" != 1 ]; then
    if [ ! -t 0 ]; then
        echo "make clean removes .venv and var/ with all bookings and asks first: without a terminal say FORCE=1." >&2
        exit 1
    fi
    printf 'Remove .venv and var/ with all bookings? [y/N] '
    read -r answer
    case $answer in y | Y | yes) ;; *) exit 1 ;; esac
fi

if [ -x .venv/bin/python ]; then
    DEBUG=1 VAR_DIR='' .venv/bin/python manage.py stop >/dev/null || echo "Could not stop a running site; going on." >&2
fi
if [ -f var/postgres-home ]; then
    home=$(cat var/postgres-home)
    case $home in
        */../*) ;;
        /var/lib/booking-site-*) rm -rf -- "$home" ;;
    esac
fi
rm -rf .venv var static_root
