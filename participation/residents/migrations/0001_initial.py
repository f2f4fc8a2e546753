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
            name="Resident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="mobile number")),
                (
                    "phone_refused",
                    models.BooleanField(default=False, help_text="The gateway says: no text message reaches it"),
                ),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                ("language", models.CharField(default="nl", max_length=10, verbose_name="language")),
                ("created_at", models.DateTimeField()),
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
                "verbose_name": "resident",
                "verbose_name_plural": "residents",
            },
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("device", models.CharField(blank=True, help_text="In words: “Firefox on Android”", max_length=80)),
                ("created_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(db_index=True)),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sign_ins", to="residents.resident"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=20)),
                ("address", models.CharField(max_length=254)),
                ("about", models.CharField(blank=True, max_length=40)),
                ("language", models.CharField(max_length=10)),
                ("seed", models.CharField(max_length=32)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(db_index=True)),
                (
                    "gemeente",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="areas.area"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("address"),
                        models.F("gemeente"),
                        models.F("purpose"),
                        models.F("about"),
                        name="residents_one_code_at_a_time",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="resident",
            constraint=models.UniqueConstraint(
                models.F("gemeente"),
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("email", ""), _negated=True),
                name="residents_email_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="resident",
            constraint=models.UniqueConstraint(
                condition=models.Q(("phone", ""), _negated=True),
                fields=("gemeente", "phone"),
                name="residents_phone_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="resident",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", ""), ("phone", ""), _negated=True), name="residents_can_be_reached"
            ),
        ),
    ]
