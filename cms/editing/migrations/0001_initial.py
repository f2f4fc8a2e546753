import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutsideLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=2000)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("due_at", models.DateTimeField(db_index=True)),
                ("checked_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=30)),
            ],
        ),
        migrations.CreateModel(
            name="EditingRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "check_by",
                    models.CharField(
                        choices=[
                            ("nobody", "Nobody: every editor publishes by themselves"),
                            (
                                "wijk",
                                "An editor of the municipality, before the page of a neighbourhood editor is published",
                            ),
                            ("all", "A second editor, before any page is published"),
                        ],
                        default="wijk",
                        max_length=10,
                        verbose_name="who looks at a page before it is published",
                    ),
                ),
                (
                    "gemeente",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="areas.area",
                        verbose_name="municipality",
                    ),
                ),
            ],
            options={
                "verbose_name": "who edits",
                "verbose_name_plural": "who edits",
            },
        ),
        migrations.CreateModel(
            name="FoundLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("page", "page"),
                            ("image", "image"),
                            ("document", "document"),
                            ("outside", "address elsewhere"),
                        ],
                        max_length=10,
                    ),
                ),
                ("target_id", models.PositiveBigIntegerField(null=True)),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.WAGTAIL_PAGE_MODEL
                    ),
                ),
                (
                    "outside",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="cms_editing.outsidelink",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SecondEditorTask",
            fields=[
                (
                    "task_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.task",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        help_text="Pages/snippets at this step in a workflow will be moderated or approved by these groups of users",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
            ],
            options={
                "verbose_name": "check by a second editor",
                "verbose_name_plural": "checks by a second editor",
            },
            bases=("wagtailcore.task",),
        ),
    ]
