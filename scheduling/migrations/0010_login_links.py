import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def many(model: str) -> migrations.AlterField:
    """The login without an index of its own."""
    return migrations.AlterField(
        model_name=model,
        name="user",
        field=models.ForeignKey(
            blank=True,
            db_index=False,
            null=True,
            on_delete=django.db.models.deletion.SET_NULL,
            related_name="+",
            to=settings.AUTH_USER_MODEL,
            verbose_name="login",
        ),
    )


def once(model: str) -> migrations.AddConstraint:
    """Each login once, where there is one."""
    return migrations.AddConstraint(
        model_name=model,
        constraint=models.UniqueConstraint(
            condition=models.Q(("user__isnull", False)),
            fields=("user",),
            name=f"scheduling_{model}_login",
            violation_error_code="unique",
            violation_error_message="Somebody else of this kind has this login already.",
        ),
    )


class Migration(migrations.Migration):
    """A partial unique index in place of the full one: a person's login then changes without a lock that bookings meet."""

    dependencies = [
        ("scheduling", "0009_service_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [many("coach"), many("client"), once("coach"), once("client")]
