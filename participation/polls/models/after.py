"""What came of it: the outcome by the rules, and the answer somebody owes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.polls.models.poll import Option, Poll, Question


class Outcome(models.Model):
    """The outcome of one question by its rule, worked out in the background after closing. `progress`: 0 to 100.

    `data` as `counting` gives it; `compared`: of a budget, what the other rule would have given.
    """

    question = models.OneToOneField(Question, models.CASCADE, related_name="outcome", primary_key=True)
    progress = models.PositiveSmallIntegerField(default=0)
    data = models.JSONField(default=dict)
    compared = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(progress__lte=100), name="polls_progress")]


class Published(models.Model):
    """The file of all ballots, as everybody can fetch it when the poll is over (`queries.published`).

    `whole`: with the ballots; with too few voters it holds totals only. `digest`: SHA-256 of the file, which the log of
    events keeps as well.
    """

    poll = models.OneToOneField(Poll, models.CASCADE, related_name="published", primary_key=True)
    whole = models.BooleanField()
    digest = models.CharField(max_length=64)


class Answer(models.Model):
    """“This is what we do with it”: per option, or of the poll as a whole."""

    class Do(models.TextChoices):
        YES = "yes", _("We do this")
        PARTLY = "partly", _("We do a part of this")
        NO = "no", _("We do not do this")

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="answers")
    option = models.ForeignKey(Option, models.CASCADE, related_name="+", null=True)
    do = models.CharField(max_length=6, choices=Do)
    why = models.TextField()
    who = models.CharField(max_length=120, blank=True)
    when = models.DateField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "option"], name="polls_one_answer_per_option"),
            models.UniqueConstraint(fields=["poll"], condition=Q(option=None), name="polls_one_answer_of_the_whole"),
            models.CheckConstraint(condition=~Q(why=""), name="polls_answer_says_why"),
        ]


class AnswerVersion(models.Model):
    """The answer as it was given at a moment; every change of it adds one, so that nothing that was said disappears.

    `said`: `{"answers": [{option, do, why, who, when}], "followUps": [{title, on, done}]}` in words and days.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="answer_versions")
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    said = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class FollowUp(models.Model):
    """A date on which something is done with the outcome; on the story of the wijk. `done_at`: it was."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="follow_ups")
    title = models.CharField(max_length=120)
    on = models.DateField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["on", "id"]


class Listener(models.Model):
    """Somebody who wants to be mailed what is done with it; erased when that was sent. Nothing here says they voted.

    `confirmed_at`: the address proved to be theirs. `token_hash`: of the link that confirms, and that stops it.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="listeners")
    email = models.EmailField()
    language = models.CharField(max_length=10, default="nl")
    seed = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "email"], name="polls_listens_once")]
