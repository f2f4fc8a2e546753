import django.db.models.deletion
import modelcluster.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("photos", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, verbose_name="short name for addresses")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("municipality", "Municipality"),
                            ("housing", "Housing corporation"),
                            ("welfare", "Welfare"),
                            ("police", "Police"),
                            ("other", "Other"),
                        ],
                        default="municipality",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("website", models.URLField(blank=True, verbose_name="website")),
                (
                    "gemeente",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisations",
                        to="areas.area",
                        verbose_name="municipality",
                    ),
                ),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="PeopleImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preview", "waits for you"),
                            ("running", "is being carried out"),
                            ("done", "carried out"),
                        ],
                        default="preview",
                        max_length=10,
                    ),
                ),
                ("rows", models.JSONField(default=list)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                ("sends_invitations", models.BooleanField(default=False)),
                (
                    "gemeente",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "import of professionals",
                "verbose_name_plural": "imports of professionals",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Professional",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="first name, as residents know it")),
                (
                    "role",
                    models.CharField(
                        help_text="Neighbourhood manager, youth worker, …", max_length=80, verbose_name="role"
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=200, verbose_name="in one sentence")),
                ("reach", models.CharField(blank=True, max_length=200, verbose_name="how to reach them")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="where to find them")),
                (
                    "hours",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='Per weekday: {"mon": [["09:00", "12:00"]]}',
                        verbose_name="hours",
                    ),
                ),
                (
                    "languages",
                    models.JSONField(
                        blank=True, default=list, help_text='Codes: ["nl", "tr"]', verbose_name="languages"
                    ),
                ),
                ("is_public", models.BooleanField(default=True, verbose_name="shown on neighbourhood pages")),
                ("today_on", models.DateField(blank=True, editable=False, null=True)),
                ("today_from", models.CharField(blank=True, editable=False, max_length=5)),
                ("today_until", models.CharField(blank=True, editable=False, max_length=5)),
                ("today_place", models.CharField(blank=True, editable=False, max_length=120)),
                (
                    "gemeente",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="professionals",
                        to="areas.area",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="photos.photo",
                        verbose_name="photo",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="professional",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "professional",
                "verbose_name_plural": "professionals",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("organisation-admin", "administers the organisation"),
                            ("municipality-admin", "administers the municipality"),
                            ("auditor", "may read everything that is not confidential"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("by_group", models.BooleanField(default=False, editable=False)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        help_text="Only for who administers an organisation.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mandates",
                        to="organisations.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "professional",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mandates",
                        to="organisations.professional",
                        verbose_name="professional",
                    ),
                ),
            ],
            options={
                "verbose_name": "mandate",
                "verbose_name_plural": "mandates",
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveIntegerField(default=0)),
                ("token_hash", models.CharField(blank=True, max_length=64)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "professional",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitation",
                        to="organisations.professional",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(verbose_name="first day away")),
                ("ends_on", models.DateField(verbose_name="last day away")),
                (
                    "professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to="organisations.professional",
                        verbose_name="professional",
                    ),
                ),
                (
                    "replacement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replaces",
                        to="organisations.professional",
                        verbose_name="replacement",
                    ),
                ),
            ],
            options={
                "verbose_name": "absence",
                "verbose_name_plural": "absences",
                "ordering": ["starts_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, verbose_name="short name for addresses")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("is_catch_all", models.BooleanField(default=False, verbose_name="receives what no rule covers")),
                (
                    "picks_person",
                    models.BooleanField(
                        default=True,
                        help_text="Off: new cases wait until someone of the team takes them.",
                        verbose_name="assign to a person at once",
                    ),
                ),
                (
                    "gemeente",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teams",
                        to="areas.area",
                        verbose_name="municipality",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teams",
                        to="organisations.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "team",
                "verbose_name_plural": "teams",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("member", "member"), ("lead", "team lead")],
                        default="member",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                ("confidential", models.BooleanField(default=False, verbose_name="handles confidential cases")),
                ("by_group", models.BooleanField(default=False, editable=False)),
                (
                    "professional",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="organisations.professional",
                        verbose_name="professional",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="organisations.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
            },
        ),
        migrations.CreateModel(
            name="GroupRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.CharField(
                        help_text="The name or number of the group, exactly as the provider gives it.",
                        max_length=200,
                        verbose_name="group",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("member", "member"),
                            ("lead", "team lead"),
                            ("organisation-admin", "administers the organisation"),
                            ("municipality-admin", "administers the municipality"),
                            ("auditor", "may read everything that is not confidential"),
                        ],
                        default="member",
                        max_length=20,
                        verbose_name="gives",
                    ),
                ),
                ("confidential", models.BooleanField(default=False, verbose_name="handles confidential cases")),
                (
                    "job",
                    models.CharField(
                        blank=True,
                        help_text="Neighbourhood manager, youth worker, …",
                        max_length=80,
                        verbose_name="role of a new person",
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
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        help_text="Only for who administers an organisation.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        help_text="For a member or a team lead.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "group of the sign-in provider",
                "verbose_name_plural": "groups of the sign-in provider",
                "ordering": ["group", "id"],
            },
        ),
        migrations.CreateModel(
            name="WorksIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="areas.area"),
                ),
                (
                    "professional",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisations.professional"
                    ),
                ),
            ],
            options={
                "verbose_name": "working area",
                "verbose_name_plural": "working areas",
            },
        ),
        migrations.AddField(
            model_name="professional",
            name="areas",
            field=models.ManyToManyField(
                blank=True,
                related_name="professionals_here",
                through="organisations.WorksIn",
                to="areas.area",
                verbose_name="works in",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(fields=("gemeente", "slug"), name="organisations_slug_unique"),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["municipality", "housing", "welfare", "police", "other"])),
                name="organisations_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="organisations_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="peopleimport",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["preview", "running", "done"])),
                name="organisations_import_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("organisation__isnull", True)),
                fields=("professional", "role"),
                name="organisations_mandate_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("organisation__isnull", False)),
                fields=("professional", "organisation"),
                name="organisations_administers_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation__isnull", False), ("role", "organisation-admin")),
                    models.Q(("organisation__isnull", True), ("role__in", ["municipality-admin", "auditor"])),
                    _connector="OR",
                ),
                name="organisations_mandate_fits",
                violation_error_message="Choose an organisation for its administrator, and none for the others.",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("token_hash", ""), _negated=True),
                fields=("token_hash",),
                name="organisations_invitation_token_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted_at__isnull", True), ("token_hash", ""), _connector="OR"),
                name="organisations_accepted_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="organisations_absence_order",
                violation_error_message="The last day away cannot be before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("replacement", models.F("professional")), _negated=True),
                name="organisations_absence_other",
                violation_error_message="Someone else must replace them.",
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(fields=("gemeente", "slug"), name="organisations_team_slug_unique"),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_catch_all", True)),
                fields=("gemeente",),
                name="organisations_one_catch_all",
                violation_error_message="Another team of this municipality already receives what no rule covers.",
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="organisations_team_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("professional", "team"), name="organisations_member_once"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["member", "lead"])), name="organisations_role_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="grouprole",
            constraint=models.UniqueConstraint(
                condition=models.Q(("team__isnull", False)),
                fields=("gemeente", "group", "team"),
                name="organisations_group_team_once",
                violation_error_message="This group has a place in this team already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouprole",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role__in", ["municipality-admin", "auditor"])),
                fields=("gemeente", "group", "role"),
                name="organisations_group_mandate_once",
                violation_error_message="This group has this mandate already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouprole",
            constraint=models.UniqueConstraint(
                condition=models.Q(("organisation__isnull", False)),
                fields=("gemeente", "group", "organisation"),
                name="organisations_group_organisation_once",
                violation_error_message="This group administers this organisation already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="grouprole",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation__isnull", True), ("role__in", ["member", "lead"]), ("team__isnull", False)),
                    models.Q(
                        ("confidential", False),
                        ("organisation__isnull", False),
                        ("role", "organisation-admin"),
                        ("team__isnull", True),
                    ),
                    models.Q(
                        ("confidential", False),
                        ("organisation__isnull", True),
                        ("role__in", ["municipality-admin", "auditor"]),
                        ("team__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="organisations_group_fits",
                violation_error_message="Choose a team for a member or team lead, an organisation for who administers one, and neither for the other roles.",
            ),
        ),
        migrations.AddConstraint(
            model_name="worksin",
            constraint=models.UniqueConstraint(fields=("professional", "area"), name="organisations_works_in_once"),
        ),
        migrations.AddConstraint(
            model_name="professional",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="organisations_professional_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="professional",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("today_from", ""), ("today_on__isnull", True), ("today_place", ""), ("today_until", "")),
                    models.Q(("today_from__lt", models.F("today_until")), ("today_on__isnull", False)),
                    _connector="OR",
                ),
                name="organisations_today_whole",
            ),
        ),
    ]
