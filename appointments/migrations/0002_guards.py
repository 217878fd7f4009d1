from django.db import migrations

PARTY_KEYS = (
    "appointments_doctor_id_96635781_fk_doctors_id",
    "appointments_patient_id_b2db55d3_fk_patients_id",
)


def immediate(name: str) -> migrations.RunSQL:
    """Django makes foreign keys deferred: an unknown party would only be noticed at COMMIT."""
    alter = f'ALTER TABLE appointments ALTER CONSTRAINT "{name}"'
    return migrations.RunSQL(f"{alter} NOT DEFERRABLE", f"{alter} DEFERRABLE INITIALLY DEFERRED")


class Migration(migrations.Migration):
    """What Django cannot say: immediate party keys, and no DELETE."""

    dependencies = [
        ("appointments", "0001_initial"),
        ("bookings", "0002_refuse_delete"),
    ]

    operations = [
        *(immediate(name) for name in PARTY_KEYS),
        migrations.RunSQL(
            "CREATE TRIGGER appointments_refuse_delete BEFORE DELETE ON appointments"
            " FOR EACH ROW EXECUTE FUNCTION bookings_refuse_delete()",
            "DROP TRIGGER appointments_refuse_delete ON appointments",
        ),
    ]
