import cms.base.blocks
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("routing", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [
        migrations.CreateModel(
            name="NewsIndexPage",
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
                "verbose_name": "list of news",
                "verbose_name_plural": "lists of news",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="NewsPage",
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
                ("date", models.DateField(default=django.utils.timezone.localdate, verbose_name="date")),
                (
                    "lead",
                    models.CharField(
                        help_text="What happened, and what does it mean for people?",
                        max_length=300,
                        verbose_name="in one or two sentences",
                    ),
                ),
                ("body", cms.base.blocks.BodyField(blank=True, verbose_name="text")),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        help_text="Leave empty for news that is for everyone.",
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
                "verbose_name": "news message",
                "verbose_name_plural": "news messages",
                "indexes": [models.Index(fields=["area", "-date"], name="news_area_newest")],
            },
            bases=("wagtailcore.page",),
        ),
    ]
