import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
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
            name="HelpRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("money", "money"),
                            ("permit", "permit"),
                            ("space", "space"),
                            ("materials", "materials"),
                            ("hands", "hands"),
                            ("advice", "advice"),
                            ("contacts", "contacts"),
                            ("challenge", "right to challenge"),
                        ],
                        max_length=10,
                    ),
                ),
                ("what", models.TextField()),
                ("needed_on", models.DateField(null=True)),
                (
                    "seen_by",
                    models.CharField(
                        choices=[("group", "the group and who helps it"), ("everybody", "everybody")],
                        default="group",
                        max_length=10,
                    ),
                ),
                ("cents", models.PositiveBigIntegerField(null=True)),
                ("promised_on", models.DateField(null=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("granted", "granted"),
                            ("partly", "granted in part"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn by the group"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("reasons", models.TextField(blank=True)),
                ("conditions", models.TextField(blank=True)),
                ("granted_cents", models.PositiveBigIntegerField(null=True)),
                ("follow_up_on", models.DateField(null=True)),
                ("followed_up_at", models.DateTimeField(null=True)),
                ("went", models.TextField(blank=True)),
                ("created_at", models.DateTimeField()),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="help_request", to="cases.case"
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
            name="Initiative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(unique=True)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("idea", "Idea"),
                            ("talking", "In conversation"),
                            ("gathering", "Gathering support"),
                            ("plan", "Plan"),
                            ("doing", "At work"),
                            ("done", "Succeeded"),
                            ("stopped", "Stopped"),
                            ("resting", "Resting"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "stage_before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "Draft"),
                            ("idea", "Idea"),
                            ("talking", "In conversation"),
                            ("gathering", "Gathering support"),
                            ("plan", "Plan"),
                            ("doing", "At work"),
                            ("done", "Succeeded"),
                            ("stopped", "Stopped"),
                            ("resting", "Resting"),
                        ],
                        max_length=10,
                    ),
                ),
                ("stage_since", models.DateTimeField()),
                ("title", models.CharField(blank=True, max_length=100, verbose_name="title")),
                ("what", models.TextField(blank=True, verbose_name="what")),
                ("why", models.TextField(blank=True, verbose_name="why")),
                ("who", models.TextField(blank=True, verbose_name="for whom and with whom")),
                ("wanted", models.TextField(blank=True, verbose_name="what is needed")),
                ("when", models.CharField(blank=True, max_length=200, verbose_name="when")),
                ("lat", models.FloatField(null=True)),
                ("lon", models.FloatField(null=True)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("approach", models.UUIDField(null=True)),
                ("language", models.CharField(default="nl", max_length=10)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("rhythm", models.PositiveSmallIntegerField(null=True)),
                ("sign_by", models.DateTimeField(null=True)),
                ("stalled_at", models.DateTimeField(null=True)),
                ("needed", models.PositiveIntegerField(default=0)),
                ("support_count", models.PositiveIntegerField(default=0)),
                ("paper_count", models.PositiveIntegerField(default=0)),
                ("follower_count", models.PositiveIntegerField(default=0)),
                ("comment_count", models.PositiveIntegerField(default=0)),
                ("found_by", models.TextField(default="", editable=False)),
                (
                    "supported",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("support_count"), "+", models.F("paper_count")
                        ),
                        output_field=models.IntegerField(),
                    ),
                ),
                (
                    "missing",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("needed"), "-", models.F("support_count")
                            ),
                            "-",
                            models.F("paper_count"),
                        ),
                        output_field=models.IntegerField(),
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiative",
                        to="cases.case",
                    ),
                ),
                (
                    "gemeente",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="routing.theme"
                    ),
                ),
            ],
            options={
                "verbose_name": "initiative",
                "verbose_name_plural": "initiatives",
            },
        ),
        migrations.CreateModel(
            name="InitiativeSettings",
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
                (
                    "moderation",
                    models.CharField(
                        choices=[
                            ("after", "Shown at once, looked at afterwards"),
                            ("before", "Shown when somebody has looked at it"),
                        ],
                        default="after",
                        max_length=8,
                        verbose_name="comments",
                    ),
                ),
                (
                    "who_supports",
                    models.CharField(
                        choices=[
                            ("everybody", "Everybody, wherever they live"),
                            ("declared", "Who says that they live in the area"),
                            ("letter", "Who has a code from a letter to the area"),
                        ],
                        default="everybody",
                        max_length=10,
                        verbose_name="who may support",
                    ),
                ),
                ("rhythm", models.PositiveSmallIntegerField(default=30, verbose_name="days between two signs of life")),
                ("house_rules", models.TextField(blank=True, verbose_name="house rules")),
                (
                    "challenge_on",
                    models.BooleanField(default=True, verbose_name="residents may use the right to challenge"),
                ),
                (
                    "challenge_weeks",
                    models.PositiveSmallIntegerField(default=8, verbose_name="weeks to decide on a challenge"),
                ),
                (
                    "challenge_longer",
                    models.PositiveSmallIntegerField(default=6, verbose_name="weeks it may take longer, once"),
                ),
                (
                    "challenge_criteria",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='[{"key": "…", "label": "…"}]',
                        verbose_name="criteria of a challenge",
                    ),
                ),
            ],
            options={
                "verbose_name": "settings of initiatives",
                "verbose_name_plural": "settings of initiatives",
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
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
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="residents.resident"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Challenge",
            fields=[
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="challenge",
                        serialize=False,
                        to="initiatives.helprequest",
                    ),
                ),
                ("task", models.TextField()),
                ("better", models.TextField()),
                ("able", models.TextField()),
                ("costs", models.TextField(blank=True)),
                ("judged", models.JSONField(default=list)),
                ("decide_by", models.DateField()),
                (
                    "extended",
                    models.CharField(blank=True, help_text="Why the term was made longer, once", max_length=1000),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=60)),
                ("is_question", models.BooleanField(default=False)),
                ("text", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("shown", "shown"),
                            ("held", "waits for a look"),
                            ("hidden", "hidden"),
                            ("removed", "removed by its writer"),
                        ],
                        default="shown",
                        max_length=8,
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("rude", "It insults or threatens somebody"),
                            ("personal", "It tells something private about somebody"),
                            ("spam", "It is advertising"),
                            ("off-topic", "It is about something else"),
                            ("other", "Something else"),
                        ],
                        help_text="Why it was hidden or is held",
                        max_length=10,
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=300)),
                ("decided_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="initiatives.comment",
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
                (
                    "resident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="residents.resident",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="helprequest",
            name="initiative",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="help_requests", to="initiatives.initiative"
            ),
        ),
        migrations.CreateModel(
            name="Follow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "often",
                    models.CharField(
                        choices=[
                            ("daily", "Every day"),
                            ("weekly", "Once a week, on Monday"),
                            ("monthly", "Once a month, on the first"),
                        ],
                        default="weekly",
                        max_length=8,
                    ),
                ),
                ("told_until", models.DateTimeField()),
                ("next_at", models.DateTimeField(db_index=True)),
                ("created_at", models.DateTimeField()),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="residents.resident"
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="follows", to="initiatives.initiative"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CodeBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("count", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
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
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="code_batches",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Coaching",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("stimulate", "Stimulate: encourage, from a distance"),
                            ("facilitate", "Facilitate: arrange what the group cannot"),
                            ("co-produce", "Co-produce: do it together"),
                        ],
                        default="facilitate",
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
                (
                    "instead_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.professional",
                    ),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.professional"
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coachings",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("idea", "Idea"),
                            ("talking", "In conversation"),
                            ("gathering", "Gathering support"),
                            ("plan", "Plan"),
                            ("doing", "At work"),
                            ("done", "Succeeded"),
                            ("stopped", "Stopped"),
                            ("resting", "Resting"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "energy",
                    models.PositiveSmallIntegerField(
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                    ),
                ),
                (
                    "contacts",
                    models.PositiveSmallIntegerField(
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                    ),
                ),
                (
                    "equipment",
                    models.PositiveSmallIntegerField(
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                    ),
                ),
                (
                    "embedding",
                    models.PositiveSmallIntegerField(
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                    ),
                ),
                (
                    "empathy",
                    models.PositiveSmallIntegerField(
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                    ),
                ),
                ("remark", models.TextField(blank=True)),
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
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="checks", to="initiatives.initiative"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="InitiativePhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("alt", models.CharField(blank=True, max_length=160)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="photos", to="initiatives.initiative"
                    ),
                ),
                (
                    "photo",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="photos.photo"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="KeptBlock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address_hash", models.CharField(max_length=64)),
                ("until", models.DateTimeField()),
                (
                    "gemeente",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="areas.area"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("starter", "starter"), ("contact", "contact"), ("member", "member")],
                        default="member",
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=60)),
                ("seat", models.PositiveSmallIntegerField(null=True)),
                ("joined_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField(null=True)),
                ("mailed", models.BooleanField(default=True)),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="initiatives.initiative"
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
                "ordering": ["seat", "id"],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("address_hash", models.CharField(blank=True, max_length=64)),
                ("language", models.CharField(default="nl", max_length=10)),
                ("seed", models.CharField(max_length=32)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("sent", models.PositiveSmallIntegerField(default=0)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(help_text="Withdrawn or declined", null=True)),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        help_text="Who invites",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="initiatives.member",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="helprequest",
            name="member",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="initiatives.member"
            ),
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("direction", models.CharField(choices=[("in", "in"), ("out", "out")], max_length=3)),
                ("planned", models.BooleanField(default=False)),
                ("label", models.CharField(max_length=120)),
                ("cents", models.PositiveBigIntegerField()),
                ("on", models.DateField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="initiatives.helprequest",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="initiatives.initiative"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="initiatives.member",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=100)),
                ("on", models.DateField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="milestones",
                        to="initiatives.initiative",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("skills", "something I can do"),
                            ("hours", "my hands, some hours"),
                            ("things", "things to lend or give"),
                        ],
                        max_length=8,
                    ),
                ),
                ("text", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waits for an answer"),
                            ("accepted", "accepted"),
                            ("declined", "thanked, not needed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("consented_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True, help_text="What the group says with it")),
                ("created_at", models.DateTimeField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="offers", to="initiatives.initiative"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        help_text="Who answered",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="initiatives.member",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="offers",
                        to="initiatives.helprequest",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="residents.resident"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PaperSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.PositiveIntegerField()),
                ("remark", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(help_text="Taken back: it counts no more", null=True)),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sheets", to="initiatives.initiative"
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
                (
                    "scan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="photos.photo"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Partner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(blank=True, max_length=120)),
                ("promise", models.TextField(blank=True)),
                ("promised_by", models.DateField(null=True)),
                ("kept_at", models.DateTimeField(null=True)),
                (
                    "sees",
                    models.CharField(
                        choices=[
                            ("public", "what everybody sees"),
                            ("inside", "also the conversation and the help that was asked"),
                        ],
                        default="public",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="partners",
                        to="initiatives.initiative",
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
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.team"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="StepTaken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=10)),
                (
                    "from_stage",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("idea", "Idea"),
                            ("talking", "In conversation"),
                            ("gathering", "Gathering support"),
                            ("plan", "Plan"),
                            ("doing", "At work"),
                            ("done", "Succeeded"),
                            ("stopped", "Stopped"),
                            ("resting", "Resting"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "to_stage",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("idea", "Idea"),
                            ("talking", "In conversation"),
                            ("gathering", "Gathering support"),
                            ("plan", "Plan"),
                            ("doing", "At work"),
                            ("done", "Succeeded"),
                            ("stopped", "Stopped"),
                            ("resting", "Resting"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("learned", models.TextField(blank=True)),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="initiatives.initiative"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="initiatives.member",
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
            name="SupportCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("hash", models.CharField(max_length=43, unique=True)),
                ("voided_at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="initiatives.codebatch",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="replaced_by",
                        to="initiatives.supportcode",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Support",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lives_here", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="supports",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="residents.resident"
                    ),
                ),
                (
                    "code",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="support",
                        to="initiatives.supportcode",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Threshold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("needed", models.PositiveIntegerField(verbose_name="supporters needed")),
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
                "verbose_name": "threshold of support",
                "verbose_name_plural": "thresholds of support",
            },
        ),
        migrations.CreateModel(
            name="Update",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(blank=True, max_length=100)),
                ("text", models.TextField()),
                ("hidden_at", models.DateTimeField(null=True)),
                ("why_hidden", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField()),
                (
                    "initiative",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="updates",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="initiatives.member",
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
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="UpdatePhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("alt", models.CharField(blank=True, max_length=160)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "photo",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="photos.photo"
                    ),
                ),
                (
                    "update",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="photos", to="initiatives.update"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=120)),
                ("cents", models.PositiveBigIntegerField()),
                ("granted_cents", models.PositiveBigIntegerField(null=True)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="initiatives.helprequest"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("granted_cents", None), ("granted_cents__lte", models.F("cents")), _connector="OR"
                        ),
                        name="initiatives_line_no_more",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("rude", "It insults or threatens somebody"),
                            ("personal", "It tells something private about somebody"),
                            ("spam", "It is advertising"),
                            ("off-topic", "It is about something else"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="complaints", to="initiatives.comment"
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="residents.resident"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("comment", "resident"), name="initiatives_complaint_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("follow_ids", models.JSONField(default=list)),
                ("day", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("owed", "Owed"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("empty", "Empty"),
                            ("refused", "Refused"),
                        ],
                        default="owed",
                        max_length=8,
                    ),
                ),
                ("seed", models.CharField(max_length=32)),
                ("stop_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(db_index=True)),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="residents.resident"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("resident", "day"), name="initiatives_one_digest_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="LookingBack",
            fields=[
                (
                    "initiative",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="looking_back",
                        serialize=False,
                        to="initiatives.initiative",
                    ),
                ),
                ("worked", models.TextField(blank=True)),
                ("for_whom", models.TextField(blank=True)),
                ("otherwise", models.TextField(blank=True)),
                (
                    "again",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes, the same way"), ("otherwise", "Yes, but differently"), ("no", "No")],
                        max_length=10,
                    ),
                ),
                ("thanks", models.TextField(blank=True)),
                ("carried_on_by", models.CharField(blank=True, max_length=200)),
                ("money_after", models.TextField(blank=True)),
                (
                    "until",
                    models.DateField(
                        help_text="When the money or the promise ends, and the coach asks again", null=True
                    ),
                ),
                ("photos_agreed", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("asked_at", None), ("until__isnull", False)),
                        fields=["until"],
                        name="initiatives_look_again",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(
                condition=models.Q(("published_at__isnull", False)),
                fields=["gemeente", "-published_at", "-id"],
                name="initiatives_public_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(
                condition=models.Q(("published_at__isnull", False)),
                fields=["gemeente", "stage", "-published_at", "-id"],
                name="initiatives_public_stage",
            ),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(
                condition=models.Q(("published_at__isnull", False)),
                fields=["area", "-published_at", "-id"],
                name="initiatives_public_area",
            ),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(
                condition=models.Q(("published_at__isnull", False)),
                fields=["gemeente", "-supported", "-id"],
                name="initiatives_public_support",
            ),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(
                condition=models.Q(("published_at__isnull", False), ("stage", "gathering")),
                fields=["gemeente", "missing", "id"],
                name="initiatives_public_missing",
            ),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(
                condition=models.Q(("sign_by__isnull", False)), fields=["sign_by"], name="initiatives_sign_of_life"
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("case__isnull", True),
                        ("published_at__isnull", True),
                        ("stage", "draft"),
                        ("submitted_at__isnull", True),
                    ),
                    models.Q(
                        models.Q(("stage", "draft"), _negated=True),
                        ("area__isnull", False),
                        ("case__isnull", False),
                        ("submitted_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="initiatives_case_from_submission",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("stage__in", ["done", "stopped"])),
                    models.Q(models.Q(("stage__in", ["done", "stopped"]), _negated=True), ("ended_at__isnull", True)),
                    _connector="OR",
                ),
                name="initiatives_ended_at_matches",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lat__isnull", True), ("lon__isnull", True)),
                    models.Q(
                        ("lat__isnull", False),
                        ("lat__range", (-90, 90)),
                        ("lon__isnull", False),
                        ("lon__range", (-180, 180)),
                    ),
                    _connector="OR",
                ),
                name="initiatives_place_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="follow",
            constraint=models.UniqueConstraint(fields=("initiative", "resident"), name="initiatives_follow_once"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["initiative", "state", "-id"], name="initiatives_comments"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("state", "held")), fields=["state", "created_at"], name="initiatives_comments_held"
            ),
        ),
        migrations.AddConstraint(
            model_name="coaching",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)), fields=("initiative",), name="initiatives_one_coach"
            ),
        ),
        migrations.AddConstraint(
            model_name="keptblock",
            constraint=models.UniqueConstraint(fields=("gemeente", "address_hash"), name="initiatives_kept_block_once"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("seat__isnull", False)),
                fields=("initiative", "seat"),
                name="initiatives_one_on_a_seat",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at", None)), fields=("initiative", "resident"), name="initiatives_member_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at", None), ("role", "starter")),
                fields=("initiative",),
                name="initiatives_one_starter",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_at", None), ("seat__range", (1, 10))),
                    models.Q(("left_at__isnull", False), ("seat", None)),
                    _connector="OR",
                ),
                name="initiatives_at_most_ten",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("asked_at__isnull", False)),
                fields=("initiative",),
                name="initiatives_one_successor",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked_at", None),
                    models.Q(("left_at", None), models.Q(("role", "starter"), _negated=True)),
                    _connector="OR",
                ),
                name="initiatives_successor_is_there",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at", None), ("ended_at", None)),
                fields=("initiative", "email"),
                name="initiatives_invited_once",
            ),
        ),
        migrations.AddIndex(
            model_name="helprequest",
            index=models.Index(
                condition=models.Q(("follow_up_on__isnull", False), ("followed_up_at", None)),
                fields=["follow_up_on"],
                name="initiatives_help_follow_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="helprequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decision", "")),
                    models.Q(models.Q(("decision", ""), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="initiatives_help_decided_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="helprequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("granted_cents", None), ("cents", None), ("granted_cents__lte", models.F("cents")), _connector="OR"
                ),
                name="initiatives_no_more_than_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("cents__gte", 1)), name="initiatives_entry_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                models.F("initiative"),
                models.F("resident"),
                django.db.models.functions.comparison.Coalesce("request", 0),
                condition=models.Q(("state", "open")),
                name="initiatives_one_open_offer",
            ),
        ),
        migrations.AddConstraint(
            model_name="papersheet",
            constraint=models.CheckConstraint(condition=models.Q(("count__gte", 1)), name="initiatives_sheet_counts"),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("initiative", "team"), name="initiatives_partner_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportcode",
            constraint=models.UniqueConstraint(fields=("batch", "number"), name="initiatives_code_numbers"),
        ),
        migrations.AddConstraint(
            model_name="supportcode",
            constraint=models.CheckConstraint(
                condition=models.Q(("hash", ""), _negated=True), name="initiatives_code_has_hash"
            ),
        ),
        migrations.AddConstraint(
            model_name="support",
            constraint=models.UniqueConstraint(
                fields=("initiative", "resident"), name="initiatives_one_support_per_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="threshold",
            constraint=models.UniqueConstraint(
                models.F("gemeente"),
                django.db.models.functions.comparison.Coalesce("area", 0),
                name="initiatives_one_threshold",
                violation_error_message="There is a threshold for this area already.",
            ),
        ),
        migrations.AddIndex(
            model_name="update",
            index=models.Index(fields=["initiative", "-id"], name="initiatives_updates"),
        ),
    ]
