from django.db import migrations

KEYS = (
    "sessions_service_id_862ef604_fk_session_services_id",
    "sessions_client_hash_id_fe6410a5_fk_clients_client_hash_id",
    "sessions_coach_hash_id_d55c23f5_fk_coaches_coach_hash_id",
)


def immediate(name: str) -> migrations.RunSQL:
    """Django makes foreign keys deferred: an unknown party would only be noticed at COMMIT."""
    alter = f'ALTER TABLE sessions ALTER CONSTRAINT "{name}"'
    return migrations.RunSQL(f"{alter} NOT DEFERRABLE", f"{alter} DEFERRABLE INITIALLY DEFERRED")


class Migration(migrations.Migration):
    """What Django cannot say: immediate keys, no DELETE, and no change in somebody else's name."""

    dependencies = [
        ("scheduling", "0001_initial"),
        ("bookings", "0002_guards"),
    ]

    operations = [
        *(immediate(name) for name in KEYS),
        migrations.RunSQL(
            "CREATE TRIGGER sessions_refuse_delete BEFORE DELETE ON sessions"
            " FOR EACH ROW EXECUTE FUNCTION bookings_refuse_delete()",
            "DROP TRIGGER sessions_refuse_delete ON sessions",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER sessions_forget_actor BEFORE UPDATE ON sessions"
            " FOR EACH ROW WHEN (NEW.updated_at = OLD.updated_at) EXECUTE FUNCTION bookings_forget_actor()",
            "DROP TRIGGER sessions_forget_actor ON sessions",
        ),
    ]
