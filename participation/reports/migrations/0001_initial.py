import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("cases", "0001_initial"),
        ("photos", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="report",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("text", models.TextField()),
                (
                    "answers",
                    models.JSONField(default=list, help_text="In the words of then: [{key, question, answer, value}]"),
                ),
                ("observed_at", models.DateTimeField(null=True)),
                (
                    "proposed",
                    models.BooleanField(default=False, help_text="The category was proposed by us, not chosen"),
                ),
                ("tracking_seed", models.CharField(max_length=32)),
                ("tracking_hash", models.CharField(max_length=64, unique=True)),
                ("withdrawn_at", models.DateTimeField(help_text="The reporter took it back", null=True)),
                ("complimented_at", models.DateTimeField(help_text="The reporter praised who worked on it", null=True)),
                (
                    "asked_again_at",
                    models.DateTimeField(help_text="Which closing we asked about once more, weeks later", null=True),
                ),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("key", models.UUIDField()),
                ("values", models.JSONField(default=dict, help_text="As typed: see `drafts.Values`")),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(db_index=True)),
                (
                    "gemeente",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="areas.area"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Supporter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("device_hash", models.CharField(max_length=64)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("language", models.CharField(default="nl", max_length=10)),
                ("counted", models.BooleanField(default=True)),
                ("counts_there", models.BooleanField(default=False)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("photo_count", models.PositiveSmallIntegerField(default=0)),
                ("tracking_seed", models.CharField(max_length=32)),
                ("tracking_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="supporters", to="cases.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Listener",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("endpoint", models.URLField(db_index=True, max_length=500)),
                ("key", models.CharField(max_length=120)),
                ("secret", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=10)),
                ("created_at", models.DateTimeField()),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="listeners",
                        to="reports.report",
                    ),
                ),
                (
                    "supporter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="listeners",
                        to="reports.supporter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Celebrated",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("to", models.CharField(max_length=32)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "to"), name="reports_celebrated_once")],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="contact",
                        serialize=False,
                        to="reports.report",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "phone",
                    models.CharField(blank=True, help_text="As +31612345678 where the country is known", max_length=20),
                ),
                (
                    "phone_refused",
                    models.BooleanField(default=False, help_text="The gateway says: no text message reaches it"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        django.db.models.functions.text.Upper("email"),
                        condition=models.Q(("email", ""), _negated=True),
                        name="reports_contact_email",
                    ),
                    models.Index(
                        condition=models.Q(("phone", ""), _negated=True), fields=["phone"], name="reports_contact_phone"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("solved", models.BooleanField()),
                ("text", models.TextField(blank=True)),
                ("closed_at", models.DateTimeField(help_text="Which closing it answers")),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(help_text="Said weeks later that it is still solved", null=True)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="feedback", to="reports.report"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("report", "closed_at"), name="reports_feedback_once")],
            },
        ),
        migrations.CreateModel(
            name="Held",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=12, unique=True, verbose_name="reference")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for a look"),
                            ("released", "released to the team"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn by the resident"),
                        ],
                        default="waiting",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "reasons",
                    models.JSONField(
                        default=list, help_text='[{"code": "links", "count": 4}]', verbose_name="why it was held"
                    ),
                ),
                ("content", models.JSONField(null=True)),
                ("tracking_seed", models.CharField(max_length=32)),
                ("tracking_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(verbose_name="received")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "gemeente",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                        verbose_name="municipality",
                    ),
                ),
                ("photos", models.ManyToManyField(related_name="+", to="photos.photo")),
            ],
            options={
                "verbose_name": "held report",
                "verbose_name_plural": "held reports",
                "indexes": [models.Index(fields=["gemeente", "state", "created_at"], name="reports_held_queue")],
            },
        ),
        migrations.AddConstraint(
            model_name="supporter",
            constraint=models.UniqueConstraint(fields=("case", "device_hash"), name="reports_supporter_device_once"),
        ),
        migrations.AddConstraint(
            model_name="supporter",
            constraint=models.UniqueConstraint(
                models.F("case"),
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("email", ""), _negated=True),
                name="reports_supporter_email_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="supporter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("phone", ""), _negated=True),
                fields=("case", "phone"),
                name="reports_supporter_phone_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="listener",
            constraint=models.UniqueConstraint(fields=("report", "endpoint"), name="reports_listener_of_report_once"),
        ),
        migrations.AddConstraint(
            model_name="listener",
            constraint=models.UniqueConstraint(
                fields=("supporter", "endpoint"), name="reports_listener_of_supporter_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="listener",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("report__isnull", False), ("supporter__isnull", True)),
                    models.Q(("report__isnull", True), ("supporter__isnull", False)),
                    _connector="OR",
                ),
                name="reports_listener_of_one",
            ),
        ),
    ]
