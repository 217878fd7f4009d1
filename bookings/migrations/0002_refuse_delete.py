from django.db import migrations

CREATE = """
CREATE FUNCTION bookings_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Bookings are never deleted: cancel it instead.' USING ERRCODE = 'restrict_violation';
END
$$
"""


class Migration(migrations.Migration):
    """The trigger function that each table of bookings uses to refuse DELETE."""

    dependencies = [("bookings", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION bookings_refuse_delete()")]
