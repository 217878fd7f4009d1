from django.db import migrations

COLUMNS = "coach_hash_id, client_hash_id, start, end_at, status, revision, is_overbooked, expires_at"

IMPORT = f"""
    INSERT INTO session_history (pgh_obj_id, pgh_label, pgh_created_at, {COLUMNS})
    SELECT id, 'import', now(), {COLUMNS} FROM sessions AS booking
    WHERE NOT EXISTS (SELECT FROM session_history AS event WHERE event.pgh_obj_id = booking.id)
    ORDER BY id
"""  # noqa: S608


class Migration(migrations.Migration):
    """Bookings older than their history get its first row, as they are now. Events stay, so there is no way back to go."""

    dependencies = [("scheduling", "0011_deleted_logins")]

    operations = [migrations.RunSQL(IMPORT, migrations.RunSQL.noop)]
