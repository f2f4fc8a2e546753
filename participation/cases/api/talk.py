"""What is said in a case: messages, notes, photos, standard answers, and a mail before it goes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import StrictSerializer
from participation.cases import actions
from participation.cases.answers import answers_for
from participation.cases.api.deeds import DeedView, after_deed, documented
from participation.cases.api.fields import CaseShape, ColleagueShape
from participation.cases.api.views import DeskView
from participation.cases.colleagues import colleagues_of
from participation.cases.models import CasePhoto
from participation.cases.permissions import Deed
from participation.cases.policies import get_case_for
from participation.cases.shapes import person
from participation.cases.states import MOVES


def photos_field(**values: Any) -> serializers.ListField:
    """Ids of uploads (`POST /uploads`)."""
    return serializers.ListField(
        child=serializers.UUIDField(), max_length=actions.MOST_PHOTOS_AT_ONCE, **({"required": False} | values)
    )


def stage_field() -> serializers.ChoiceField:
    return serializers.ChoiceField(CasePhoto.Stage.choices, required=False, allow_blank=True, default="")


class MessagesView(DeedView):
    """Write to the resident, with photos if you like."""

    class Body(StrictSerializer):
        text = serializers.CharField(max_length=actions.MESSAGE_LENGTH)
        photos = photos_field(default=list)
        stage = stage_field()

    @documented("messageResident", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.message_resident(
            reference=reference,
            **body,
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class NotesView(DeedView):
    """Write to colleagues. `@Name` in the text, or an id in `mentions`, tells that colleague."""

    class Body(StrictSerializer):
        text = serializers.CharField(max_length=actions.MESSAGE_LENGTH)
        mentions = serializers.ListField(
            child=serializers.IntegerField(min_value=1, max_value=2**62), required=False, default=list, max_length=10
        )

    @documented("addNote", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.add_note(
            reference=reference,
            **body,
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class ColleaguesView(DeskView):
    """Who may see this case, and can therefore be named in a note."""

    class Shape(serializers.Serializer[Any]):
        class Colleague(ColleagueShape):
            organisation = serializers.CharField()

        results = Colleague(many=True)

    @extend_schema(operation_id="listCaseColleagues", responses=Shape)
    def get(self, request: Request, reference: str) -> Response:
        case = get_case_for(self.actor(request), reference, Deed.NOTE)
        found = colleagues_of(case)
        return Response({"results": [{**(person(one.id) or {}), "organisation": one.organisation} for one in found]})


class PhotosView(DeedView):
    """Add photos without a message."""

    class Body(StrictSerializer):
        photos = photos_field(required=True, allow_empty=False)
        stage = stage_field()
        forResident = serializers.BooleanField(required=False, default=True, source="for_resident")

    @documented("addCasePhotos", Body)
    def post(self, request: Request, reference: str) -> Response:
        return super().post(request, reference)

    def deed(self, request: Request, reference: str, body: dict[str, Any]) -> None:
        actions.add_photos(
            reference=reference,
            **body,
            actor=self.actor(request),
            now=timezone.now(),
            version=self.version(request),
        )


class PhotoView(DeskView):
    """One photo of a case."""

    class Change(StrictSerializer):
        stage = serializers.ChoiceField(CasePhoto.Stage.choices, required=False, allow_blank=True)
        forResident = serializers.BooleanField(required=False, source="for_resident")

    @extend_schema(operation_id="changeCasePhoto", request=Change, responses=CaseShape)
    def patch(self, request: Request, reference: str, photo: UUID) -> Response:
        actor = self.actor(request)
        actions.change_photo(
            reference=reference, photo_id=photo, actor=actor, now=timezone.now(), **self.read(self.Change)
        )
        return after_deed(actor, reference, status=200)


class AnswersView(DeskView):
    """The standard answers that fit this case and step, filled in for it, in the resident's language where we can."""

    class Query(serializers.Serializer[Any]):
        move = serializers.ChoiceField(list(MOVES), required=False, allow_blank=True, default="")

    class Shape(serializers.Serializer[Any]):
        class Answer(serializers.Serializer[Any]):
            id = serializers.IntegerField()
            title = serializers.CharField()
            text = serializers.CharField()
            language = serializers.CharField()
            fallback = serializers.BooleanField(help_text="Not in the resident’s language, but in Dutch")
            category = serializers.CharField(allow_blank=True, help_text="For which category; empty for any")

        language = serializers.CharField(help_text="The resident’s")
        results = Answer(many=True)

    @extend_schema(operation_id="listStandardAnswers", parameters=[Query], responses=Shape)
    def get(self, request: Request, reference: str) -> Response:
        actor = self.actor(request)
        case = get_case_for(actor, reference, Deed.HANDLE)
        found = answers_for(case, self.query(self.Query)["move"], actor=actor, now=timezone.now())
        return Response(
            {
                "language": case.language,
                "results": [
                    {
                        "id": one.id,
                        "title": one.title,
                        "text": one.text,
                        "language": one.language,
                        "fallback": one.fallback,
                        "category": one.category,
                    }
                    for one in found
                ],
            }
        )


class PreviewView(DeskView):
    """The exact mail of a message, a step or a new day, before it goes. Nothing is kept."""

    class Body(StrictSerializer):
        message = serializers.CharField(required=False, allow_blank=True, max_length=actions.MESSAGE_LENGTH, default="")
        move = serializers.ChoiceField(list(MOVES), required=False, allow_blank=True, default="")
        day = serializers.DateField(required=False)
        photos = photos_field(default=list)

    class Shape(serializers.Serializer[Any]):
        willBeSent = serializers.BooleanField()
        whyNot = serializers.ChoiceField(["no-address", "not-told"], allow_null=True)
        to = serializers.CharField(allow_blank=True, help_text="Masked")
        subject = serializers.CharField(allow_blank=True)
        html = serializers.CharField(allow_blank=True)
        text = serializers.CharField(allow_blank=True)
        language = serializers.CharField(allow_blank=True)
        textMessage = serializers.CharField(
            allow_blank=True, help_text="To their mobile phone, instead of the e-mail or beside it"
        )

    @extend_schema(operation_id="previewMail", request=Body, responses=Shape)
    def post(self, request: Request, reference: str) -> Response:
        actor = self.actor(request)
        seen = actions.preview_mail(reference=reference, actor=actor, now=timezone.now(), **self.read(self.Body))
        return Response(
            {
                "willBeSent": not seen.mail.why_not,
                "whyNot": seen.mail.why_not or None,
                "to": seen.to,
                "subject": seen.mail.subject,
                "html": seen.mail.html,
                "text": seen.mail.text,
                "language": seen.mail.language,
                "textMessage": seen.mail.text_message,
            }
        )
