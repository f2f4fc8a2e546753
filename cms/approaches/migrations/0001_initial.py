import cms.approaches.blocks
import cms.base.blocks
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("initiatives", "0001_initial"),
        ("routing", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApproachIndexPage",
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
                ("lead", models.CharField(blank=True, max_length=300, verbose_name="in one or two sentences")),
            ],
            options={
                "verbose_name": "library of approaches",
                "verbose_name_plural": "libraries of approaches",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="ApproachPage",
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
                    "goal",
                    models.CharField(
                        help_text="What gets better, in one or two sentences?", max_length=300, verbose_name="goal"
                    ),
                ),
                ("audience", models.CharField(blank=True, max_length=200, verbose_name="for whom")),
                (
                    "needed",
                    models.CharField(
                        blank=True,
                        help_text="Residents, professionals, organisations.",
                        max_length=300,
                        verbose_name="who is needed",
                    ),
                ),
                (
                    "effort",
                    models.CharField(
                        choices=[
                            ("small", "Small: a day or a few evenings"),
                            ("medium", "Medium: some weeks or months"),
                            ("large", "Large: it goes on for a year or longer"),
                        ],
                        default="medium",
                        max_length=10,
                        verbose_name="how much work",
                    ),
                ),
                ("takes_people", models.CharField(blank=True, max_length=150, verbose_name="people")),
                ("takes_time", models.CharField(blank=True, max_length=150, verbose_name="time")),
                ("takes_place", models.CharField(blank=True, max_length=150, verbose_name="place")),
                ("cost_from", models.PositiveIntegerField(blank=True, null=True, verbose_name="costs from (€)")),
                (
                    "cost_to",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="0 in both: it is free. Empty: nobody knows.",
                        null=True,
                        verbose_name="costs up to (€)",
                    ),
                ),
                ("cost_note", models.CharField(blank=True, max_length=200, verbose_name="about the costs")),
                ("steps", cms.approaches.blocks.ListField(blank=True, verbose_name="steps")),
                ("ingredients", cms.approaches.blocks.ListField(blank=True, verbose_name="what makes it work")),
                ("warnings", cms.approaches.blocks.ListField(blank=True, verbose_name="look out for")),
                (
                    "evidence",
                    models.CharField(
                        choices=[("practice", "From practice"), ("described", "Described"), ("studied", "Studied")],
                        default="practice",
                        max_length=10,
                        verbose_name="how sure are we?",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        help_text="Who wrote or studied it, and when. As it can be found.",
                        max_length=300,
                        verbose_name="source",
                    ),
                ),
                ("source_link", models.URLField(blank=True, verbose_name="address of the source")),
                ("done", cms.approaches.blocks.ListField(blank=True, verbose_name="where it was done")),
                (
                    "contact",
                    models.CharField(
                        blank=True, help_text="Never a private number.", max_length=200, verbose_name="who knows more"
                    ),
                ),
                (
                    "is_example",
                    models.BooleanField(
                        default=False,
                        help_text="Written for the start of this library; not done here yet.",
                        verbose_name="example",
                    ),
                ),
                ("body", cms.base.blocks.BodyField(blank=True, verbose_name="text")),
                (
                    "initiative",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="initiatives.initiative",
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
                "verbose_name": "approach",
                "verbose_name_plural": "approaches",
            },
            bases=("wagtailcore.page",),
        ),
    ]
