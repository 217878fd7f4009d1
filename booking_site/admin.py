"""The admin's site: its name, its sign-in and sign-out, and changes to what libraries register there."""

from allauth.account import admin as addresses
from allauth.mfa import admin as factors
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.views import admin_login

admin.site.login = admin_login  # type: ignore[method-assign]  # one line, where a site of our own would be an app
for model in (factors.Authenticator, addresses.EmailAddress, addresses.EmailConfirmation):
    if admin.site.is_registered(model):  # secrets, and tables that are not used
        admin.site.unregister(model)
admin.site.site_header = admin.site.site_title = _("Booking Site")
admin.site.index_title = _("The practice")
admin.site.site_url = "/booking"
