from django.db import migrations


class Migration(migrations.Migration):
    """What Django cannot say: counts may be forgotten in a crash, and counting must be cheap."""

    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL("ALTER TABLE rate_counters SET UNLOGGED", "ALTER TABLE rate_counters SET LOGGED")]
