import cms.base.blocks
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="PeoplePage",
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
                ("lead", models.CharField(blank=True, max_length=300, verbose_name="in one sentence")),
                (
                    "body",
                    cms.base.blocks.BodyField(
                        blank=True, help_text="Stands at the bottom of the page, after the people.", verbose_name="text"
                    ),
                ),
            ],
            options={
                "verbose_name": "page of people",
                "verbose_name_plural": "pages of people",
            },
            bases=("wagtailcore.page",),
        ),
    ]
