import cms.base.blocks
import django.core.validators
import django.db.models.deletion
import modelcluster.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("organisations", "0001_initial"),
        ("routing", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgendaIndexPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "agenda",
                "verbose_name_plural": "agendas",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="EventPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.CharField(
                        help_text="What is there to do, and for whom?",
                        max_length=300,
                        verbose_name="in one or two sentences",
                    ),
                ),
                ("starts_at", models.DateTimeField(help_text="Of a series: the first time.", verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "whole_day",
                    models.BooleanField(
                        default=False, help_text="Then the times do not count.", verbose_name="the whole day"
                    ),
                ),
                (
                    "repeats",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Once"),
                            ("week", "Every week"),
                            ("fortnight", "Every two weeks"),
                            ("month", "Every month, on the same weekday"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="how often",
                    ),
                ),
                ("repeats_until", models.DateField(blank=True, null=True, verbose_name="last day")),
                (
                    "repeats_times",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(160),
                        ],
                        verbose_name="or how many times",
                    ),
                ),
                ("over_at", models.DateTimeField(db_index=True, editable=False)),
                (
                    "place",
                    models.CharField(
                        help_text="The name of the place, as people know it.", max_length=100, verbose_name="where"
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True,
                        help_text="Street, number and town. We look it up for the map.",
                        max_length=150,
                        verbose_name="address",
                    ),
                ),
                ("lon", models.FloatField(editable=False, null=True)),
                ("lat", models.FloatField(editable=False, null=True)),
                (
                    "wheelchair",
                    models.CharField(
                        blank=True,
                        choices=[("", "Not known"), ("yes", "Yes"), ("help", "With some help"), ("no", "No")],
                        default="",
                        max_length=5,
                        verbose_name="can people come in with a wheelchair?",
                    ),
                ),
                (
                    "access",
                    models.CharField(
                        blank=True,
                        help_text="A lift, a toilet, an induction loop, a sign language interpreter.",
                        max_length=200,
                        verbose_name="more about access",
                    ),
                ),
                ("organiser", models.CharField(blank=True, max_length=120, verbose_name="who organises it")),
                (
                    "costs",
                    models.CharField(
                        blank=True, help_text="Leave empty when it is free.", max_length=100, verbose_name="costs"
                    ),
                ),
                ("languages", models.JSONField(blank=True, default=list, verbose_name="languages that are spoken")),
                ("body", cms.base.blocks.BodyField(blank=True, verbose_name="text")),
                (
                    "cancelled",
                    models.BooleanField(
                        default=False,
                        help_text="The page stays and says so. People who signed up get a message when you publish.",
                        verbose_name="it is cancelled",
                    ),
                ),
                ("cancelled_reason", models.CharField(blank=True, max_length=200, verbose_name="why")),
                (
                    "sign_up",
                    models.CharField(
                        choices=[
                            ("none", "Not needed: just come"),
                            ("link", "On another website"),
                            ("here", "Here, on this page"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="signing up",
                    ),
                ),
                ("sign_up_link", models.URLField(blank=True, verbose_name="address of that website")),
                (
                    "seats",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="For each time. Leave empty when there is room for everybody.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5000),
                        ],
                        verbose_name="seats",
                    ),
                ),
                (
                    "most_people",
                    models.PositiveSmallIntegerField(
                        default=4,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="people per sign-up",
                    ),
                ),
                ("waiting_list", models.BooleanField(default=True, verbose_name="a waiting list when it is full")),
                (
                    "closes_hours",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Hours before it begins. 48 is two days.",
                        validators=[django.core.validators.MaxValueValidator(1440)],
                        verbose_name="sign-up closes",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave empty for an event that is for everyone.",
                        limit_choices_to={"level__in": ("stadsdeel", "wijk", "buurt")},
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="areas.area",
                        verbose_name="neighbourhood",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        help_text="A photo of people or the place, at least 1200 pixels wide. Ask people in it for permission.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailimages.image",
                        verbose_name="photo",
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        blank=True,
                        help_text="Stands on the page with name and role.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                        verbose_name="professional to ask",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="routing.theme",
                        verbose_name="theme",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="EventChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                ("on", models.DateField(verbose_name="date in the series")),
                (
                    "starts_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Leave empty when it is off that day.",
                        null=True,
                        verbose_name="begins then instead",
                    ),
                ),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="and ends")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="why")),
                (
                    "event",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="cms_agenda.eventpage"
                    ),
                ),
            ],
            options={
                "verbose_name": "date that is different",
                "verbose_name_plural": "dates that are different",
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("called_off", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "e-mail not confirmed yet"),
                            ("seat", "comes"),
                            ("waiting", "on the waiting list"),
                            ("offered", "was offered a place"),
                        ],
                        max_length=10,
                    ),
                ),
                ("until", models.DateTimeField(null=True)),
                ("people", models.PositiveSmallIntegerField()),
                ("name", models.CharField(blank=True, max_length=80)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("language", models.CharField(default="nl", max_length=5)),
                ("seed", models.CharField(max_length=32)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendances",
                        to="cms_agenda.eventpage",
                    ),
                ),
            ],
            options={
                "verbose_name": "sign-up",
                "verbose_name_plural": "sign-ups",
                "indexes": [
                    models.Index(fields=["event", "on", "state"], name="agenda_attendance_of_time"),
                    models.Index(fields=["starts_at"], name="agenda_attendance_by_start"),
                    models.Index(
                        condition=models.Q(("until__isnull", False)), fields=["until"], name="agenda_attendance_held"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("email", ""), _negated=True),
                        fields=("event", "on", "email"),
                        name="agenda_email_signs_up_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("phone", ""), _negated=True),
                        fields=("event", "on", "phone"),
                        name="agenda_phone_signs_up_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("people__gte", 1), ("people__lte", 10)), name="agenda_people_within_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["seat", "waiting"]), ("until__isnull", True)),
                            models.Q(("state__in", ["asked", "offered"]), ("until__isnull", False)),
                            _connector="OR",
                        ),
                        name="agenda_held_until",
                    ),
                ],
            },
        ),
    ]
