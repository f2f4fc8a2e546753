"""What the desk's answers look like, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.parsing import MomentField
from participation.cases.models import Case, Forwarding
from participation.cases.permissions import Deed
from participation.cases.states import MOVES, Status


class AreaShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.CharField()


class CategoryShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class PointShape(serializers.Serializer[Any]):
    """A GeoJSON point, longitude first."""

    type = serializers.ChoiceField(["Point"])
    coordinates = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)


class TeamShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()
    organisation = serializers.CharField()


class ColleagueShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.CharField()
    photoUrl = serializers.CharField(allow_null=True)


class CaseRowShape(serializers.Serializer[Any]):
    """One row of the inbox."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(Case.Kind.choices)
    status = serializers.ChoiceField(Status.choices)
    statusLabel = serializers.CharField()
    visibility = serializers.ChoiceField(Case.Visibility.choices)
    priority = serializers.ChoiceField(Case.Priority.choices)
    subject = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    location = PointShape(allow_null=True)
    area = AreaShape()
    category = CategoryShape(allow_null=True)
    team = TeamShape()
    assignee = ColleagueShape(allow_null=True)
    language = serializers.CharField()
    photoCount = serializers.IntegerField()
    late = serializers.BooleanField()
    firstResponseBy = MomentField(allow_null=True)
    respondedAt = MomentField(allow_null=True)
    resolveBy = MomentField(allow_null=True)
    createdAt = MomentField()
    updatedAt = MomentField()
    version = serializers.IntegerField()


class InboxRowShape(CaseRowShape):
    """One row of the inbox, with what it is to this person and to other cases."""

    unread = serializers.BooleanField(help_text="Changed since this person saw it; or open and never seen")
    dueAt = MomentField(allow_null=True, help_text="When it becomes late; null when closed or waiting for the resident")
    supporters = serializers.IntegerField()
    parent = serializers.CharField(  # type: ignore[assignment]  # a field's own `parent`; the metaclass keeps them apart
        allow_null=True, help_text="Reference of the case it is a part of"
    )
    duplicateOf = serializers.CharField(allow_null=True, help_text="Reference of the case it is linked to")
    offeredTo = TeamShape(allow_null=True, help_text="The team that was asked to take it over and has not answered")
    reason = serializers.CharField(allow_blank=True, help_text="In one sentence, why it came to this team")
    stage = serializers.CharField(allow_null=True, help_text="Of an initiative: where it stands")
    stageLabel = serializers.CharField(allow_blank=True)
    stalled = serializers.BooleanField(help_text="Of an initiative: nothing was heard in the days that were agreed")


class AnswerShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    question = serializers.CharField()
    answer = serializers.CharField()


class PhotoShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    duplicate = serializers.CharField(allow_null=True, help_text="Reference of the other case that it comes from")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    fromResident = serializers.BooleanField()
    fromSupporter = serializers.BooleanField(help_text="Sent by somebody who saw it too; only professionals see it")
    forResident = serializers.BooleanField(help_text="The reporter sees it too")
    stage = serializers.ChoiceField(["before", "after"], allow_blank=True)
    by = ColleagueShape(allow_null=True)
    thumbnailUrl = serializers.CharField()
    url = serializers.CharField()


class MessageShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    duplicate = serializers.CharField(allow_null=True, help_text="Reference of the linked case it belongs to")
    text = serializers.CharField()
    fromResident = serializers.BooleanField()
    marks = serializers.ListField(
        child=serializers.ChoiceField(["word", "links"]), help_text="Be careful: a blocked word, or very many links"
    )
    by = ColleagueShape(allow_null=True)
    name = serializers.CharField(allow_blank=True, help_text="Who of a group wrote it")
    at = MomentField()
    photos = serializers.ListField(child=serializers.UUIDField(), help_text="Ids of photos sent with it")


class NoteShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    part = serializers.CharField(allow_null=True, help_text="Reference of the part whose team has to say this")
    text = serializers.CharField()
    by = ColleagueShape(allow_null=True)
    at = MomentField()


class HistoryShape(serializers.Serializer[Any]):
    """One event in plain words; `from` and `to` are statuses (of an initiative: stages) where it was a step."""

    type = serializers.CharField()
    version = serializers.IntegerField()
    at = MomentField()
    by = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    to = serializers.CharField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField(allow_null=True)}


class MoveShape(serializers.Serializer[Any]):
    move = serializers.ChoiceField(list(MOVES))
    to = serializers.ChoiceField(Status.choices)
    needsMessage = serializers.BooleanField()


class ReachableShape(serializers.Serializer[Any]):
    email = serializers.BooleanField()
    phone = serializers.BooleanField()
    sms = serializers.BooleanField(help_text="A text message tells them of news")


class FeedbackShape(serializers.Serializer[Any]):
    """What the resident last answered to "is it solved?"."""

    solved = serializers.BooleanField()
    text = serializers.CharField(allow_blank=True)
    at = MomentField()


class OtherCaseShape(serializers.Serializer[Any]):
    """A case that hangs together with this one."""

    reference = serializers.CharField()
    team = TeamShape()
    status = serializers.ChoiceField(Status.choices)
    statusLabel = serializers.CharField()
    mayOpen = serializers.BooleanField()


class PartShape(OtherCaseShape):
    assignee = ColleagueShape(allow_null=True)
    instruction = serializers.CharField()
    late = serializers.BooleanField()
    resolveBy = MomentField(allow_null=True)
    closedAt = MomentField(allow_null=True)
    open = serializers.BooleanField()


class DuplicateShape(OtherCaseShape):
    subject = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_blank=True)
    createdAt = MomentField()
    supporters = serializers.IntegerField()


class HopShape(serializers.Serializer[Any]):
    """The case was offered to another team."""

    to = TeamShape()
    by = ColleagueShape(allow_null=True)
    reason = serializers.CharField()
    at = MomentField()
    answerBy = MomentField()
    outcome = serializers.ChoiceField(Forwarding.Outcome.choices)
    answer = serializers.CharField(allow_blank=True)
    answeredBy = ColleagueShape(allow_null=True)
    answeredAt = MomentField(allow_null=True)
    stuck = serializers.BooleanField(help_text="Not answered in time")

    def get_fields(self) -> dict[str, Any]:
        return {"from": TeamShape(), **super().get_fields()}


class TogetherShape(serializers.Serializer[Any]):
    """What hangs together with a case."""

    deeds = serializers.ListField(child=serializers.ChoiceField(list(Deed)), help_text="What this person may do")
    instruction = serializers.CharField(allow_blank=True, help_text="Of a part: what is asked")
    whole = OtherCaseShape(allow_null=True, help_text="The case it is a part of")
    main = OtherCaseShape(allow_null=True, help_text="The case it is linked to as a duplicate")
    parts = PartShape(many=True)
    duplicates = DuplicateShape(many=True)
    supporters = serializers.IntegerField(help_text="Others who reported or supported it")
    offer = HopShape(allow_null=True, help_text="Waits for an answer of the other team")
    forwardings = HopShape(many=True)


class CaseShape(CaseRowShape, TogetherShape):
    """Everything a professional sees of one case."""

    text = serializers.CharField()
    answers = AnswerShape(many=True)
    reachableBy = ReachableShape()
    observedAt = MomentField(allow_null=True, help_text="When the resident saw it, if they said so")
    proposed = serializers.BooleanField(help_text="The category was proposed by us, not chosen by the resident")
    feedback = FeedbackShape(allow_null=True)
    initiative = serializers.DictField(
        required=False, allow_null=True, help_text="Of an initiative, or a part of its case: plan, group, coach, steps"
    )
    supportersConfirmed = serializers.IntegerField(help_text="Of the supporters: who confirmed an address or number")
    photos = PhotoShape(many=True)
    messages = MessageShape(many=True)
    notes = NoteShape(many=True)
    history = HistoryShape(many=True)
    moves = MoveShape(many=True)
    why = serializers.ListField(child=serializers.CharField())
    smallWin = serializers.ListField(
        child=serializers.CharField(), help_text="Why it could be a small win; empty when it was not proposed"
    )
    closedAt = MomentField(allow_null=True)
