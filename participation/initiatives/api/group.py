"""Who is in a group, over the API: members, invitations, joining and handing over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.actor import Actor
from core.api.cursors import KeysetPagination
from core.api.idempotency import Once, fingerprint, idempotency_key, run_once
from core.api.parsing import MomentField, StrictSerializer
from core.api.throttles import throttle
from core.errors import NotFound
from participation.cases.shapes import moment_or_none
from participation.initiatives import actions
from participation.initiatives.api.support import ONCE, PAGES
from participation.initiatives.models import Initiative, Invitation, Member
from participation.initiatives.permissions import Deed, Role, may
from participation.initiatives.policies import get_initiative_for, roles_of
from participation.initiatives.queries.group import group_of, invitations_in, rows_of, waiting_in
from participation.residents.access import ResidentView, actor_of_resident, resident_of


class PublicMemberShape(serializers.Serializer[Any]):
    """As the group calls them, in public."""

    name = serializers.CharField()
    role = serializers.ChoiceField(Member.Role.choices)


class MemberShape(PublicMemberShape):
    """`isMe`: you; `isAsked`: asked to lead the group. `reach`: e-mail or number of a contact, for the starter only."""

    id = serializers.IntegerField()
    isMe = serializers.BooleanField()
    isAsked = serializers.BooleanField()
    joinedAt = MomentField()
    reach = serializers.CharField(allow_blank=True)


class MemberPageShape(serializers.Serializer[Any]):
    results = MemberShape(many=True, help_text="Who is not in the group gets only `name` and `role`")
    next = serializers.CharField(allow_null=True)


class InvitationShape(serializers.Serializer[Any]):
    """By e-mail, or with a `link` to pass on."""

    id = serializers.IntegerField()
    email = serializers.CharField(allow_blank=True)
    link = serializers.CharField(allow_blank=True)
    expiresAt = MomentField()
    isOver = serializers.BooleanField()


class InvitationPageShape(serializers.Serializer[Any]):
    results = InvitationShape(many=True)
    next = serializers.CharField(allow_null=True)


class GroupShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()
    stage = serializers.CharField()
    stageLabel = serializers.CharField()


class GroupPageShape(serializers.Serializer[Any]):
    results = GroupShape(many=True)
    next = serializers.CharField(allow_null=True)


def _members(request: Request, slug: str) -> list[dict[str, Any]]:
    """The whole group, after a change of it: ten people at most."""
    actor = actor_of_resident(request)
    initiative = get_initiative_for(actor, slug, Deed.SEE_INSIDE)
    return _inside(initiative, roles_of(actor, initiative), group_of(initiative), actor)


def _inside(
    initiative: Initiative, roles: Iterable[Role], rows: Iterable[Member], actor: Actor
) -> list[dict[str, Any]]:
    known = may(roles, Deed.SEE_CONTACT, initiative.stage)
    return [
        {
            "id": one.id,
            "name": one.name,
            "role": one.role,
            "isMe": one.is_me,
            "isAsked": one.is_asked,
            "joinedAt": moment_or_none(one.joined_at),
            "reach": one.reach,
        }
        for one in rows_of(rows, resident_id=actor.resident_id, with_reach=known)
    ]


def _invitations(request: Request, slug: str) -> list[dict[str, Any]]:
    """All that wait, after a change of them: `inviting.MOST_OPEN` at most."""
    initiative = get_initiative_for(actor_of_resident(request), slug, Deed.INVITE)
    return _invited(waiting_in(initiative), initiative)


def _invited(rows: Iterable[Invitation], initiative: Initiative) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "email": one.email,
            "link": one.address,
            "expiresAt": moment_or_none(one.expires_at),
            "isOver": one.is_over,
        }
        for one in invitations_in(rows, initiative, now=timezone.now())
    ]


def _once(request: Request, common: dict[str, Any], what: str, slug: str, act: Callable[[], dict[str, Any]]) -> Once:
    """With an `Idempotency-Key` it happens once; the answer is made anew each time, for it has names in it."""
    return run_once(
        scope=f"initiative-{what}:{common['actor'].resident_id}:{slug}"[:100],
        key=idempotency_key(request),
        fingerprint=fingerprint(request.data),
        now=common["now"],
        action=act,
    )


def _common(request: Request, slug: str) -> dict[str, Any]:
    return {"slug": slug, "actor": actor_of_resident(request), "now": timezone.now()}


class MineView(ResidentView):
    """The groups you are in."""

    throttle_classes = [throttle("public")]

    @extend_schema(operation_id="listMyInitiatives", parameters=PAGES, responses=GroupPageShape)
    def get(self, request: Request) -> Response:
        page = KeysetPagination("-changed_at", "-id")
        mine = Initiative.objects.filter(members__resident=self.resident, members__left_at=None)
        rows = page.paginate_queryset(mine, request)
        return page.get_paginated_response(
            [
                {"slug": one.slug, "title": one.title, "stage": one.stage, "stageLabel": one.get_stage_display()}
                for one in rows
            ]
        )


class MembersView(ResidentView):
    """Who is in the group, as it calls them; more of it for who is in it."""

    optional = True
    throttle_classes = [throttle("public")]

    @extend_schema(operation_id="listInitiativeMembers", parameters=PAGES, responses=MemberPageShape)
    def get(self, request: Request, slug: str) -> Response:
        actor = actor_of_resident(request)
        initiative = get_initiative_for(actor, slug)
        page, roles = KeysetPagination("rank", "seat", never_null=("seat",)), roles_of(actor, initiative)
        rows = page.paginate_queryset(group_of(initiative), request)
        if may(roles, Deed.SEE_INSIDE, initiative.stage):
            return page.get_paginated_response(_inside(initiative, roles, rows, actor))
        return page.get_paginated_response([{"name": one.name, "role": one.role} for one in rows_of(rows)])


class MemberView(ResidentView):
    """PATCH: a role (`contact` or `member`), being asked to lead, or your own name. DELETE: leave, or take out."""

    throttle_classes = [throttle("draft-change")]

    class Body(StrictSerializer):
        role = serializers.ChoiceField([Member.Role.CONTACT.value, Member.Role.MEMBER.value], required=False)
        asked = serializers.BooleanField(required=False)
        name = serializers.CharField(max_length=60, allow_blank=True, required=False)

    @extend_schema(operation_id="changeInitiativeMember", request=Body, responses={200: MemberShape(many=True)})
    def patch(self, request: Request, slug: str, member_id: int) -> Response:
        body, common = self.read(self.Body), _common(request, slug)
        if "name" in body:
            if member_id != _mine(request, slug):
                raise NotFound
            actions.call_me(name=body["name"], **common)
        if "role" in body:
            actions.give_role(member_id=member_id, role=body["role"], **common)
        if body.get("asked") is True:
            actions.ask_to_take_over(member_id=member_id, **common)
        elif body.get("asked") is False:
            actions.take_back_asking(**common)
        return Response(_members(request, slug))

    @extend_schema(operation_id="removeInitiativeMember", responses={204: None})
    def delete(self, request: Request, slug: str, member_id: int) -> Response:
        common = _common(request, slug)
        if member_id == _mine(request, slug):
            actions.leave(**common)
        else:
            actions.take_out(member_id=member_id, **common)
        return Response(status=204)


def _mine(request: Request, slug: str) -> int | None:
    """Which member of it you are."""
    return next((one["id"] for one in _members(request, slug) if one["isMe"]), None)


class TakeOverView(ResidentView):
    """Say yes to leading the group."""

    throttle_classes = [throttle("draft-change")]

    @extend_schema(
        operation_id="takeInitiativeOver", request=None, parameters=[ONCE], responses={200: MemberShape(many=True)}
    )
    def post(self, request: Request, slug: str) -> Response:
        common = _common(request, slug)

        def act() -> dict[str, Any]:
            actions.take_over(**common)
            return {}

        headers = _once(request, common, "take-over", slug, act).headers
        return Response(_members(request, slug), headers=headers)


class InvitationsView(ResidentView):
    """Invite by e-mail, or (no `email`) make a link to pass on."""

    throttle_classes = [throttle("public", "GET"), throttle("draft", "POST")]

    class Body(StrictSerializer):
        email = serializers.CharField(max_length=254, allow_blank=True, required=False, default="")
        language = serializers.CharField(max_length=10, required=False)

    @extend_schema(operation_id="listInvitations", parameters=PAGES, responses=InvitationPageShape)
    def get(self, request: Request, slug: str) -> Response:
        initiative = get_initiative_for(actor_of_resident(request), slug, Deed.INVITE)
        page = KeysetPagination("-id")
        rows = page.paginate_queryset(waiting_in(initiative), request)
        return page.get_paginated_response(_invited(rows, initiative))

    @extend_schema(operation_id="invite", request=Body, parameters=[ONCE], responses={201: InvitationShape(many=True)})
    def post(self, request: Request, slug: str) -> Response:
        body, common = self.read(self.Body), _common(request, slug)
        resident = resident_of(request)
        language = body.get("language") or (resident.language if resident is not None else "nl")

        def act() -> dict[str, Any]:
            made = actions.invite(email=body["email"], language=language, **common)
            return {"id": made.pk}

        once = _once(request, common, "invite", slug, act)
        return Response(_invitations(request, slug), status=201, headers=once.headers)


class InvitationView(ResidentView):
    """POST: mail it once more. DELETE: it works no more."""

    throttle_classes = [throttle("draft")]

    @extend_schema(
        operation_id="sendInvitationAgain", request=None, parameters=[ONCE], responses={200: InvitationShape(many=True)}
    )
    def post(self, request: Request, slug: str, invitation_id: int) -> Response:
        common = _common(request, slug)

        def act() -> dict[str, Any]:
            return {"id": actions.send_again(invitation_id=invitation_id, **common).pk}

        once = _once(request, common, f"again-{invitation_id}", slug, act)
        return Response(_invitations(request, slug), headers=once.headers)

    @extend_schema(operation_id="withdrawInvitation", responses={204: None})
    def delete(self, request: Request, slug: str, invitation_id: int) -> Response:
        actions.withdraw_invitation(invitation_id=invitation_id, **_common(request, slug))
        return Response(status=204)


class JoinView(ResidentView):
    """Take part, with the last part of the link that somebody was sent."""

    throttle_classes = [throttle("draft")]

    class Body(StrictSerializer):
        token = serializers.CharField(max_length=64)
        name = serializers.CharField(max_length=60, allow_blank=True, required=False)

    @extend_schema(
        operation_id="joinInitiative", request=Body, parameters=[ONCE], responses={200: MemberShape(many=True)}
    )
    def post(self, request: Request) -> Response:
        body, resident = self.read(self.Body), resident_of(request)
        name = body.get("name") or (resident.name if resident is not None else "")
        common: dict[str, Any] = {"actor": actor_of_resident(request), "now": timezone.now()}

        def act() -> dict[str, Any]:
            return {"slug": actions.accept_invitation(token=body["token"], name=name, **common).slug}

        once = _once(request, common, "join", "", act)
        slug = once.body["slug"]
        return Response(_members(request, slug), headers={"Location": f"/api/v1/initiatives/{slug}", **once.headers})
