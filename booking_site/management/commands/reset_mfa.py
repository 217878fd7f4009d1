"""`manage.py reset_mfa ADDRESS`: for somebody whose phone and recovery codes are lost."""

from allauth.mfa.models import Authenticator
from django.core.management import BaseCommand, CommandError, CommandParser

from accounts.logins import end_sessions
from accounts.models import User


class Command(BaseCommand):
    help = "Remove the second step of a login and end its sessions; its owner sets up a new one after the password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="The e-mail address of the login.")

    def handle(self, *, address: str, **options: object) -> None:
        user = User.objects.filter(email=address.lower()).first()
        if user is None:
            raise CommandError("There is no login with this address.")
        count, _kinds = Authenticator.objects.filter(user=user).delete()
        end_sessions(user)
        self.stdout.write(f"Removed {count} authenticators; the login is signed out everywhere.")
