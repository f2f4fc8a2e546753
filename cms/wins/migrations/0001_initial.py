import cms.base.blocks
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [
        migrations.CreateModel(
            name="SmallWinPage",
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
                ("date", models.DateField(default=django.utils.timezone.localdate, verbose_name="solved on")),
                (
                    "place",
                    models.CharField(
                        blank=True,
                        help_text="The quarter or the square, never a house number.",
                        max_length=80,
                        verbose_name="where",
                    ),
                ),
                ("category", models.CharField(blank=True, max_length=120, verbose_name="what it was about")),
                (
                    "lead",
                    models.CharField(
                        help_text="What is better now, and for whom?",
                        max_length=300,
                        verbose_name="in one or two sentences",
                    ),
                ),
                (
                    "photos_checked",
                    models.BooleanField(
                        default=False,
                        verbose_name="no faces or number plates in the photos, or the people in them agreed",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days it took")),
                ("supporters", models.PositiveIntegerField(default=0, verbose_name="people who saw it too")),
                (
                    "thanks",
                    models.CharField(
                        blank=True,
                        help_text="Name residents only when they agreed.",
                        max_length=200,
                        verbose_name="with thanks to",
                    ),
                ),
                ("body", cms.base.blocks.BodyField(blank=True, verbose_name="text")),
                (
                    "case",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "photo_after",
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
                    "photo_before",
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
                "verbose_name": "small win",
                "verbose_name_plural": "small wins",
            },
            bases=("wagtailcore.page",),
        ),
    ]
