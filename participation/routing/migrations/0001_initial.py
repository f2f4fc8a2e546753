import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import modelcluster.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LearnedModel",
            fields=[
                (
                    "gemeente",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="areas.area",
                        verbose_name="municipality",
                    ),
                ),
                ("trained_at", models.DateTimeField(verbose_name="trained on")),
                ("learned_from", models.PositiveIntegerField(verbose_name="reports it learned from")),
                ("learned_first", models.DateTimeField()),
                ("learned_last", models.DateTimeField()),
                ("measured_on", models.PositiveIntegerField(verbose_name="reports it was measured on")),
                ("measured_last", models.DateTimeField()),
                ("figures", models.JSONField()),
                ("weights", models.JSONField()),
                ("is_better", models.BooleanField(verbose_name="better than the words alone")),
                ("is_on", models.BooleanField(default=True, verbose_name="may be used")),
            ],
            options={
                "verbose_name": "learned proposals",
                "verbose_name_plural": "learned proposals",
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("report", "reports"),
                            ("initiative", "initiatives"),
                            ("help-request", "help that initiatives ask for"),
                            ("poll", "polls"),
                        ],
                        default="report",
                        max_length=12,
                        verbose_name="for",
                    ),
                ),
                ("slug", models.SlugField(max_length=60, verbose_name="short name for addresses")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("description", models.CharField(blank=True, max_length=200, verbose_name="explanation")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "Public: may be on the map"),
                            ("limited", "Limited: the reporter and those who handle it"),
                            ("confidential", "Confidential: named roles only, every look is logged"),
                        ],
                        default="limited",
                        max_length=12,
                        verbose_name="visibility",
                    ),
                ),
                (
                    "response_days",
                    models.PositiveSmallIntegerField(default=2, verbose_name="first reaction within (working days)"),
                ),
                (
                    "resolve_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="handled within (working days)"
                    ),
                ),
                ("promise", models.CharField(blank=True, max_length=200, verbose_name="what we promise")),
                (
                    "advice",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='[{"kind": "…", "phone": "…", "text": "…"}]',
                        verbose_name="who to call first",
                    ),
                ),
                ("keywords", models.JSONField(blank=True, default=list, verbose_name="words that point here")),
                (
                    "near_metres",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Reports this near are shown to who reports something alike. Empty: as the main category, or 100 metres.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(10),
                            django.core.validators.MaxValueValidator(500),
                        ],
                        verbose_name="the same thing within (metres)",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "gemeente",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="categories",
                        to="areas.area",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="routing.category",
                        verbose_name="main category",
                    ),
                ),
            ],
            options={
                "verbose_name": "category",
                "verbose_name_plural": "categories",
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="ClosedDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
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
                "verbose_name": "closed day",
                "verbose_name_plural": "closed days",
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=40, verbose_name="key")),
                ("label", models.CharField(max_length=160, verbose_name="question")),
                ("help", models.CharField(blank=True, max_length=200, verbose_name="explanation")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("choice", "one choice"),
                            ("multi", "several choices"),
                            ("date", "date"),
                            ("number", "number"),
                            ("photo", "photo with the report"),
                        ],
                        default="text",
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                (
                    "choices",
                    models.JSONField(
                        blank=True, default=list, help_text='[{"value": "…", "label": "…"}]', verbose_name="choices"
                    ),
                ),
                ("required", models.BooleanField(default=False, verbose_name="required")),
                (
                    "show_if",
                    models.JSONField(
                        blank=True,
                        default=None,
                        help_text='{"key": "…", "values": ["…"]}',
                        null=True,
                        verbose_name="only asked when",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "category",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="routing.category",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Responsibility",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("report", "report"),
                            ("initiative", "initiative"),
                            ("help-request", "help request"),
                            ("poll", "poll"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                        verbose_name="area",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="routing.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "gemeente",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responsibilities",
                        to="areas.area",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responsibilities",
                        to="organisations.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "responsibility",
                "verbose_name_plural": "responsibilities",
            },
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, verbose_name="short name for addresses")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("description", models.CharField(blank=True, max_length=200, verbose_name="explanation")),
                (
                    "icon",
                    models.CharField(
                        choices=[
                            ("sparkles", "Sparkles"),
                            ("star", "Star"),
                            ("users", "People"),
                            ("shield", "Shield"),
                            ("leaf", "Leaf"),
                            ("home", "House"),
                            ("building", "Building"),
                            ("heart", "Heart"),
                            ("sun", "Sun"),
                            ("hand", "Hand"),
                            ("globe", "Globe"),
                            ("key", "Key"),
                        ],
                        default="star",
                        max_length=20,
                        verbose_name="drawing",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "gemeente",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="themes",
                        to="areas.area",
                        verbose_name="municipality",
                    ),
                ),
            ],
            options={
                "verbose_name": "theme",
                "verbose_name_plural": "themes",
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="Translation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=5, verbose_name="language")),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                ("description", models.CharField(blank=True, max_length=200, verbose_name="explanation")),
                ("promise", models.CharField(blank=True, max_length=200, verbose_name="what we promise")),
                ("advice", models.JSONField(blank=True, default=list, verbose_name="who to call first")),
                ("questions", models.JSONField(blank=True, default=list, verbose_name="questions")),
                (
                    "category",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="routing.category",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "translation",
                "verbose_name_plural": "translations",
                "ordering": ["language"],
            },
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.UniqueConstraint(fields=("gemeente", "slug"), name="routing_category_slug_unique"),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(("visibility__in", ["public", "limited", "confidential"])),
                name="routing_visibility_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "report"),
                    models.Q(("visibility", "public"), _negated=True),
                    ("parent__isnull", True),
                    _connector="OR",
                ),
                name="routing_only_reports_are_public",
                violation_error_message="Only reports can be public. An initiative has a page of its own for that.",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("resolve_days__isnull", True), ("resolve_days__gte", models.F("response_days")), _connector="OR"
                ),
                name="routing_promise_order",
                violation_error_message="Handling cannot be promised sooner than the first reaction.",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent__isnull", True), models.Q(("parent", models.F("id")), _negated=True), _connector="OR"
                ),
                name="routing_category_not_own_parent",
                violation_error_message="A category cannot be its own main category.",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="routing_category_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="closedday",
            constraint=models.UniqueConstraint(fields=("gemeente", "day"), name="routing_closed_day_once"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(fields=("category", "key"), name="routing_question_key_unique"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("type__in", ["text", "choice", "multi", "date", "number", "photo"])),
                name="routing_question_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsibility",
            constraint=models.UniqueConstraint(
                models.F("gemeente"),
                django.db.models.functions.comparison.Coalesce("area", 0),
                django.db.models.functions.comparison.Coalesce("category", 0),
                models.F("kind"),
                name="routing_rule_unique",
                violation_error_message="There is a rule for this already. Change that one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsibility",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("area__isnull", False),
                    ("category__isnull", False),
                    models.Q(("kind", ""), _negated=True),
                    _connector="OR",
                ),
                name="routing_rule_says_something",
                violation_error_message="Choose an area, a category or a kind. What no rule covers goes to the catch-all team.",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsibility",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["", "report", "initiative", "help-request", "poll"])),
                name="routing_rule_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="theme",
            constraint=models.UniqueConstraint(
                fields=("gemeente", "slug"),
                name="routing_theme_slug_unique",
                violation_error_message="There is a theme with this short name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="theme",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="routing_theme_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="translation",
            constraint=models.UniqueConstraint(
                fields=("category", "language"),
                name="routing_translation_once",
                violation_error_message="This category has a translation into this language already.",
            ),
        ),
    ]
