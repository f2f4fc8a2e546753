import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="BlockedWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "phrase",
                    models.CharField(
                        help_text="Whole words, capitals do not matter.", max_length=80, verbose_name="word or phrase"
                    ),
                ),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("hold", "hold the report until somebody looked"),
                            ("ask", "ask the writer to say it differently; they may leave it"),
                        ],
                        default="hold",
                        max_length=8,
                        verbose_name="what to do",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
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
                "verbose_name": "blocked word",
                "verbose_name_plural": "blocked words",
                "ordering": ["phrase"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("gemeente"),
                        django.db.models.functions.text.Lower("phrase"),
                        name="texts_blocked_word_once",
                        violation_error_message="This word is on the list already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("phrase", ""), _negated=True), name="texts_blocked_word_says_something"
                    ),
                ],
            },
        ),
    ]
