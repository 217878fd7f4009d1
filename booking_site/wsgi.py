"""WSGI entry point: `granian --interface wsgi booking_site.wsgi:application`."""

import logging
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from booking_site.checks import NO_STAFF_MFA
from booking_site.runtime.postgresql import limits

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "booking_site.settings")

limits.turn_on()  # somebody waits for the answer; commands are not bounded
application = get_wsgi_application()

if not settings.REQUIRE_STAFF_MFA:
    logging.getLogger("booking_site").warning(NO_STAFF_MFA)
