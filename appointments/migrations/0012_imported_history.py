from django.db import migrations

COLUMNS = "doctor_id, patient_id, start_at, end_at, status, revision, is_overbooked, expires_at"

IMPORT = f"""
    INSERT INTO appointment_history (pgh_obj_id, pgh_label, pgh_created_at, {COLUMNS})
    SELECT id, 'import', now(), {COLUMNS} FROM appointments AS booking
    WHERE NOT EXISTS (SELECT FROM appointment_history AS event WHERE event.pgh_obj_id = booking.id)
    ORDER BY id
"""  # noqa: S608


class Migration(migrations.Migration):
    """Bookings older than their history get its first row, as they are now. Events stay, so there is no way back to go."""

    dependencies = [("appointments", "0011_deleted_logins")]

    operations = [migrations.RunSQL(IMPORT, migrations.RunSQL.noop)]
