"""The name of the admin's site, and the way back from it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

admin.site.site_header = admin.site.site_title = _("Booking Site")
admin.site.index_title = _("The practice")
admin.site.site_url = "/booking"
