from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """pg_trgm, for the apps' indexes that find people by name: trusted, so a plain database owner may create it."""

    dependencies = [("bookings", "0002_refuse_delete")]

    operations = [TrigramExtension()]
