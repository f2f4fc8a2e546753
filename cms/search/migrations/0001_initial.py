import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


def add_trigrams(apps, schema_editor):
    """What makes `LIKE '%word%'` fast on PostgreSQL; SQLite reads its few thousand rows through."""
    if schema_editor.connection.vendor == "postgresql":
        for column in ("text", "head"):
            schema_editor.execute(
                f"CREATE INDEX search_text_{column} ON cms_search_searchtext USING gin ({column} gin_trgm_ops)"
            )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        TrigramExtension(),  # does nothing on SQLite
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "page",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("wijken", "Wijk"),
                            ("mensen", "Person"),
                            ("meldingen", "Report"),
                            ("nieuws", "News"),
                            ("gelukt", "Win"),
                            ("agenda", "Event"),
                            ("initiatieven", "Initiative"),
                            ("peilingen", "Poll"),
                            ("aanpakken", "Approach"),
                            ("informatie", "Information"),
                        ],
                        max_length=12,
                    ),
                ),
                ("lead", models.CharField(blank=True, max_length=300)),
                ("head", models.CharField(max_length=600)),
                ("text", models.TextField()),
                ("date", models.DateField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "gemeente",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="areas.area"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["gemeente", "kind"], name="search_text_kind")],
            },
        ),
        migrations.RunPython(add_trigrams, migrations.RunPython.noop, elidable=False),
    ]
