"""What a group asks of others, and what neighbours offer."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from participation.initiatives.models.initiative import Initiative, Member


class HelpRequest(models.Model):
    """One concrete request; its case says who answers it and by when. Amounts are in cents.

    `seen_by`: the group alone, or everybody who can see the initiative. By when there is an answer stands with the
    case; `promised_on` is by when the group gets what was granted. `follow_up_on`: when the group is asked how it went
    (`followed_up_at`: when it was), and `went` what it said.
    """

    class Kind(models.TextChoices):
        MONEY = "money", _("money")
        PERMIT = "permit", _("permit")
        SPACE = "space", _("space")
        MATERIALS = "materials", _("materials")
        HANDS = "hands", _("hands")
        ADVICE = "advice", _("advice")
        CONTACTS = "contacts", _("contacts")
        CHALLENGE = "challenge", _("right to challenge")

    class SeenBy(models.TextChoices):
        GROUP = "group", _("the group and who helps it")
        EVERYBODY = "everybody", _("everybody")

    class Decision(models.TextChoices):
        GRANTED = "granted", _("granted")
        PARTLY = "partly", _("granted in part")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn by the group")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="help_requests")
    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="help_request")
    member = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True)
    kind = models.CharField(max_length=10, choices=Kind)
    what = models.TextField()
    needed_on = models.DateField(null=True)
    seen_by = models.CharField(max_length=10, choices=SeenBy, default=SeenBy.GROUP)
    cents = models.PositiveBigIntegerField(null=True)
    promised_on = models.DateField(null=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    reasons = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    granted_cents = models.PositiveBigIntegerField(null=True)
    follow_up_on = models.DateField(null=True)
    followed_up_at = models.DateTimeField(null=True)
    went = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="initiatives_help_decided_at",
            ),
            models.CheckConstraint(
                condition=Q(granted_cents=None) | Q(cents=None) | Q(granted_cents__lte=F("cents")),
                name="initiatives_no_more_than_asked",
            ),
        ]
        indexes = [
            models.Index(
                fields=["follow_up_on"],
                condition=Q(follow_up_on__isnull=False, followed_up_at=None),
                name="initiatives_help_follow_up",
            )
        ]


class BudgetLine(models.Model):
    """A part of the money that is asked; `granted_cents` None until there is a decision."""

    request = models.ForeignKey(HelpRequest, models.CASCADE, related_name="lines")
    label = models.CharField(max_length=120)
    cents = models.PositiveBigIntegerField()
    granted_cents = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(granted_cents=None) | Q(granted_cents__lte=F("cents")), name="initiatives_line_no_more"
            )
        ]


class Challenge(models.Model):
    """What belongs to a request to take over a task of the municipality (Gemeentewet art. 150, since 1-1-2025).

    `judged`: `[{"key", "label", "met": true | false | null, "reason"}]`, the criteria in the words of then.
    `decide_by`: the last day of the term.
    """

    request = models.OneToOneField(HelpRequest, models.CASCADE, related_name="challenge", primary_key=True)
    task = models.TextField()
    better = models.TextField()
    able = models.TextField()
    costs = models.TextField(blank=True)
    judged = models.JSONField(default=list)
    decide_by = models.DateField()
    extended = models.CharField(max_length=1000, blank=True, help_text="Why the term was made longer, once")


class Offer(models.Model):
    """ "I can help with …": what a neighbour offers, to a request or in general.

    Nobody learns how to reach the other before both said so: the neighbour by offering (`consented_at`), the group by
    accepting.
    """

    class Kind(models.TextChoices):
        SKILLS = "skills", _("something I can do")
        HOURS = "hours", _("my hands, some hours")
        THINGS = "things", _("things to lend or give")

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("thanked, not needed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="offers")
    request = models.ForeignKey(HelpRequest, models.SET_NULL, related_name="offers", null=True)
    resident = models.ForeignKey("residents.Resident", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    consented_at = models.DateTimeField()
    member = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, help_text="Who answered")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, help_text="What the group says with it")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                F("initiative"),
                F("resident"),
                Coalesce("request", 0),
                condition=Q(state="open"),
                name="initiatives_one_open_offer",
            )
        ]
