"""`/categories`, `/categories/_suggest` and `/areas/_locate`: what a resident needs before reporting."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import StrictSerializer
from core.api.throttles import caller, throttle, waiting_time
from core.api.views import ApiView
from core.areas.queries import LEVELS, AreaRow, locate, tree
from core.areas.tenancy import scope_of
from core.errors import FieldError, Invalid, NotFound
from participation.organisations.queries import people_of, public_person
from participation.routing import outside
from participation.routing.models import Category, Question
from participation.routing.proposals import propose, safety_advice, safety_signals
from participation.routing.queries import RoutingConfig, config
from participation.routing.wording import words_of

TEXT_LENGTH = 3000


class AdviceShape(serializers.Serializer[Any]):
    kind = serializers.CharField()
    phone = serializers.CharField()
    text = serializers.CharField()


class ChoiceShape(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's `Field.label` is set on instances


class ConditionShape(serializers.Serializer[Any]):
    """Asked when the earlier question `key` is asked and answered with one of `values`."""

    key = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField(), min_length=1)


class QuestionShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    help = serializers.CharField()
    type = serializers.ChoiceField(Question.Type.values)
    choices = ChoiceShape(many=True)
    required = serializers.BooleanField()  # type: ignore[assignment]
    showIf = ConditionShape(allow_null=True, help_text="null: always asked")


class TermsShape(serializers.Serializer[Any]):
    """Working days."""

    text = serializers.CharField()
    firstResponseDays = serializers.IntegerField()
    resolveDays = serializers.IntegerField(allow_null=True)


class CategoryShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    visibility = serializers.ChoiceField(Category.Visibility.values)
    promise = TermsShape()
    advice = AdviceShape(many=True)
    questions = QuestionShape(many=True)


class MainShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    children = CategoryShape(many=True)


class SignalsShape(AdviceShape):
    """Words of danger of one kind, without capitals and accents; `phrases` by stem, "…" for at most five words."""

    words = serializers.ListField(child=serializers.CharField())
    phrases = serializers.ListField(child=serializers.CharField())
    unless = serializers.ListField(child=serializers.CharField(), help_text="Phrases that are taken out first")


class CategoriesShape(serializers.Serializer[Any]):
    """Always one page: `next` is null."""

    results = MainShape(many=True)
    safety = SignalsShape(many=True, help_text="For who has no network to ask `_suggest`, most urgent first")
    next = serializers.CharField(allow_null=True)


class SuggestionShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    score = serializers.FloatField(min_value=0, max_value=1)


class SuggestionsShape(serializers.Serializer[Any]):
    results = SuggestionShape(many=True)
    advice = AdviceShape(many=True)


class AreaShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.ChoiceField(LEVELS)
    year = serializers.IntegerField()
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    bbox = serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4)
    point = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)


class PersonShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    role = serializers.CharField()
    organisation = serializers.CharField()
    photoUrl = serializers.CharField(allow_null=True)
    standsInFor = serializers.CharField(allow_blank=True)
    awayUntil = serializers.DateField(allow_null=True)


class LocatedShape(serializers.Serializer[Any]):
    areas = AreaShape(many=True)
    people = PersonShape(many=True)


class SuggestBody(StrictSerializer):
    text = serializers.CharField(max_length=TEXT_LENGTH)


class PointQuery(serializers.Serializer[Any]):
    lat = serializers.FloatField(min_value=-90, max_value=90)
    lon = serializers.FloatField(min_value=-180, max_value=180)


GEMEENTE = OpenApiParameter(
    "gemeente", OpenApiTypes.STR, description="CBS code (GM0518); absent: the municipality of this host."
)


def routing_for(request: Request) -> RoutingConfig:
    """The configuration of `?gemeente=GM…` or else of this host's municipality."""
    scope = scope_of(request)
    code = request.query_params.get("gemeente")
    if code is None:
        if scope.gemeente_id is None:
            raise Invalid(FieldError("gemeente", "required", _("Say which municipality: ?gemeente=GM0518.")))
        return config(scope.gemeente_id)
    area = tree().by_code.get(code)
    if area is None or area.parent_id is not None or scope.only not in (None, area.id):
        raise NotFound(_("We do not know this municipality. Use a CBS code such as GM0518."))
    return config(area.id)


class CategoriesView(ApiView):
    public = True

    @extend_schema(
        operation_id="listCategories",
        tags=["reports"],
        summary="What can be reported",
        parameters=[GEMEENTE],
        responses=CategoriesShape,
    )
    def get(self, request: Request) -> Response:
        routing = routing_for(request)
        return Response(
            {
                "results": [
                    {
                        "slug": main.category.slug,
                        "name": words_of(main.category).name,
                        "description": words_of(main.category).description,
                        "children": [category_shape(one, routing) for one in main.children],
                    }
                    for main in routing.tree
                ],
                "safety": safety_signals(),
                "next": None,
            }
        )


class SuggestView(ApiView):
    public = True
    throttle_classes = [throttle("suggest")]

    @extend_schema(
        operation_id="suggestCategories",
        tags=["reports"],
        summary="What a text may be about, and who to call first",
        parameters=[GEMEENTE],
        request=SuggestBody,
        responses=SuggestionsShape,
    )
    def post(self, request: Request) -> Response:
        routing = routing_for(request)
        text = self.read(SuggestBody)["text"]
        names = {one.slug: words_of(one).name for main in routing.tree for one in main.children}
        return Response(
            {
                "results": [
                    {"slug": slug, "name": names[slug], "score": score} for slug, score in propose(routing, text)
                ],
                "advice": safety_advice(text),
            }
        )


class LocateView(ApiView):
    public = True

    @extend_schema(
        operation_id="locateArea",
        tags=["areas"],
        summary="The areas around a point, smallest first, and who works there",
        parameters=[PointQuery],
        responses=LocatedShape,
    )
    def get(self, request: Request) -> Response:
        point = self.query(PointQuery)
        chain = locate(point["lon"], point["lat"])
        if chain is None:
            where = outside.where(point["lon"], point["lat"])
            code = "not-connected" if where == "netherlands" else "outside"
            often = waiting_time("places", caller(request)) is not None  # somebody else is asked who is responsible
            advice = outside.advice if often else outside.named_advice
            raise NotFound(advice(point["lon"], point["lat"]), code=code)
        if scope_of(request).only not in (None, chain[-1].id):
            raise NotFound(outside.elsewhere(chain[-1]), code="elsewhere", site=outside.report_at(chain[-1]))
        today = timezone.localdate()
        return Response(
            {
                "areas": [area_shape(area) for area in chain],
                "people": [
                    public_person(face.person) | {"standsInFor": face.stands_in_for, "awayUntil": face.away_until}
                    for face in people_of([area.id for area in chain], today)
                ],
            }
        )


def category_shape(category: Category, routing: RoutingConfig) -> dict[str, Any]:
    words = words_of(category)
    return {
        "slug": category.slug,
        "name": words.name,
        "description": words.description,
        "visibility": category.visibility,
        "promise": {
            "text": words.promise,
            "firstResponseDays": category.response_days,
            "resolveDays": category.resolve_days,
        },
        "advice": list(words.advice),
        "questions": [
            {
                "key": question.key,
                "label": words.label(question),
                "help": words.help(question),
                "type": question.type,
                "choices": words.choices(question),
                "required": question.required,
                "showIf": question.show_if,
            }
            for question in routing.questions_of(category.pk)
        ],
    }


def area_shape(area: AreaRow) -> dict[str, Any]:
    parent = tree().by_id[area.parent_id] if area.parent_id is not None else None
    return {
        "code": area.code,
        "name": area.name,
        "level": area.level,
        "year": area.year,
        "parent": parent.code if parent else None,
        "bbox": list(area.bbox),
        "point": list(area.point),
    }


urlpatterns = [
    path("categories", CategoriesView.as_view(), name="categories"),
    path("categories/_suggest", SuggestView.as_view(), name="categories-suggest"),
    path("areas/_locate", LocateView.as_view(), name="areas-locate"),
]
