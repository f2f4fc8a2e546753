import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FineHere",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=16)),
                ("words", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.WAGTAIL_PAGE_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [models.UniqueConstraint(fields=("page", "kind", "words"), name="tone_fine_once")],
            },
        ),
        migrations.CreateModel(
            name="ToneWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "phrase",
                    models.CharField(
                        help_text="Endings after a slash: kansarm/e/en. Everything that begins so: achterstands*",
                        max_length=80,
                        verbose_name="word or phrase",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("stigma", "stigma"), ("frame", "frame"), ("difficult-word", "difficult word")],
                        default="stigma",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="One sentence that helps the writer.", max_length=200, verbose_name="why"
                    ),
                ),
                ("alternatives", models.JSONField(blank=True, default=list, verbose_name="say instead")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Switched off, this word is not marked, also when it is one of ours.",
                        verbose_name="in use",
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
                "verbose_name": "word for the tone helper",
                "verbose_name_plural": "words for the tone helper",
                "ordering": ["phrase"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("gemeente"),
                        django.db.models.functions.text.Lower("phrase"),
                        name="tone_word_once",
                        violation_error_message="This word is on the list already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phrase", ""), _negated=True), name="tone_word_says_something"
                    ),
                ],
            },
        ),
    ]
