from typing import Any

from django.db import migrations, models

PUBLIC = [f"{role}@example.com" for role in ("admin", "desk", "doctor", "patient", "coach", "client")]


def mark(apps: Any, schema_editor: Any) -> None:
    """The logins that earlier seeds made; nobody's mailbox is at example.com (RFC 2606)."""
    apps.get_model("bookings", "User").objects.filter(email__in=PUBLIC).update(is_demo=True)


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0005_sign_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="is_demo",
            field=models.BooleanField(default=False, editable=False, verbose_name="login of the demo"),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
