"""The checks before a real site serves, at its start and at each reload."""

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.management import CommandError, call_command

from accounts.models import User
from booking_site.runtime.database import database_or_sentence
from booking_site.runtime.migrating import unapplied_migrations

DEPLOY = "run `make deploy` (or `manage.py deploy`) first"


def check_site() -> None:
    """Raise CommandError (or its SystemCheckError) with what to do, unless the site may serve."""
    refuse_debug()
    call_command("check", deploy=True, fail_level="WARNING")
    with database_or_sentence():
        refuse_unapplied_migrations()
        refuse_demo_logins()
    refuse_uncollected_files()


def refuse_debug() -> None:
    """Raise CommandError with DEBUG on."""
    if settings.DEBUG:
        raise CommandError("DEBUG is on: unset it to serve a real site, or use `make run`.")


def refuse_unapplied_migrations() -> None:
    """Raise CommandError while the database lacks migrations of this code."""
    if names := unapplied_migrations():
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        raise CommandError(f"The database lacks the migration {names[0]}{more}: {DEPLOY}.")


def refuse_demo_logins() -> None:
    """Raise CommandError while logins with a public password exist; they could not sign in, but do not belong here."""
    if User.objects.filter(is_demo=True).exists():
        raise CommandError(
            "This database has the demo's logins, whose password is public: "
            "`manage.py seed --remove-demo-logins` deletes them."
        )


def refuse_uncollected_files() -> None:
    """Raise CommandError without collected static files: every page would be a server error."""
    if isinstance(staticfiles_storage, ManifestStaticFilesStorage) and not staticfiles_storage.hashed_files:
        raise CommandError(f"There are no static files in {settings.STATIC_ROOT}: {DEPLOY}.")
