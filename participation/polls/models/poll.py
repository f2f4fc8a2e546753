"""Poll: who asks what of whom, why, and what is done with the answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.polls.states import OVER, PUBLIC, BallotForm, Kind, Level, Rule, Shows, Stage

LONGEST_SLUG = 50
"""Characters: with its kind before it, it is the name of a stream and the subject of an event."""


class Poll(models.Model):
    """A poll and its case, whose team and person are responsible for it and owe the answer.

    `purpose`: why it is asked; `outcome_use`: what happens with the outcome; `answer_by`: the day by which the answer
    “this is what we do with it” is promised. `who_may`: for whom it is, in words; `declared`: voters say that they
    belong to them. `may_change`: a ballot can be replaced with its receipt until it closes; whether it really can:
    `can_change`. `at_desk`, `proxies`: professionals may enter ballots for people who ask it, and for others on whose
    behalf they come.
    `proposer_mailed`: who proposed it wants mails of how it goes on.
    `salt`: with the server's key it makes the key of the roll (`voter`); gone when the poll is over. `sealed_at`: since
    when the rows of box and roll tell nothing of their order. `shows_from`: what `shows` was when it opened.
    """

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    slug = models.SlugField(max_length=LONGEST_SLUG, unique=True)
    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="poll")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.PREPARING)
    stage_since = models.DateTimeField()
    title = models.CharField(_("title"), max_length=100)
    intro = models.TextField(_("what it is about"), blank=True)
    purpose = models.TextField(_("why we ask this"), blank=True)
    outcome_use = models.TextField(_("what happens with the outcome"), blank=True)
    who_may = models.CharField(_("who may vote"), max_length=200, blank=True)
    declared = models.BooleanField(_("voters say that this is them"), default=False)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    theme = models.ForeignKey("routing.Theme", models.SET_NULL, related_name="+", null=True, blank=True)
    language = models.CharField(max_length=10, default="nl")
    level = models.CharField(_("what voters show"), max_length=10, choices=Level, default=Level.CONFIRMED)
    shows = models.PositiveSmallIntegerField(_("results are shown"), choices=Shows, default=Shows.CLOSED)
    may_change = models.BooleanField(_("a vote can be changed until it closes"), default=True)
    at_desk = models.BooleanField(_("people can vote at a desk, with help"), default=False)
    proxies = models.BooleanField(_("people can vote for somebody else at a desk"), default=False)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    answer_by = models.DateField(_("answer at the latest on"), null=True, blank=True)
    proposer = models.ForeignKey("residents.Resident", models.SET_NULL, related_name="+", null=True)
    proposer_mailed = models.BooleanField(default=True)
    proposal = models.TextField(blank=True, help_text="What the resident wrote when they proposed it")
    reason = models.TextField(blank=True, help_text="Why it was declined or stopped, for everybody to read")
    salt = models.CharField(max_length=32, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=models.F("opens_at")),
                name="polls_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.OPEN)
                | Q(opens_at__isnull=False, closes_at__isnull=False, answer_by__isnull=False) & ~Q(salt=""),
                name="polls_open_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=sorted(OVER)) | Q(salt="", closed_at__isnull=False),
                name="polls_key_gone_when_over",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=sorted(PUBLIC)) | Q(published_at__isnull=False), name="polls_public_since"
            ),
        ]
        indexes = [
            models.Index(
                fields=["gemeente", "-published_at", "-id"],
                condition=Q(published_at__isnull=False),
                name="polls_public_newest",
            ),
            models.Index(
                fields=["area", "-published_at", "-id"],
                condition=Q(published_at__isnull=False),
                name="polls_public_area",
            ),
            models.Index(fields=["stage", "opens_at"], name="polls_to_open"),
            models.Index(fields=["stage", "closes_at"], name="polls_to_close"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        return self.published_at is not None

    @property
    def is_over(self) -> bool:
        return self.stage in OVER

    @property
    def can_change(self) -> bool:
        """Never with letters: whoever collected letters could change those ballots until the end."""
        return self.may_change and self.level != Level.LETTER


class Question(models.Model):
    """One question. `least`, `most`: how many options; `steps`: of a scale, with a word at each end.

    `page`: those with the same number stand together. `if_question`, `if_options` (ids): asked only of who chose one of
    these there. `shuffled`: each voter sees the options in another order, which the ballot notes.
    Of a budget: `cents` to divide, `form` of the ballot, `points` to give, `rule`, and `by_cost`: with equal shares a
    project is worth what it costs (else each project counts the same).
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    page = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    title = models.CharField(_("question"), max_length=200)
    explanation = models.TextField(_("explanation"), blank=True)
    required = models.BooleanField(_("must be answered"), default=True)
    least = models.PositiveSmallIntegerField(_("at least"), default=1)
    most = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)
    steps = models.PositiveSmallIntegerField(_("steps"), default=5)
    low = models.CharField(_("word at the low end"), max_length=40, blank=True)
    high = models.CharField(_("word at the high end"), max_length=40, blank=True)
    shuffled = models.BooleanField(_("options in another order for each voter"), default=False)
    rule = models.CharField(_("rule"), max_length=12, choices=Rule, blank=True)
    cents = models.PositiveBigIntegerField(null=True, blank=True)
    form = models.CharField(_("how people divide it"), max_length=8, choices=BallotForm, blank=True)
    points = models.PositiveSmallIntegerField(_("points to give"), null=True, blank=True)
    by_cost = models.BooleanField(default=True)
    if_question = models.ForeignKey("self", models.CASCADE, related_name="+", null=True, blank=True)
    if_options = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["page", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=Kind.BUDGET) | Q(cents__gt=0) & ~Q(form="") & ~Q(rule=""),
                name="polls_budget_is_whole",
            ),
            models.CheckConstraint(condition=Q(steps__range=(2, 10)), name="polls_scale_steps"),
        ]

    def __str__(self) -> str:
        return self.title


class Option(models.Model):
    """What one can choose. `code`: `yes`, `no`, `none` of a yes/no question, whose words the platform has.

    `cents`: what a project of a budget costs. `project`: where it came from.
    """

    question = models.ForeignKey(Question, models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=4, blank=True)
    label = models.CharField(_("option"), max_length=120, blank=True)
    explanation = models.TextField(_("explanation"), blank=True)
    photo = models.OneToOneField("photos.Photo", models.PROTECT, related_name="+", null=True, blank=True)
    alt = models.CharField(_("what is on the photo"), max_length=160, blank=True)
    cents = models.PositiveBigIntegerField(null=True, blank=True)
    project = models.OneToOneField("polls.Project", models.SET_NULL, related_name="option", null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(label="") | ~Q(code=""), name="polls_option_has_words"),
        ]

    def __str__(self) -> str:
        return self.label or self.code


class Project(models.Model):
    """An idea for a budget, before the vote: proposed, then checked with a reason.

    `initiative`: the slug of its own page. `name`: how its proposer is called in public; empty for a professional, and
    when they were erased.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("to be checked")
        FITS = "fits", _("can be done")
        REFUSED = "refused", _("cannot be done")

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="projects")
    resident = models.ForeignKey("residents.Resident", models.SET_NULL, related_name="+", null=True)
    name = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=120)
    what = models.TextField()
    cents = models.PositiveBigIntegerField(null=True, help_text="As estimated by whoever proposes it, then as checked")
    initiative = models.SlugField(max_length=LONGEST_SLUG, blank=True)
    photo = models.OneToOneField("photos.Photo", models.PROTECT, related_name="+", null=True)
    alt = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="fits") | Q(cents__isnull=False), name="polls_project_that_fits_has_a_price"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="polls_project_refused_with_reason"
            ),
        ]


class StageChange(models.Model):
    """A step that was taken, by whom and why; by the clock without anybody."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="steps")
    name = models.CharField(max_length=10)
    from_stage = models.CharField(max_length=10, choices=Stage)
    to_stage = models.CharField(max_length=10, choices=Stage)
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
