import datetime
import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import bookings.models.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("bookings", "0001_initial"),  # the extensions; the autodetector does not see that constraints need them
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Doctor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "time_zone",
                    models.CharField(
                        default=bookings.models.fields.default_time_zone,
                        max_length=64,
                        validators=[bookings.models.fields.validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "is_always_open",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="As long as no hours are given. Off: closed until hours are given.",
                        verbose_name="open at all times",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="takes bookings")),
                (
                    "slot_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: any start and any length.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="slot length in minutes",
                    ),
                ),
                (
                    "slot_step_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: the slot length.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="minutes from one slot to the next",
                    ),
                ),
                (
                    "buffer_before_minutes",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(720)],
                        verbose_name="minutes kept free before",
                    ),
                ),
                (
                    "buffer_after_minutes",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(720)],
                        verbose_name="minutes kept free after",
                    ),
                ),
                (
                    "minimum_notice_minutes",
                    models.PositiveIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(527040)],
                        verbose_name="minimum notice in minutes",
                    ),
                ),
                (
                    "horizon_days",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="days bookable ahead",
                    ),
                ),
                (
                    "day_limit",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="bookings a day at most",
                    ),
                ),
                (
                    "attendee_day_limit",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="bookings a day at most for one person",
                    ),
                ),
                (
                    "holiday_calendar",
                    models.CharField(
                        blank=True,
                        help_text="A country or region, for example DE or DE-BY. Empty: open on public holidays too.",
                        max_length=16,
                        validators=[bookings.models.fields.validate_holiday_calendar],
                        verbose_name="closed on the public holidays of",
                    ),
                ),
                ("needs_approval", models.BooleanField(default=False, verbose_name="approves bookings first")),
                (
                    "cancellation_window_minutes",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="How long before the start attendees may still cancel.",
                        validators=[django.core.validators.MaxValueValidator(527040)],
                        verbose_name="cancellation window in minutes",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="login",
                    ),
                ),
            ],
            options={
                "verbose_name": "doctor",
                "verbose_name_plural": "doctors",
                "db_table": "doctors",
                "abstract": False,
            },
        ),
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
                (
                    "providers",
                    models.ManyToManyField(
                        blank=True, related_name="services", to="appointments.doctor", verbose_name="doctors"
                    ),
                ),
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
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("start_at", models.DateTimeField(verbose_name="start")),
                ("end_at", models.DateTimeField(verbose_name="end")),
                ("busy_from", models.DateTimeField(editable=False, verbose_name="busy from")),
                ("busy_until", models.DateTimeField(editable=False, verbose_name="busy until")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Awaits approval"),
                            ("booked", "Booked"),
                            ("arrived", "Arrived"),
                            ("fulfilled", "Completed"),
                            ("cancelled", "Cancelled"),
                            ("noshow", "No-show"),
                        ],
                        default="booked",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False, verbose_name="revision")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="calendar UID")),
                ("is_overbooked", models.BooleanField(default=False, verbose_name="overbooked on purpose")),
                (
                    "is_outside_hours",
                    models.BooleanField(db_default=False, default=False, verbose_name="outside the hours on purpose"),
                ),
                (
                    "override_reason",
                    models.CharField(
                        blank=True,
                        help_text="Why it was booked outside the hours or over another booking.",
                        max_length=500,
                        verbose_name="reason for the exception",
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="expires at")),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        max_length=2000,
                        validators=[django.core.validators.MaxLengthValidator(2000)],
                        verbose_name="note",
                    ),
                ),
                (
                    "changed_via",
                    models.CharField(
                        choices=[
                            ("page", "on the site"),
                            ("api", "over the API"),
                            ("token", "over the API, by a token"),
                            ("admin", "in the admin"),
                            ("job", "by itself"),
                            ("shell", "by a command"),
                        ],
                        db_default="shell",
                        default="shell",
                        editable=False,
                        max_length=6,
                        verbose_name="last changed from",
                    ),
                ),
                (
                    "cancelled_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="cancelled at"),
                ),
                ("cancel_reason", models.CharField(blank=True, max_length=500, verbose_name="reason for cancelling")),
                (
                    "booked_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="booked by",
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="cancelled by",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="last changed by",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="appointments.appointmentservice",
                        verbose_name="service",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        db_column="doctor_id",
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="appointments.doctor",
                        verbose_name="doctor",
                    ),
                ),
            ],
            options={
                "verbose_name": "appointment",
                "verbose_name_plural": "appointments",
                "db_table": "appointments",
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
                (
                    "provider",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="extra_hours",
                        to="appointments.doctor",
                    ),
                ),
            ],
            options={
                "verbose_name": "extra hours",
                "verbose_name_plural": "extra hours",
                "db_table": "doctor_extra_hours",
                "ordering": ["starts_on", "starts_at"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DoctorHours",
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
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="weekday",
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(blank=True, help_text="Empty: since ever.", null=True, verbose_name="valid from"),
                ),
                (
                    "valid_until",
                    models.DateField(
                        blank=True,
                        help_text="The last day of it. Empty: for good.",
                        null=True,
                        verbose_name="valid until",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="working_hours",
                        to="appointments.doctor",
                    ),
                ),
            ],
            options={
                "verbose_name": "working hours",
                "verbose_name_plural": "working hours",
                "db_table": "doctor_hours",
                "ordering": ["weekday", "starts_at", "valid_from"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DoctorTimeOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("starts_on", models.DateField(verbose_name="from day")),
                (
                    "starts_at",
                    models.TimeField(
                        blank=True, help_text="Empty: the whole day.", null=True, verbose_name="from time"
                    ),
                ),
                ("ends_on", models.DateField(help_text="The last day of it.", verbose_name="to day")),
                (
                    "ends_at",
                    models.TimeField(
                        blank=True, help_text="Empty: to the day's end.", null=True, verbose_name="to time"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "provider",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="time_off",
                        to="appointments.doctor",
                    ),
                ),
            ],
            options={
                "verbose_name": "time off",
                "verbose_name_plural": "time off",
                "db_table": "doctor_time_off",
                "ordering": ["starts_on"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "time_zone",
                    models.CharField(
                        default=bookings.models.fields.default_time_zone,
                        max_length=64,
                        validators=[bookings.models.fields.validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("phone", models.CharField(blank=True, max_length=50, verbose_name="phone")),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="login",
                    ),
                ),
            ],
            options={
                "verbose_name": "patient",
                "verbose_name_plural": "patients",
                "db_table": "patients",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AppointmentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("start_at", models.DateTimeField(verbose_name="start")),
                ("end_at", models.DateTimeField(verbose_name="end")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Awaits approval"),
                            ("booked", "Booked"),
                            ("arrived", "Arrived"),
                            ("fulfilled", "Completed"),
                            ("cancelled", "Cancelled"),
                            ("noshow", "No-show"),
                        ],
                        default="booked",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False, verbose_name="revision")),
                ("is_overbooked", models.BooleanField(default=False, verbose_name="overbooked on purpose")),
                ("expires_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="expires at")),
                (
                    "changed_via",
                    models.CharField(
                        choices=[
                            ("page", "on the site"),
                            ("api", "over the API"),
                            ("token", "over the API, by a token"),
                            ("admin", "in the admin"),
                            ("job", "by itself"),
                            ("shell", "by a command"),
                        ],
                        db_default="shell",
                        default="shell",
                        editable=False,
                        max_length=6,
                        verbose_name="last changed from",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="last changed by",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="history",
                        to="appointments.appointment",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        db_column="doctor_id",
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="appointments.doctor",
                        verbose_name="doctor",
                    ),
                ),
                (
                    "attendee",
                    models.ForeignKey(
                        db_column="patient_id",
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="appointments.patient",
                        verbose_name="patient",
                    ),
                ),
            ],
            options={
                "db_table": "appointment_history",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="attendee",
            field=models.ForeignKey(
                db_column="patient_id",
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bookings",
                to="appointments.patient",
                verbose_name="patient",
            ),
        ),
        migrations.AddConstraint(
            model_name="doctor",
            constraint=models.CheckConstraint(
                condition=models.Q(("time_zone", ""), _negated=True),
                name="appointments_doctor_time_zone_named",
                violation_error_message="Give a time zone.",
            ),
        ),
        migrations.AddConstraint(
            model_name="doctor",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user__isnull", False)),
                fields=("user",),
                name="appointments_doctor_login",
                violation_error_code="unique",
                violation_error_message="Somebody else of this kind has this login already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="doctor",
            constraint=models.CheckConstraint(
                condition=models.Q(("buffer_after_minutes__lte", 720), ("buffer_before_minutes__lte", 720)),
                name="appointments_doctor_buffers_bounded",
                violation_error_message="A buffer is at most 12 hours long.",
            ),
        ),
        migrations.AddConstraint(
            model_name="doctor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("slot_minutes", None),
                    models.Q(("slot_minutes__gte", 1), ("slot_minutes__lte", 1440)),
                    _connector="OR",
                ),
                name="appointments_doctor_slot_bounded",
                violation_error_message="A slot is 1 to 1,440 minutes long.",
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
        migrations.AddConstraint(
            model_name="doctorhours",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 1), ("minutes__lte", 1440)),
                name="appointments_doctorhours_minutes_bounded",
                violation_error_message="Give 1 to 1,440 minutes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="doctorhours",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__gte", 0), ("weekday__lte", 6)),
                name="appointments_doctorhours_weekday_known",
                violation_error_message="Choose a weekday.",
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
        migrations.AddIndex(
            model_name="doctortimeoff",
            index=models.Index(fields=["provider", "ends_on"], name="doctortimeoff_provider_end"),
        ),
        migrations.AddConstraint(
            model_name="doctortimeoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__gt", models.F("starts_on")),
                    models.Q(("ends_at", None), ("ends_on", models.F("starts_on"))),
                    models.Q(
                        ("ends_at__gt", datetime.time(0, 0)), ("ends_on", models.F("starts_on")), ("starts_at", None)
                    ),
                    models.Q(
                        ("ends_at__gt", models.F("starts_at")),
                        ("ends_on", models.F("starts_on")),
                        ("starts_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="appointments_doctortimeoff_ends_after_start",
                violation_error_message="The end must be after the start.",
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper("name"), "gin_trgm_ops"),
                django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper("email"), "gin_trgm_ops"),
                django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper("phone"), "gin_trgm_ops"),
                name="patient_search",
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["name", "id"], name="patient_name"),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(("time_zone", ""), _negated=True),
                name="appointments_patient_time_zone_named",
                violation_error_message="Give a time zone.",
            ),
        ),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user__isnull", False)),
                fields=("user",),
                name="appointments_patient_login",
                violation_error_code="unique",
                violation_error_message="Somebody else of this kind has this login already.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appointmentevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d8f98d32763016ee21dedab32591fd5a1752281f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_34c57",
                    table="appointment_history",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["provider", "start_at"], name="appointment_provider_start"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["attendee", "start_at"], name="appointment_attendee_start"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("service__isnull", False)), fields=["service"], name="appointment_service"
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["start_at", "id"], name="appointment_start_id"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("status", "pending")), fields=["start_at"], name="appointment_pending"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(models.Q(("status", "cancelled"), _negated=True), ("is_overbooked", False)),
                expressions=[
                    ("provider", "="),
                    (models.Func("busy_from", "busy_until", models.Value("[)"), function="TSTZRANGE"), "&&"),
                ],
                name="appointments_appointment_no_overlap_provider",
                violation_error_code="overlap",
                violation_error_message="This time is already taken.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(models.Q(("status", "cancelled"), _negated=True), ("is_overbooked", False)),
                expressions=[
                    ("attendee", "="),
                    (models.Func("start_at", "end_at", models.Value("[)"), function="TSTZRANGE"), "&&"),
                ],
                name="appointments_appointment_no_overlap_attendee",
                violation_error_code="overlap",
                violation_error_message="This time is already taken.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("end_at__gt", models.F("start_at"))),
                name="appointments_appointment_end_after_start",
                violation_error_message="The end must be after the start.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    models.ExpressionWrapper(
                        django.db.models.expressions.CombinedExpression(models.F("end_at"), "-", models.F("start_at")),
                        output_field=models.DurationField(),
                    ),
                    models.Value(datetime.timedelta(days=1), output_field=models.DurationField()),
                ),
                name="appointments_appointment_at_most_24_hours",
                violation_error_message="A booking is at most 24 hours long.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("busy_from__lte", models.F("start_at")), ("busy_until__gte", models.F("end_at"))),
                name="appointments_appointment_busy_contains_booking",
                violation_error_message="The busy time contains the booking.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.LessThanOrEqual(
                        models.ExpressionWrapper(
                            django.db.models.expressions.CombinedExpression(
                                models.F("start_at"), "-", models.F("busy_from")
                            ),
                            output_field=models.DurationField(),
                        ),
                        models.Value(datetime.timedelta(seconds=43200), output_field=models.DurationField()),
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        models.ExpressionWrapper(
                            django.db.models.expressions.CombinedExpression(
                                models.F("busy_until"), "-", models.F("end_at")
                            ),
                            output_field=models.DurationField(),
                        ),
                        models.Value(datetime.timedelta(seconds=43200), output_field=models.DurationField()),
                    ),
                ),
                name="appointments_appointment_busy_bounded",
                violation_error_message="A buffer is at most 12 hours long.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["pending", "booked", "arrived", "fulfilled", "cancelled", "noshow"])
                ),
                name="appointments_appointment_status_known",
                violation_error_message="Unknown status.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("changed_via__in", ["page", "api", "token", "admin", "job", "shell"])),
                name="appointments_appointment_changed_via_known",
                violation_error_message="Unknown place.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_outside_hours", False), ("is_overbooked", False)),
                    models.Q(("override_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="appointments_appointment_exception_with_reason",
                violation_error_message="Give a reason for the exception.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appointment",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "appointment_history" ("changed_by_id", "changed_via", "doctor_id", "end_at", "expires_at", "is_overbooked", "patient_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "start_at", "status") VALUES (NEW."changed_by_id", NEW."changed_via", NEW."doctor_id", NEW."end_at", NEW."expires_at", NEW."is_overbooked", NEW."patient_id", NOW(), \'insert\', NEW."id", NEW."revision", NEW."start_at", NEW."status"); RETURN NULL;',
                    hash="1c4cfe9861cd235d2a313d19a786c0f08a1a4f99",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_30113",
                    table="appointments",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appointment",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."patient_id" IS DISTINCT FROM (NEW."patient_id") OR OLD."changed_by_id" IS DISTINCT FROM (NEW."changed_by_id") OR OLD."changed_via" IS DISTINCT FROM (NEW."changed_via") OR OLD."end_at" IS DISTINCT FROM (NEW."end_at") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."is_overbooked" IS DISTINCT FROM (NEW."is_overbooked") OR OLD."doctor_id" IS DISTINCT FROM (NEW."doctor_id") OR OLD."revision" IS DISTINCT FROM (NEW."revision") OR OLD."start_at" IS DISTINCT FROM (NEW."start_at") OR OLD."status" IS DISTINCT FROM (NEW."status"))',
                    func='INSERT INTO "appointment_history" ("changed_by_id", "changed_via", "doctor_id", "end_at", "expires_at", "is_overbooked", "patient_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision", "start_at", "status") VALUES (NEW."changed_by_id", NEW."changed_via", NEW."doctor_id", NEW."end_at", NEW."expires_at", NEW."is_overbooked", NEW."patient_id", NOW(), \'update\', NEW."id", NEW."revision", NEW."start_at", NEW."status"); RETURN NULL;',
                    hash="c38b1ec5722cff6283f9f37641e14e768e7d7ff6",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_34af4",
                    table="appointments",
                    when="AFTER",
                ),
            ),
        ),
    ]
