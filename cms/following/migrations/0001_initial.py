import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("endpoint", models.URLField(max_length=500, unique=True)),
                ("key", models.CharField(max_length=120)),
                ("secret", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=10)),
                ("created_at", models.DateTimeField()),
                ("day", models.DateField(null=True)),
                ("told", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("told__lte", 3)), name="following_no_more_pushes_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowedWijk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="areas.area"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Follower",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254)),
                ("language", models.CharField(max_length=10)),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("daily", "Every day"),
                            ("weekly", "Once a week, on Monday"),
                            ("monthly", "Once a month, on the first"),
                        ],
                        max_length=10,
                    ),
                ),
                ("topics", models.JSONField(default=list)),
                ("seed", models.CharField(max_length=32)),
                ("manage_hash", models.CharField(max_length=64, unique=True)),
                ("stop_hash", models.CharField(max_length=64, unique=True)),
                ("confirmed_at", models.DateTimeField()),
                ("told_until", models.DateTimeField()),
                ("next_at", models.DateTimeField(db_index=True)),
                ("pause_from", models.DateField(null=True)),
                ("pause_until", models.DateField(null=True)),
                ("refusals", models.PositiveSmallIntegerField(default=0)),
                (
                    "areas",
                    models.ManyToManyField(related_name="+", through="cms_following.FollowedWijk", to="areas.area"),
                ),
                (
                    "gemeente",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="areas.area"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="followedwijk",
            name="follower",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="cms_following.follower"),
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", models.CharField(max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("owed", "Owed"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("empty", "Empty"),
                            ("skipped", "Skipped"),
                            ("refused", "Refused"),
                        ],
                        default="owed",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "follower",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="digests", to="cms_following.follower"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Push",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pushes", to="cms_following.device"
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.WAGTAIL_PAGE_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254)),
                ("language", models.CharField(max_length=10)),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("daily", "Every day"),
                            ("weekly", "Once a week, on Monday"),
                            ("monthly", "Once a month, on the first"),
                        ],
                        max_length=10,
                    ),
                ),
                ("topics", models.JSONField(default=list)),
                ("area_ids", models.JSONField(default=list)),
                ("seed", models.CharField(max_length=32)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("mailed_at", models.DateTimeField(null=True)),
                ("mailed_by", models.CharField(blank=True, max_length=40)),
                (
                    "gemeente",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="areas.area"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeviceWijk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topics", models.JSONField(default=list)),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="areas.area"),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wijken", to="cms_following.device"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("device", "area"), name="following_device_wijk_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="follower",
            constraint=models.UniqueConstraint(
                models.F("gemeente"), django.db.models.functions.text.Lower("email"), name="following_one_follower"
            ),
        ),
        migrations.AddConstraint(
            model_name="follower",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("pause_from", None), ("pause_until", None)),
                    ("pause_until__gte", models.F("pause_from")),
                    _connector="OR",
                ),
                name="following_pause_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="followedwijk",
            constraint=models.UniqueConstraint(fields=("follower", "area"), name="following_wijk_once"),
        ),
        migrations.AddConstraint(
            model_name="digest",
            constraint=models.UniqueConstraint(fields=("follower", "period"), name="following_one_digest_per_period"),
        ),
        migrations.AddConstraint(
            model_name="push",
            constraint=models.UniqueConstraint(fields=("device", "page"), name="following_push_once"),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.UniqueConstraint(
                models.F("gemeente"), django.db.models.functions.text.Lower("email"), name="following_one_wish"
            ),
        ),
    ]
