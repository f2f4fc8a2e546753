import django.db.models.deletion
import participation.polls.models.voting
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("cases", "0001_initial"),
        ("organisations", "0001_initial"),
        ("photos", "0001_initial"),
        ("residents", "0001_initial"),
        ("routing", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("page", models.PositiveSmallIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("single", "One answer"),
                            ("multiple", "Several answers"),
                            ("ranking", "Put in order"),
                            ("scale", "Scale"),
                            ("yesno", "Yes, no or no opinion"),
                            ("open", "In your own words"),
                            ("budget", "Divide a budget"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="question")),
                ("explanation", models.TextField(blank=True, verbose_name="explanation")),
                ("required", models.BooleanField(default=True, verbose_name="must be answered")),
                ("least", models.PositiveSmallIntegerField(default=1, verbose_name="at least")),
                ("most", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at most")),
                ("steps", models.PositiveSmallIntegerField(default=5, verbose_name="steps")),
                ("low", models.CharField(blank=True, max_length=40, verbose_name="word at the low end")),
                ("high", models.CharField(blank=True, max_length=40, verbose_name="word at the high end")),
                (
                    "shuffled",
                    models.BooleanField(default=False, verbose_name="options in another order for each voter"),
                ),
                (
                    "rule",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("borda", "Points by place (Borda)"),
                            ("schulze", "Pair by pair (Schulze)"),
                            ("run-off", "Run-off in rounds"),
                            ("greedy", "Most votes first"),
                            ("equal-shares", "Equal shares"),
                        ],
                        max_length=12,
                        verbose_name="rule",
                    ),
                ),
                ("cents", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "form",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("approval", "Choose projects"),
                            ("knapsack", "Choose projects that fit the budget together"),
                            ("points", "Divide points"),
                        ],
                        max_length=8,
                        verbose_name="how people divide it",
                    ),
                ),
                ("points", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="points to give")),
                ("by_cost", models.BooleanField(default=True)),
                ("if_options", models.JSONField(blank=True, default=list)),
                (
                    "if_question",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="polls.question",
                    ),
                ),
            ],
            options={
                "ordering": ["page", "position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Poll",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(unique=True)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("preparing", "Being prepared"),
                            ("ideas", "Collecting ideas"),
                            ("checking", "Ideas are being checked"),
                            ("ready", "Opens soon"),
                            ("open", "Open"),
                            ("closed", "Closed"),
                            ("answered", "Answered"),
                            ("declined", "Not taken up"),
                            ("stopped", "Stopped"),
                        ],
                        default="preparing",
                        max_length=10,
                    ),
                ),
                ("stage_since", models.DateTimeField()),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                ("intro", models.TextField(blank=True, verbose_name="what it is about")),
                ("purpose", models.TextField(blank=True, verbose_name="why we ask this")),
                ("outcome_use", models.TextField(blank=True, verbose_name="what happens with the outcome")),
                ("who_may", models.CharField(blank=True, max_length=200, verbose_name="who may vote")),
                ("declared", models.BooleanField(default=False, verbose_name="voters say that this is them")),
                ("language", models.CharField(default="nl", max_length=10)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("device", "Open: once per device"),
                            ("confirmed", "Confirmed e-mail address or mobile number"),
                            ("letter", "Code from a letter"),
                            ("resident", "Resident who is signed in"),
                        ],
                        default="confirmed",
                        max_length=10,
                        verbose_name="what voters show",
                    ),
                ),
                (
                    "shows",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "While people vote"),
                            (2, "To who has voted, and to everybody when it has closed"),
                            (3, "When it has closed"),
                        ],
                        default=3,
                        verbose_name="results are shown",
                    ),
                ),
                ("may_change", models.BooleanField(default=True, verbose_name="a vote can be changed until it closes")),
                ("at_desk", models.BooleanField(default=False, verbose_name="people can vote at a desk, with help")),
                (
                    "proxies",
                    models.BooleanField(default=False, verbose_name="people can vote for somebody else at a desk"),
                ),
                ("opens_at", models.DateTimeField(blank=True, null=True, verbose_name="opens")),
                ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="closes")),
                ("answer_by", models.DateField(blank=True, null=True, verbose_name="answer at the latest on")),
                ("proposer_mailed", models.BooleanField(default=True)),
                ("proposal", models.TextField(blank=True, help_text="What the resident wrote when they proposed it")),
                (
                    "reason",
                    models.TextField(blank=True, help_text="Why it was declined or stopped, for everybody to read"),
                ),
                ("salt", models.CharField(blank=True, max_length=32)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("sealed_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="poll", to="cases.case"
                    ),
                ),
                (
                    "gemeente",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "proposer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="residents.resident",
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
                    ),
                ),
            ],
            options={
                "verbose_name": "poll",
                "verbose_name_plural": "polls",
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("wanted", models.PositiveIntegerField(default=0)),
                ("codes_made", models.PositiveIntegerField(default=0)),
                ("replace_from", models.DateField(null=True)),
                ("at_desk", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("handed_at", models.DateTimeField(null=True)),
                ("exported_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="batches", to="polls.poll"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Option",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.CharField(blank=True, max_length=4)),
                ("label", models.CharField(blank=True, max_length=120, verbose_name="option")),
                ("explanation", models.TextField(blank=True, verbose_name="explanation")),
                ("alt", models.CharField(blank=True, max_length=160, verbose_name="what is on the photo")),
                ("cents", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "photo",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="photos.photo",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="options", to="polls.question"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Published",
            fields=[
                (
                    "poll",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="published",
                        serialize=False,
                        to="polls.poll",
                    ),
                ),
                ("whole", models.BooleanField()),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "poll",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="polls.poll",
                    ),
                ),
                ("ballots", models.PositiveIntegerField(default=0)),
                ("entered", models.PositiveIntegerField(default=0)),
                ("aside", models.PositiveIntegerField(default=0)),
                ("totals", models.JSONField(default=dict)),
                ("shown_ballots", models.PositiveIntegerField(default=0)),
                ("shown", models.JSONField(default=dict)),
                ("counted_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="question",
            name="poll",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="polls.poll"
            ),
        ),
        migrations.CreateModel(
            name="Pattern",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8)),
                ("label", models.CharField(max_length=12)),
                ("count", models.PositiveIntegerField(default=1)),
                (
                    "poll",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="patterns",
                        to="polls.poll",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Listener",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254)),
                ("language", models.CharField(default="nl", max_length=10)),
                ("seed", models.CharField(max_length=32)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="listeners", to="polls.poll"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120)),
                ("on", models.DateField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="follow_ups", to="polls.poll"
                    ),
                ),
            ],
            options={
                "ordering": ["on", "id"],
            },
        ),
        migrations.CreateModel(
            name="AnswerVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "professional",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answer_versions", to="polls.poll"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "do",
                    models.CharField(
                        choices=[
                            ("yes", "We do this"),
                            ("partly", "We do a part of this"),
                            ("no", "We do not do this"),
                        ],
                        max_length=6,
                    ),
                ),
                ("why", models.TextField()),
                ("who", models.CharField(blank=True, max_length=120)),
                ("when", models.DateField(null=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "option",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="polls.option"
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="polls.poll"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=60)),
                ("title", models.CharField(max_length=120)),
                ("what", models.TextField()),
                (
                    "cents",
                    models.PositiveBigIntegerField(
                        help_text="As estimated by whoever proposes it, then as checked", null=True
                    ),
                ),
                ("initiative", models.SlugField(blank=True)),
                ("alt", models.CharField(blank=True, max_length=160)),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "to be checked"), ("fits", "can be done"), ("refused", "cannot be done")],
                        default="proposed",
                        max_length=8,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "photo",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="photos.photo"
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="projects", to="polls.poll"
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="residents.resident",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="option",
            name="project",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="option",
                to="polls.project",
            ),
        ),
        migrations.CreateModel(
            name="RollEntry",
            fields=[
                (
                    "id",
                    participation.polls.models.voting.RandomKey(
                        default=participation.polls.models.voting.random_key, primary_key=True, serialize=False
                    ),
                ),
                ("voter", models.CharField(max_length=43)),
                ("also", models.CharField(blank=True, max_length=43)),
                (
                    "entered",
                    models.CharField(
                        choices=[
                            ("self", "the voter"),
                            ("desk", "at a desk, by a professional"),
                            ("proxy", "for somebody else, at a desk"),
                        ],
                        default="self",
                        max_length=5,
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="polls.batch",
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roll",
                        to="polls.poll",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SetAside",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.CharField(blank=True, max_length=12)),
                ("receipt", models.CharField(blank=True, max_length=24)),
                ("reason", models.TextField()),
                ("count", models.PositiveIntegerField(default=0)),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(default=False)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="set_aside", to="polls.poll"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.professional"
                    ),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone",
                        to="polls.setaside",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                (
                    "id",
                    participation.polls.models.voting.RandomKey(
                        default=participation.polls.models.voting.random_key, primary_key=True, serialize=False
                    ),
                ),
                ("receipt", models.CharField(max_length=24)),
                ("choices", models.JSONField()),
                ("order", models.PositiveSmallIntegerField(default=0)),
                (
                    "entered",
                    models.CharField(
                        choices=[
                            ("self", "the voter"),
                            ("desk", "at a desk, by a professional"),
                            ("proxy", "for somebody else, at a desk"),
                        ],
                        default="self",
                        max_length=5,
                    ),
                ),
                ("origin", models.CharField(blank=True, max_length=12)),
                ("counted", models.BooleanField(default=False)),
                (
                    "poll",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ballots",
                        to="polls.poll",
                    ),
                ),
                (
                    "aside",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ballots",
                        to="polls.setaside",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StageChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=10)),
                (
                    "from_stage",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("preparing", "Being prepared"),
                            ("ideas", "Collecting ideas"),
                            ("checking", "Ideas are being checked"),
                            ("ready", "Opens soon"),
                            ("open", "Open"),
                            ("closed", "Closed"),
                            ("answered", "Answered"),
                            ("declined", "Not taken up"),
                            ("stopped", "Stopped"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "to_stage",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("preparing", "Being prepared"),
                            ("ideas", "Collecting ideas"),
                            ("checking", "Ideas are being checked"),
                            ("ready", "Opens soon"),
                            ("open", "Open"),
                            ("closed", "Closed"),
                            ("answered", "Answered"),
                            ("declined", "Not taken up"),
                            ("stopped", "Stopped"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="polls.poll"
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Turnout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "entered",
                    models.CharField(
                        choices=[
                            ("self", "the voter"),
                            ("desk", "at a desk, by a professional"),
                            ("proxy", "for somebody else, at a desk"),
                        ],
                        max_length=5,
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                (
                    "batch",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="polls.batch"
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="turnout", to="polls.poll"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Words",
            fields=[
                (
                    "id",
                    participation.polls.models.voting.RandomKey(
                        default=participation.polls.models.voting.random_key, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=43, unique=True)),
                ("text", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("shown", "Shown"), ("hidden", "Hidden")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="words", to="polls.question"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("hash", models.CharField(max_length=43, unique=True)),
                ("sealed", models.CharField(blank=True, max_length=200)),
                ("voided_at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="polls.batch",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="polls.code",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "number"), name="polls_code_numbers"),
                    models.CheckConstraint(condition=models.Q(("hash", ""), _negated=True), name="polls_code_has_hash"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "question",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="outcome",
                        serialize=False,
                        to="polls.question",
                    ),
                ),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("data", models.JSONField(default=dict)),
                ("compared", models.JSONField(default=dict)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("progress__lte", 100)), name="polls_progress")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "budget"), _negated=True),
                    models.Q(
                        ("cents__gt", 0), models.Q(("form", ""), _negated=True), models.Q(("rule", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="polls_budget_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(condition=models.Q(("steps__range", (2, 10))), name="polls_scale_steps"),
        ),
        migrations.AddIndex(
            model_name="poll",
            index=models.Index(
                condition=models.Q(("published_at__isnull", False)),
                fields=["gemeente", "-published_at", "-id"],
                name="polls_public_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="poll",
            index=models.Index(
                condition=models.Q(("published_at__isnull", False)),
                fields=["area", "-published_at", "-id"],
                name="polls_public_area",
            ),
        ),
        migrations.AddIndex(
            model_name="poll",
            index=models.Index(fields=["stage", "opens_at"], name="polls_to_open"),
        ),
        migrations.AddIndex(
            model_name="poll",
            index=models.Index(fields=["stage", "closes_at"], name="polls_to_close"),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens_at", None), ("closes_at", None), ("closes_at__gt", models.F("opens_at")), _connector="OR"
                ),
                name="polls_closes_after_it_opens",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage", "open"), _negated=True),
                    models.Q(
                        ("answer_by__isnull", False),
                        ("closes_at__isnull", False),
                        ("opens_at__isnull", False),
                        models.Q(("salt", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="polls_open_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage__in", ["answered", "closed"]), _negated=True),
                    models.Q(("closed_at__isnull", False), ("salt", "")),
                    _connector="OR",
                ),
                name="polls_key_gone_when_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("stage__in", ["answered", "checking", "closed", "ideas", "open", "ready"]), _negated=True
                    ),
                    ("published_at__isnull", False),
                    _connector="OR",
                ),
                name="polls_public_since",
            ),
        ),
        migrations.AddConstraint(
            model_name="pattern",
            constraint=models.UniqueConstraint(fields=("poll", "kind", "label"), name="polls_one_pattern"),
        ),
        migrations.AddConstraint(
            model_name="listener",
            constraint=models.UniqueConstraint(fields=("poll", "email"), name="polls_listens_once"),
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(
                condition=models.Q(("exported_at", None), ("handed_at__isnull", False)),
                fields=["handed_at"],
                name="polls_batch_to_forget",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("at_desk", True)), fields=("poll",), name="polls_one_batch_at_a_desk"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(fields=("poll", "option"), name="polls_one_answer_per_option"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("option", None)), fields=("poll",), name="polls_one_answer_of_the_whole"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("why", ""), _negated=True), name="polls_answer_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "fits"), _negated=True), ("cents__isnull", False), _connector="OR"
                ),
                name="polls_project_that_fits_has_a_price",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="polls_project_refused_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="option",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("label", ""), _negated=True), models.Q(("code", ""), _negated=True), _connector="OR"
                ),
                name="polls_option_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="rollentry",
            constraint=models.UniqueConstraint(fields=("poll", "voter"), name="polls_one_vote"),
        ),
        migrations.AddConstraint(
            model_name="rollentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("also", ""), _negated=True),
                fields=("poll", "also"),
                name="polls_one_vote_per_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="polls_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.CheckConstraint(
                condition=models.Q(("agreed", False), ("decided_by__isnull", False), _connector="OR"),
                name="polls_agreed_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undoes", None), models.Q(("origin", ""), ("receipt", ""), _connector="OR")),
                    models.Q(("origin", ""), ("receipt", ""), ("undoes__isnull", False)),
                    _connector="OR",
                ),
                name="polls_aside_one_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agreed", True), ("undoes__isnull", False)),
                fields=("undoes",),
                name="polls_undone_once",
            ),
        ),
        migrations.AddIndex(
            model_name="ballot",
            index=models.Index(condition=models.Q(("counted", False)), fields=["poll"], name="polls_to_count"),
        ),
        migrations.AddIndex(
            model_name="ballot",
            index=models.Index(
                condition=models.Q(("origin", ""), _negated=True), fields=["poll", "origin"], name="polls_by_origin"
            ),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.UniqueConstraint(fields=("poll", "receipt"), name="polls_one_ballot_per_receipt"),
        ),
    ]
