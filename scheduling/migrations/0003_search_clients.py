import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations


class Migration(migrations.Migration):
    """Finding clients by name, address or phone at any size of the table."""

    dependencies = [
        ("scheduling", "0002_guards"),
        ("bookings", "0003_trigrams"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="client",
            index=django.contrib.postgres.indexes.GinIndex(
                *(
                    django.contrib.postgres.indexes.OpClass(
                        django.db.models.functions.text.Upper(field), name="gin_trgm_ops"
                    )
                    for field in ("name", "email", "phone")
                ),
                name="client_search",
            ),
        ),
    ]
