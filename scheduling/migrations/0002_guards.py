from django.db import migrations

PARTY_KEYS = (
    "sessions_coach_hash_id_d55c23f5_fk_coaches_coach_hash_id",
    "sessions_client_hash_id_fe6410a5_fk_clients_client_hash_id",
)


def immediate(name: str) -> migrations.RunSQL:
    """Django makes foreign keys deferred: an unknown party would only be noticed at COMMIT."""
    alter = f'ALTER TABLE sessions ALTER CONSTRAINT "{name}"'
    return migrations.RunSQL(f"{alter} NOT DEFERRABLE", f"{alter} DEFERRABLE INITIALLY DEFERRED")


class Migration(migrations.Migration):
    """What Django cannot say: immediate party keys, and no DELETE."""

    dependencies = [("scheduling", "0001_initial"), ("bookings", "0002_refuse_delete")]

    operations = [
        *(immediate(name) for name in PARTY_KEYS),
        migrations.RunSQL(
            "CREATE TRIGGER sessions_refuse_delete BEFORE DELETE ON sessions"
            " FOR EACH ROW EXECUTE FUNCTION bookings_refuse_delete()",
            "DROP TRIGGER sessions_refuse_delete ON sessions",
        ),
    ]
