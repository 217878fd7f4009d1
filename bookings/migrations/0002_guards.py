from django.db import migrations

REFUSE_DELETE = """
CREATE FUNCTION bookings_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Bookings are never deleted: cancel it instead.' USING ERRCODE = 'restrict_violation';
END
$$
"""

# Every writer of ours sets `updated_at`: who leaves it as it was is plain SQL, and not who acted last.
FORGET_ACTOR = """
CREATE FUNCTION bookings_forget_actor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_by_id := NULL;
    NEW.changed_via := 'shell';
    RETURN NEW;
END
$$
"""


class Migration(migrations.Migration):
    """The trigger functions of each table of bookings: no DELETE, and no change in somebody else's name."""

    dependencies = [("bookings", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE_DELETE, "DROP FUNCTION bookings_refuse_delete()"),
        migrations.RunSQL(FORGET_ACTOR, "DROP FUNCTION bookings_forget_actor()"),
    ]
