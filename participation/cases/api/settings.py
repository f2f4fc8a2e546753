"""How a person is told of work: what the desk needs of it, and the browsers that show messages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import StrictSerializer
from core.notify.push import public_key
from participation.cases.actions import telling
from participation.cases.api.views import DeskView
from participation.cases.models import DeskSettings, PushSubscription


class DeskSettingsView(DeskView):
    """What I chose in the settings of the workplace."""

    class Shape(serializers.Serializer[Any]):
        sound = serializers.BooleanField(help_text="A sound when a new case comes in")
        digest = serializers.ChoiceField(DeskSettings.Digest.choices)
        mailMentions = serializers.BooleanField()
        quietFrom = serializers.TimeField(allow_null=True, format="%H:%M")
        quietUntil = serializers.TimeField(allow_null=True, format="%H:%M")
        pushKey = serializers.CharField(help_text="The server's public key, for the Push API")
        pushBrowsers = serializers.IntegerField(help_text="Browsers that show messages")

    @extend_schema(operation_id="getDeskSettings", responses=Shape)
    def get(self, request: Request) -> Response:
        actor = self.actor(request)
        chosen = DeskSettings.objects.filter(pk=actor.professional_id).first() or DeskSettings()
        quiet = [one.strftime("%H:%M") if one else None for one in (chosen.quiet_from, chosen.quiet_until)]
        return Response(
            {
                "sound": chosen.sound,
                "digest": chosen.digest,
                "mailMentions": chosen.mail_mentions,
                "quietFrom": quiet[0],
                "quietUntil": quiet[1],
                "pushKey": public_key(),
                "pushBrowsers": PushSubscription.objects.filter(professional_id=actor.professional_id or 0).count(),
            }
        )


class PushSubscriptionsView(DeskView):
    """A browser that shows messages from now on."""

    class Body(StrictSerializer):
        class Keys(StrictSerializer):
            p256dh = serializers.CharField(max_length=120)
            auth = serializers.CharField(max_length=60)

        endpoint = serializers.URLField(max_length=500)
        keys = Keys()
        device = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")

    @extend_schema(operation_id="listen", request=Body, responses={204: None})
    def post(self, request: Request) -> Response:
        body = self.read(self.Body)
        telling.listen(
            endpoint=body["endpoint"],
            key=body["keys"]["p256dh"],
            secret=body["keys"]["auth"],
            device=body["device"],
            actor=self.actor(request),
            now=timezone.now(),
        )
        return Response(status=204)


class PushForgetView(DeskView):
    """A browser that shows no messages any more. A POST: its address is a secret, and belongs in no URL."""

    class Body(StrictSerializer):
        endpoint = serializers.CharField(max_length=500)

    @extend_schema(operation_id="stopListening", request=Body, responses={204: None})
    def post(self, request: Request) -> Response:
        telling.stop_listening(endpoint=self.read(self.Body)["endpoint"], actor=self.actor(request))
        return Response(status=204)
