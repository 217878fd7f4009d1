from django.db import migrations

KEYS = (
    "appointments_patient_id_b2db55d3_fk_patients_id",
    "appointments_service_id_00b454f1_fk_appointment_services_id",
    "appointments_doctor_id_96635781_fk_doctors_id",
)


def immediate(name: str) -> migrations.RunSQL:
    """Django makes foreign keys deferred: an unknown party would only be noticed at COMMIT."""
    alter = f'ALTER TABLE appointments ALTER CONSTRAINT "{name}"'
    return migrations.RunSQL(f"{alter} NOT DEFERRABLE", f"{alter} DEFERRABLE INITIALLY DEFERRED")


class Migration(migrations.Migration):
    """What Django cannot say: immediate keys, no DELETE, and no change in somebody else's name."""

    dependencies = [
        ("appointments", "0001_initial"),
        ("bookings", "0002_guards"),
    ]

    operations = [
        *(immediate(name) for name in KEYS),
        migrations.RunSQL(
            "CREATE TRIGGER appointments_refuse_delete BEFORE DELETE ON appointments"
            " FOR EACH ROW EXECUTE FUNCTION bookings_refuse_delete()",
            "DROP TRIGGER appointments_refuse_delete ON appointments",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER appointments_forget_actor BEFORE UPDATE ON appointments"
            " FOR EACH ROW WHEN (NEW.updated_at = OLD.updated_at) EXECUTE FUNCTION bookings_forget_actor()",
            "DROP TRIGGER appointments_forget_actor ON appointments",
        ),
    ]
