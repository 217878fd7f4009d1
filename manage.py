#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    if sys.argv[1:2] == ["stop"]:
        settings.configure(INSTALLED_APPS=["booking_site"])  # it works whatever nonsense the settings hold
    else:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "booking_site.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
