import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import bookings.models.fields

SERVICE_KEY = 'ALTER TABLE appointments ALTER CONSTRAINT "appointments_service_id_00b454f1_fk_appointment_services_id"'

KEEP_ONE_OF_EACH_START = """
    DELETE FROM doctor_hours WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (
                PARTITION BY provider_id, weekday, starts_at
                ORDER BY daterange(valid_from, valid_until, '[]') @> CURRENT_DATE DESC, valid_from DESC NULLS LAST
            ) AS place
            FROM doctor_hours
        ) AS hours
        WHERE place > 1
    )
"""


class Migration(migrations.Migration):
    """Services, dated hours, limits; the service's key is immediate, as the party keys.

    The way back loses all that is new here. Hours lose their dates and hold for good, so of hours with the same start
    only those valid today (UTC) stay, else those with the latest first day; the others are deleted.
    """

    dependencies = [
        ("appointments", "0007_attendee_names"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AppointmentService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "duration_minutes",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                        verbose_name="minutes",
                    ),
                ),
                (
                    "buffer_before_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: as the provider has it.",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(720)],
                        verbose_name="minutes kept free before",
                    ),
                ),
                (
                    "buffer_after_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: as the provider has it.",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(720)],
                        verbose_name="minutes kept free after",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="can be booked")),
            ],
            options={
                "verbose_name": "service",
                "verbose_name_plural": "services",
                "db_table": "appointment_services",
                "ordering": ["name", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DoctorExtraHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("starts_at", models.TimeField(verbose_name="starts at")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        help_text="How long, in minutes; may run over midnight.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                        verbose_name="minutes",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="day")),
            ],
            options={
                "verbose_name": "extra hours",
                "verbose_name_plural": "extra hours",
                "db_table": "doctor_extra_hours",
                "ordering": ["starts_on", "starts_at"],
                "abstract": False,
            },
        ),
        migrations.AlterModelOptions(
            name="doctorhours",
            options={
                "ordering": ["weekday", "starts_at", "valid_from"],
                "verbose_name": "working hours",
                "verbose_name_plural": "working hours",
            },
        ),
        migrations.RemoveConstraint(
            model_name="doctorhours",
            name="appointments_doctorhours_once",
        ),
        migrations.AddField(
            model_name="doctor",
            name="attendee_day_limit",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="bookings a day at most for one person",
            ),
        ),
        migrations.AddField(
            model_name="doctor",
            name="day_limit",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="bookings a day at most",
            ),
        ),
        migrations.AddField(
            model_name="doctor",
            name="holiday_calendar",
            field=models.CharField(
                blank=True,
                help_text="A country or region, for example DE or DE-BY. Empty: open on public holidays too.",
                max_length=16,
                validators=[bookings.models.fields.validate_holiday_calendar],
                verbose_name="closed on the public holidays of",
            ),
        ),
        migrations.AddField(
            model_name="doctor",
            name="slot_step_minutes",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Empty: the slot length.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="minutes from one slot to the next",
            ),
        ),
        migrations.AddField(
            model_name="doctorhours",
            name="valid_from",
            field=models.DateField(blank=True, help_text="Empty: since ever.", null=True, verbose_name="valid from"),
        ),
        migrations.AddField(
            model_name="doctorhours",
            name="valid_until",
            field=models.DateField(
                blank=True, help_text="The last day of it. Empty: for good.", null=True, verbose_name="valid until"
            ),
        ),
        migrations.AddConstraint(
            model_name="doctor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("slot_step_minutes", None),
                    models.Q(
                        ("slot_minutes__isnull", False), ("slot_step_minutes__gte", 1), ("slot_step_minutes__lte", 1440)
                    ),
                    _connector="OR",
                ),
                name="appointments_doctor_step_bounded",
                violation_error_message="From one slot to the next it is 1 to 1,440 minutes, and a slot needs a length.",
            ),
        ),
        migrations.AddConstraint(
            model_name="doctor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("day_limit", None), ("day_limit__gte", 1), _connector="OR"),
                    models.Q(("attendee_day_limit", None), ("attendee_day_limit__gte", 1), _connector="OR"),
                ),
                name="appointments_doctor_limits_positive",
                violation_error_message="At most one booking a day, or more.",
            ),
        ),
        migrations.AddConstraint(
            model_name="doctorhours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from", None),
                    ("valid_until", None),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="appointments_doctorhours_valid_in_order",
                violation_error_message="The last day must not be before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="doctorhours",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("provider", "="),
                    ("weekday", "="),
                    ("starts_at", "="),
                    (models.Func("valid_from", "valid_until", models.Value("[]"), function="DATERANGE"), "&&"),
                ],
                name="appointments_doctorhours_once",
                violation_error_message="These hours start at the same time as others of this day.",
            ),
        ),
        migrations.AddField(
            model_name="appointmentservice",
            name="providers",
            field=models.ManyToManyField(
                blank=True, related_name="services", to="appointments.doctor", verbose_name="doctors"
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="service",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bookings",
                to="appointments.appointmentservice",
                verbose_name="service",
            ),
        ),
        migrations.AddField(
            model_name="doctorextrahours",
            name="provider",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="extra_hours",
                to="appointments.doctor",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmentservice",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="appointments_appointmentservice_name_given",
                violation_error_message="Give a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmentservice",
            constraint=models.CheckConstraint(
                condition=models.Q(("duration_minutes__gte", 1), ("duration_minutes__lte", 1440)),
                name="appointments_appointmentservice_duration_bounded",
                violation_error_message="Give 1 to 1,440 minutes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmentservice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("buffer_before_minutes", None), ("buffer_before_minutes__lte", 720), _connector="OR"),
                    models.Q(("buffer_after_minutes", None), ("buffer_after_minutes__lte", 720), _connector="OR"),
                ),
                name="appointments_appointmentservice_buffers_bounded",
                violation_error_message="A buffer is at most 12 hours long.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmentservice",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"),
                name="appointments_appointmentservice_name",
                violation_error_message="There is a service of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="doctorextrahours",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 1), ("minutes__lte", 1440)),
                name="appointments_doctorextrahours_minutes_bounded",
                violation_error_message="Give 1 to 1,440 minutes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="doctorextrahours",
            constraint=models.UniqueConstraint(
                fields=("provider", "starts_on", "starts_at"),
                name="appointments_doctorextrahours_once",
                violation_error_message="These hours start at the same time as others of this day.",
            ),
        ),
        migrations.RunSQL(f"{SERVICE_KEY} NOT DEFERRABLE", f"{SERVICE_KEY} DEFERRABLE INITIALLY DEFERRED"),
        # The last, so the first on the way back: the constraint of 0007 knows no dates.
        migrations.RunSQL(migrations.RunSQL.noop, KEEP_ONE_OF_EACH_START),
    ]
