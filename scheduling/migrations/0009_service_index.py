from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Index the bookings of a service while bookings go on.

    Stopped half-way (the lock_timeout, say) PostgreSQL leaves an invalid index behind: it is dropped first, so that
    this can simply be run again.
    """

    atomic = False

    dependencies = [
        ("scheduling", "0008_availability"),
    ]

    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS session_service", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="session",
            index=models.Index(
                condition=models.Q(("service__isnull", False)), fields=["service"], name="session_service"
            ),
        ),
    ]
