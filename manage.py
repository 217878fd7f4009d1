#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    settings = "booking_site.settings_of_stop" if sys.argv[1:2] == ["stop"] else "booking_site.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
