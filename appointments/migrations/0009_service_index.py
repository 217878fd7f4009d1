from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Index the bookings of a service while bookings go on.

    Stopped half-way (the lock_timeout, say) PostgreSQL leaves an invalid index behind: it is dropped first, so that
    this can simply be run again.
    """

    atomic = False

    dependencies = [
        ("appointments", "0008_availability"),
    ]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS appointment_service", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("service__isnull", False)), fields=["service"], name="appointment_service"
            ),
        ),
    ]
