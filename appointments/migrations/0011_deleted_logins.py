import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def unchecked(name: str, verbose_name: str) -> migrations.AlterField:
    """A login's number, also of one that is deleted."""
    return migrations.AlterField(
        model_name="appointment",
        name=name,
        field=models.ForeignKey(
            blank=True,
            db_constraint=False,
            db_index=False,
            editable=False,
            null=True,
            on_delete=django.db.models.deletion.DO_NOTHING,
            related_name="+",
            to=settings.AUTH_USER_MODEL,
            verbose_name=verbose_name,
        ),
    )


def forget(column: str) -> migrations.RunSQL:
    """On the way back, before the foreign key is there again."""
    gone = f"{column} IS NOT NULL AND NOT EXISTS (SELECT FROM users WHERE users.id = {column})"
    update = f"UPDATE appointments SET {column} = NULL WHERE {gone}"  # noqa: S608
    return migrations.RunSQL(migrations.RunSQL.noop, update)


class Migration(migrations.Migration):
    """Bookings keep the number of a login that is deleted: deleting it writes none of them anew.

    The way back takes those numbers out.
    """

    dependencies = [
        ("appointments", "0010_login_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        unchecked("booked_by", "booked by"),
        unchecked("cancelled_by", "cancelled by"),
        forget("booked_by_id"),
        forget("cancelled_by_id"),
    ]
