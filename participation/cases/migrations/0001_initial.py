import django.db.models.deletion
import participation.cases.cells
import participation.cases.models.words
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("events", "0001_initial"),
        ("organisations", "0001_initial"),
        ("photos", "0001_initial"),
        ("residents", "0001_initial"),
        ("routing", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=16, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("report", "report"),
                            ("initiative", "initiative"),
                            ("help-request", "help request"),
                            ("poll", "poll"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("assigned", "With the right person"),
                            ("in-progress", "Working on it"),
                            ("planned", "Planned"),
                            ("waiting", "Waiting for resident"),
                            ("resolved", "Resolved"),
                            ("unresolved", "Not resolved"),
                            ("reopened", "Reopened"),
                            ("merged", "Linked to another case"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                (
                    "visibility",
                    models.CharField(
                        choices=[("public", "public"), ("limited", "limited"), ("confidential", "confidential")],
                        max_length=12,
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[("low", "low"), ("normal", "normal"), ("high", "high")], default="normal", max_length=8
                    ),
                ),
                ("lat", models.FloatField(null=True)),
                ("lon", models.FloatField(null=True)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("summary", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(default="nl", max_length=10)),
                ("photo_count", models.PositiveSmallIntegerField(default=0)),
                ("decision", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("respond_by", models.DateTimeField(null=True)),
                ("resolve_by", models.DateTimeField(null=True)),
                ("responded_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("waiting_since", models.DateTimeField(null=True)),
                ("waited_days", models.PositiveSmallIntegerField(default=0)),
                ("term_from", models.DateTimeField(null=True)),
                ("escalate_at", models.DateTimeField(null=True)),
                ("escalation", models.PositiveSmallIntegerField(default=0)),
                ("escalated_for", models.DateTimeField(null=True)),
                ("instruction", models.TextField(blank=True)),
                ("status_before", models.CharField(blank=True, max_length=12)),
                ("supporter_count", models.PositiveIntegerField(default=0)),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to="organisations.professional",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="routing.category",
                    ),
                ),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="duplicates",
                        to="cases.case",
                    ),
                ),
                (
                    "gemeente",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "offered_to",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offered_cases",
                        to="organisations.team",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="parts",
                        to="cases.case",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="organisations.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "case",
                "verbose_name_plural": "cases",
            },
        ),
        migrations.CreateModel(
            name="BulkDeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("deed", models.CharField(max_length=12)),
                ("before", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisations.professional"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="consent",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("photos", models.BooleanField(null=True)),
                ("name", models.CharField(blank=True, max_length=60)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="DeskSettings",
            fields=[
                (
                    "professional",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="desk_settings",
                        serialize=False,
                        to="organisations.professional",
                    ),
                ),
                ("sound", models.BooleanField(default=False)),
                (
                    "digest",
                    models.CharField(
                        choices=[
                            ("off", "no e-mail"),
                            ("daily", "every working day"),
                            ("hourly", "every hour, when there is something"),
                        ],
                        default="daily",
                        max_length=8,
                    ),
                ),
                ("digest_sent_at", models.DateTimeField(null=True)),
                ("mail_mentions", models.BooleanField(default=True)),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="cases_quiet_hours_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("query", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "being made"),
                            ("ready", "ready"),
                            ("failed", "failed"),
                            ("expired", "removed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("row_count", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisations.professional"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Forwarding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "waiting for an answer"),
                            ("accepted", "accepted"),
                            ("returned", "given back"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="forwardings", to="cases.case"
                    ),
                ),
                (
                    "from_team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.team"
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
                (
                    "to_team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.team"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("absence", "away for a while"),
                            ("leaving", "leaves the organisation"),
                            ("other", "other"),
                        ],
                        default="other",
                        max_length=8,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("remind_at", models.DateTimeField(null=True)),
                ("reminders", models.PositiveSmallIntegerField(default=0)),
                (
                    "from_professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handed_over",
                        to="organisations.professional",
                    ),
                ),
                (
                    "gemeente",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        help_text="Who arranged it",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
                (
                    "to_professional",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_over",
                        to="organisations.professional",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="HandoverItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", models.TextField(blank=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "waiting for an answer"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                            ("passed", "no longer needed"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="handovers", to="cases.case"
                    ),
                ),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="cases.handover"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_resident", models.BooleanField(default=False)),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="cases.case"
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="residents.resident",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="CasePhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_resident", models.BooleanField(default=True)),
                ("from_supporter", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "stage",
                    models.CharField(blank=True, choices=[("before", "before"), ("after", "after")], max_length=6),
                ),
                ("for_resident", models.BooleanField(default=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="photos", to="cases.case"
                    ),
                ),
                (
                    "photo",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="photos.photo"
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="photos",
                        to="cases.message",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="cases.case"
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="words",
                        to="cases.case",
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="cases.case"
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="organisations.professional",
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="cases.note"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PushSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("endpoint", models.URLField(max_length=500, unique=True)),
                ("key", models.CharField(max_length=120)),
                ("secret", models.CharField(max_length=60)),
                ("device", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField()),
                (
                    "professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_subscriptions",
                        to="organisations.professional",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.PositiveSmallIntegerField()),
                ("due_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("digest", models.CharField(blank=True, max_length=64)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="cases.case"
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisations.professional"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=60)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rounds",
                        to="organisations.professional",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="RoundStop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "to do"), ("done", "done"), ("skipped", "skipped")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stops", to="cases.round"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("query", models.JSONField(default=dict)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisations.professional"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.team",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Seen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="seen_by", to="cases.case"
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Signal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("new", "new case for me"),
                            ("new-team", "new case nobody has yet"),
                            ("assigned", "given to me"),
                            ("answered", "the resident answered"),
                            ("mentioned", "named in a note"),
                            ("late", "became late"),
                            ("offered", "offered to my team"),
                        ],
                        max_length=10,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
                ),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="events.event"
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StandardAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("move", models.CharField(blank=True, max_length=12, verbose_name="step")),
                ("language", models.CharField(default="nl", max_length=10, verbose_name="language")),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                ("text", models.TextField(verbose_name="text")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="routing.category",
                        verbose_name="category",
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
            ],
            options={
                "verbose_name": "standard answer",
                "verbose_name_plural": "standard answers",
                "ordering": ["position", "title", "id"],
            },
        ),
        migrations.CreateModel(
            name="StandIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "absence",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.absence",
                    ),
                ),
                (
                    "absentee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisations.professional"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stand_ins", to="cases.case"
                    ),
                ),
                (
                    "replacement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisations.professional"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="View",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("case", "opened the case"),
                            ("contact", "saw the contact data"),
                            ("person", "looked for other cases of the same person"),
                        ],
                        default="case",
                        max_length=8,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=12)),
                ("remark", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="views", to="cases.case"
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="WinProposal",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="win_proposal",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("reasons", models.JSONField(default=list)),
                ("points", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "waits for a choice"), ("dismissed", "not this one"), ("made", "draft made")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Words",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("vector", participation.cases.models.words.VectorField()),
            ],
            options={
                "indexes": [participation.cases.models.words.WordIndex(fields=["vector"], name="cases_words_found")],
            },
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["team", "status", "-created_at", "-id", "visibility", "due_at"], name="cases_team_status"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["gemeente", "status", "-created_at", "-id", "visibility", "due_at"], name="cases_town_status"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["team", "area", "-created_at", "-id", "visibility"], name="cases_team_area"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["team", "category", "-created_at", "-id", "visibility"], name="cases_team_category"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["team", "-updated_at", "-id", "visibility"], name="cases_team_changed"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["team", "due_at", "id", "created_at", "visibility"],
                name="cases_team_due",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("assignee__isnull", False)),
                fields=["assignee", "status", "-created_at", "-id"],
                name="cases_assignee",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("assignee__isnull", True)),
                fields=["team", "-created_at", "-id", "visibility"],
                name="cases_team_unassigned",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("kind", "report"), _negated=True),
                fields=["team", "-created_at", "-id", "visibility"],
                name="cases_team_not_reports",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("priority", "normal"), _negated=True),
                fields=["team", "priority", "-created_at", "-id", "visibility"],
                name="cases_team_priority",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("visibility", "public"), _negated=True),
                fields=["team", "visibility", "-created_at", "-id"],
                name="cases_team_hidden",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("photo_count__gt", 0)),
                fields=["team", "-created_at", "-id", "visibility"],
                name="cases_team_photos",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("supporter_count__gt", 0)),
                fields=["team", "-created_at", "-id", "visibility", "supporter_count"],
                name="cases_team_supported",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)),
                fields=["team", "-created_at", "-id", "visibility"],
                name="cases_team_parts",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("duplicate_of__isnull", False)),
                fields=["team", "-created_at", "-id", "visibility"],
                name="cases_team_duplicates",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["team", "lat", "lon"], name="cases_team_place"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["area", "visibility", "-created_at", "-id", "status"], name="cases_area_newest"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["category", "visibility", "-created_at", "-id"], name="cases_category_newest"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("visibility", "public")),
                fields=["gemeente", "-created_at", "-id"],
                name="cases_public_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True), ("visibility", "public")),
                fields=["gemeente", "-created_at", "-id"],
                name="cases_public_open",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("status", "resolved"), ("visibility", "public")),
                fields=["gemeente", "-closed_at"],
                name="cases_public_resolved",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("visibility", "public")),
                fields=["gemeente", "lat", "lon"],
                name="cases_public_place",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("gemeente"),
                participation.cases.cells.CellRow(models.F("lat")),
                participation.cases.cells.CellColumn(models.F("lon")),
                models.F("category"),
                condition=models.Q(("closed_at__isnull", True), ("visibility", "public")),
                name="cases_near_open",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("gemeente"),
                participation.cases.cells.CellRow(models.F("lat")),
                participation.cases.cells.CellColumn(models.F("lon")),
                models.F("closed_at"),
                condition=models.Q(("status", "resolved"), ("visibility", "public")),
                name="cases_near_solved",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("parent__isnull", False)), fields=["parent"], name="cases_parts"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("duplicate_of__isnull", False)), fields=["duplicate_of"], name="cases_duplicates"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("offered_to__isnull", False)), fields=["offered_to"], name="cases_offered"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("escalate_at__isnull", False)), fields=["escalate_at"], name="cases_to_escalate"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("status__in", ["merged", "resolved", "unresolved"])),
                    models.Q(
                        models.Q(("status__in", ["merged", "resolved", "unresolved"]), _negated=True),
                        ("closed_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="cases_closed_at_matches",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lat__isnull", True), ("lon__isnull", True)),
                    models.Q(
                        ("lat__isnull", False),
                        ("lat__range", (-90, 90)),
                        ("lon__isnull", False),
                        ("lon__range", (-180, 180)),
                    ),
                    _connector="OR",
                ),
                name="cases_place_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("duplicate_of__isnull", False), ("status", "merged")),
                    models.Q(models.Q(("status", "merged"), _negated=True), ("duplicate_of__isnull", True)),
                    _connector="OR",
                ),
                name="cases_merged_into_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "report"), models.Q(("visibility", "public"), _negated=True), _connector="OR"
                ),
                name="cases_only_reports_are_public",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True), name="cases_not_its_own_part"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("duplicate_of", models.F("id")), _negated=True), name="cases_not_its_own_duplicate"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("offered_to", models.F("team")), _negated=True), name="cases_offered_elsewhere"
            ),
        ),
        migrations.AddIndex(
            model_name="forwarding",
            index=models.Index(
                condition=models.Q(("outcome", "pending"), ("reminded_at__isnull", True)),
                fields=["answer_by"],
                name="cases_offers_to_remind",
            ),
        ),
        migrations.AddConstraint(
            model_name="forwarding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "pending")), fields=("case",), name="cases_offered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="forwarding",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_team", models.F("to_team")), _negated=True), name="cases_forwarded_elsewhere"
            ),
        ),
        migrations.AddConstraint(
            model_name="forwarding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("outcome", "pending")),
                    models.Q(models.Q(("outcome", "pending"), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="cases_forwarding_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("remind_at__isnull", False)), fields=["remind_at"], name="cases_handovers_to_remind"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_professional", models.F("to_professional")), _negated=True),
                name="cases_handed_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.UniqueConstraint(fields=("handover", "case"), name="cases_handover_item_once"),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "pending")), fields=("case",), name="cases_handed_over_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="casephoto",
            constraint=models.CheckConstraint(
                condition=models.Q(("for_resident", True), ("from_resident", False), _connector="OR"),
                name="cases_photo_sender_sees_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="casephoto",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_supporter", False),
                    models.Q(("for_resident", False), ("from_resident", False)),
                    _connector="OR",
                ),
                name="cases_photo_of_supporter_inside",
            ),
        ),
        migrations.AddIndex(
            model_name="note",
            index=models.Index(
                condition=models.Q(("part__isnull", False)), fields=["part"], name="cases_words_of_parts"
            ),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(
                condition=models.Q(("seen_at", None)), fields=["professional", "case"], name="cases_mentions_new"
            ),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.UniqueConstraint(fields=("note", "professional"), name="cases_mentioned_once"),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("digest", "")), fields=["professional"], name="cases_reminders_to_send"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("case", "professional", "due_at", "step"), name="cases_reminded_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="roundstop",
            constraint=models.UniqueConstraint(fields=("round", "case"), name="cases_stop_once"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("professional", "name"), name="cases_view_name_once"),
        ),
        migrations.AddConstraint(
            model_name="seen",
            constraint=models.UniqueConstraint(fields=("professional", "case"), name="cases_seen_once"),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(
                condition=models.Q(("sent_at", None)), fields=["professional"], name="cases_signals_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="signal",
            constraint=models.UniqueConstraint(fields=("professional", "event"), name="cases_told_once"),
        ),
        migrations.AddConstraint(
            model_name="standardanswer",
            constraint=models.UniqueConstraint(
                fields=("gemeente", "category", "move", "language", "title"), name="cases_standard_answer_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="standardanswer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("category__isnull", True)),
                fields=("gemeente", "move", "language", "title"),
                name="cases_general_answer_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="standin",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("case",), name="cases_one_stand_in"
            ),
        ),
        migrations.AddConstraint(
            model_name="standin",
            constraint=models.CheckConstraint(
                condition=models.Q(("absentee", models.F("replacement")), _negated=True),
                name="cases_stand_in_for_another",
            ),
        ),
        migrations.AddIndex(
            model_name="view",
            index=models.Index(fields=["-at", "-id"], name="cases_views_newest"),
        ),
        migrations.AddIndex(
            model_name="winproposal",
            index=models.Index(condition=models.Q(("state", "open")), fields=["-at"], name="cases_wins_to_choose"),
        ),
    ]
