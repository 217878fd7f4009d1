from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Signing in")

    def ready(self) -> None:
        from accounts import factors  # noqa: F401, PLC0415  start-up: it needs the models, and connects what follows a changed factor
