import cms.base.blocks
import django.core.validators
import django.db.models.deletion
import modelcluster.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("routing", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WijkIndexPage",
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
                "verbose_name": "list of neighbourhoods",
                "verbose_name_plural": "lists of neighbourhoods",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="WijkPage",
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
                    "story",
                    models.CharField(
                        blank=True,
                        help_text="What makes people here proud? Stands under the name, also on the list of neighbourhoods.",
                        max_length=160,
                        verbose_name="the story in one sentence",
                    ),
                ),
                ("intro", wagtail.fields.RichTextField(blank=True, verbose_name="introduction")),
                (
                    "body",
                    cms.base.blocks.BodyField(
                        blank=True,
                        help_text="Stands at the bottom of the page, after people, map and news.",
                        verbose_name="text",
                    ),
                ),
                (
                    "area",
                    models.OneToOneField(
                        blank=True,
                        help_text="People, reports and map follow from this. Every area has one page.",
                        limit_choices_to={"level__in": ("stadsdeel", "wijk", "buurt")},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                        verbose_name="area",
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
            ],
            options={
                "verbose_name": "neighbourhood page",
                "verbose_name_plural": "neighbourhood pages",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Moment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1200),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="year",
                    ),
                ),
                (
                    "month",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="A number from 1 to 12. Leave empty when it took the whole year.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="month",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="what happened")),
                ("text", models.TextField(blank=True, max_length=500, verbose_name="in a few sentences")),
                ("is_planned", models.BooleanField(default=False, verbose_name="this is planned")),
                (
                    "more",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.WAGTAIL_PAGE_MODEL,
                        verbose_name="read more on",
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
                (
                    "page",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="moments", to="cms_wijken.wijkpage"
                    ),
                ),
            ],
            options={
                "verbose_name": "moment",
                "verbose_name_plural": "moments",
                "ordering": ["sort_order"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("month__isnull", True), ("month__range", (1, 12)), _connector="OR"),
                        name="wijken_moment_month_of_a_year",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "words",
                    models.CharField(
                        help_text="For instance: more and more people feel at home here.",
                        max_length=160,
                        verbose_name="what it means, in words",
                    ),
                ),
                ("value", models.CharField(max_length=20, verbose_name="the figure")),
                (
                    "unit",
                    models.CharField(
                        blank=True, help_text="For instance: out of 10.", max_length=60, verbose_name="of what"
                    ),
                ),
                (
                    "trend",
                    models.CharField(
                        blank=True,
                        choices=[("up", "it goes up"), ("same", "it stays the same"), ("down", "it goes down")],
                        max_length=4,
                        verbose_name="trend",
                    ),
                ),
                (
                    "meaning",
                    models.CharField(
                        choices=[
                            ("good", "that is good news"),
                            ("neutral", "neither good nor bad"),
                            ("bad", "that needs work"),
                        ],
                        default="neutral",
                        max_length=7,
                        verbose_name="what that says",
                    ),
                ),
                ("source", models.CharField(max_length=120, verbose_name="source")),
                ("source_link", models.URLField(blank=True, verbose_name="link to the source")),
                ("measured_on", models.DateField(verbose_name="measured on")),
                (
                    "page",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="figures", to="cms_wijken.wijkpage"
                    ),
                ),
            ],
            options={
                "verbose_name": "figure",
                "verbose_name_plural": "figures",
                "ordering": ["sort_order"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("trend__in", ["", "up", "same", "down"])), name="wijken_figure_trend_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("meaning__in", ["good", "neutral", "bad"])),
                        name="wijken_figure_meaning_known",
                    ),
                ],
            },
        ),
    ]
