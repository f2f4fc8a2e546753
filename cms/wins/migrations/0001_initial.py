import cms.base.blocks
import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("cases", "0001_initial"),
        ("organisations", "0001_initial"),
        ("routing", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [
        migrations.CreateModel(
            name="WinIndexPage",
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
                ("lead", models.CharField(blank=True, max_length=300, verbose_name="introduction")),
            ],
            options={
                "verbose_name": "list of small wins",
                "verbose_name_plural": "lists of small wins",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="ResidentPhoto",
            fields=[
                (
                    "image",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="of_resident",
                        serialize=False,
                        to="wagtailimages.image",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
                ),
            ],
        ),
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
                (
                    "photo_consent",
                    models.CharField(
                        blank=True,
                        help_text="Only if they told you themselves: “said so to Bram on the phone”. Otherwise we ask them on their private page, and you read the answer here.",
                        max_length=200,
                        verbose_name="how the resident agreed to show their photo",
                    ),
                ),
                ("photo_consent_on", models.DateField(blank=True, null=True, verbose_name="when they agreed")),
                ("days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days it took")),
                ("supporters", models.PositiveIntegerField(default=0, verbose_name="people who saw it too")),
                ("body", cms.base.blocks.BodyField(blank=True, verbose_name="text")),
                (
                    "area",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
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
                "verbose_name": "small win",
                "verbose_name_plural": "small wins",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Thanked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reporter", "the resident who reported it"),
                            ("professional", "a professional"),
                            ("group", "a team, group or organisation"),
                            ("resident", "a resident, by name"),
                        ],
                        default="group",
                        max_length=12,
                        verbose_name="who",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                (
                    "agreed",
                    models.CharField(
                        blank=True,
                        help_text="Of a resident who is named.",
                        max_length=160,
                        verbose_name="how and when they agreed",
                    ),
                ),
                (
                    "page",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="thanked", to="cms_wins.smallwinpage"
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"is_public": True},
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.professional",
                        verbose_name="professional",
                    ),
                ),
            ],
            options={
                "ordering": ["sort_order"],
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="smallwinpage",
            index=models.Index(fields=["area", "-date"], name="wins_area_newest"),
        ),
    ]
