"""`GET /news`, `/wins`, `/events`, `/approaches` and `/pages`: what editors published, for other websites and apps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.apps import apps
from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from cms.approaches.states import Effort, Evidence
from cms.base.views import MOST_PAGES
from cms.public.queries import Ground, ground_of, public_pages
from core.api.cursors import KeysetPagination
from core.api.schema import KEYSET_PARAMETERS
from core.api.views import ApiView
from core.areas.queries import get_area
from core.areas.tenancy import scope_of
from core.errors import NotFound

LONG_AGO = Value(datetime(1970, 1, 1, tzinfo=UTC), output_field=DateTimeField())
"""For pages that came with the site and nobody published since."""
PHOTO = "max-1200x1200|format-webp"


class PageQuery(serializers.Serializer[Any]):
    area = serializers.CharField(
        max_length=16, required=False, help_text="Code: what belongs to this area or to an area in it."
    )


class ThemedQuery(PageQuery):
    theme = serializers.SlugField(max_length=60, required=False, help_text="Short name of a theme.")


class PlaceShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    level = serializers.CharField()


class PhotoShape(serializers.Serializer[Any]):
    url = serializers.CharField(help_text="A path on this host.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    alt = serializers.CharField(allow_blank=True, help_text="What is to be seen; empty for decoration.")


class PageShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    url = serializers.URLField(help_text="The page itself.")
    language = serializers.CharField(help_text="Of the texts.")
    area = PlaceShape(allow_null=True, help_text="Absent for what is for everyone.")
    publishedAt = serializers.DateTimeField(allow_null=True)
    updatedAt = serializers.DateTimeField(allow_null=True)


class AnyPageShape(PageShape):
    type = serializers.CharField(help_text="Kind of page, such as `wijk` or `news`.")


class NewsShape(PageShape):
    date = serializers.DateField()
    lead = serializers.CharField(help_text="One or two sentences.")
    theme = serializers.CharField(allow_null=True, help_text="Short name of the theme.")
    photo = PhotoShape(allow_null=True)


class NewsDetailShape(NewsShape):
    html = serializers.CharField(help_text="The text, as it stands on the page.")


class WinShape(PageShape):
    date = serializers.DateField(help_text="The day it was solved or reached.")
    lead = serializers.CharField()
    theme = serializers.CharField(allow_null=True)
    category = serializers.CharField(allow_blank=True)
    place = serializers.CharField(allow_blank=True, help_text="Never an address.")
    days = serializers.IntegerField(allow_null=True, help_text="How long it took.")
    supporters = serializers.IntegerField(help_text="How many more people saw it.")
    photoBefore = PhotoShape(allow_null=True)
    photoAfter = PhotoShape(allow_null=True)


class WinDetailShape(WinShape):
    html = serializers.CharField()


def page_row(page: Page, ground: Ground) -> dict[str, Any]:
    area = ground.area_of(page)
    return {
        "id": page.pk,
        "title": page.title,
        "url": ground.address_of(page),
        "language": page.locale.language_code,
        "area": {"code": area.code, "name": area.name, "level": area.level} if area else None,
        "publishedAt": page.first_published_at,
        "updatedAt": page.last_published_at,
    }


def photo_row(image: AbstractImage | None) -> dict[str, Any] | None:
    """A size that fits a card or a page; made once. No query for an image with its renditions read.

    None also for an image whose file is gone.
    """
    try:
        made = image.get_rendition(PHOTO) if image else None
    except OSError:
        made = None
    if image is None or made is None:
        return None
    return {"url": made.url, "width": made.width, "height": made.height, "alt": image.description}


def themed(page: Any) -> str | None:
    return page.theme.slug if page.theme else None


class Pages(ApiView):
    """A list of one kind of page, newest first, and one of them with its text."""

    public = True
    model: ClassVar[str]
    ordering: ClassVar[Sequence[str]] = ("-date", "-id")
    photos: ClassVar[Sequence[str]] = ()
    also: ClassVar[Sequence[str]] = ()
    """What a row needs of other tables."""
    query_class: ClassVar[type[serializers.Serializer[Any]]] = ThemedQuery

    def found(self, request: Request, ground: Ground, wanted: dict[str, Any]) -> Any:
        area = get_area(wanted["area"], gemeente_id=scope_of(request).only) if "area" in wanted else None
        pages = public_pages(apps.get_model(self.model), ground, area).select_related("locale", "theme", *self.photos)
        if "theme" in wanted:
            pages = pages.filter(theme__slug=wanted["theme"])
        return pages.prefetch_related(*self.also, *(f"{one}__renditions" for one in self.photos))

    def answer(self, request: Request) -> Response:
        ground = ground_of(scope_of(request).only)
        pages = self.found(request, ground, self.query(self.query_class))
        paging = KeysetPagination(*self.ordering)
        rows = [self.row(page, ground) for page in paging.paginate_queryset(pages.defer("body"), request, self)]
        return paging.get_paginated_response(rows)

    def one(self, request: Request, page_id: int) -> Response:
        if page_id >= MOST_PAGES:
            raise NotFound
        ground = ground_of(scope_of(request).only)
        page = self.found(request, ground, {}).filter(pk=page_id).first()
        if page is None:
            raise NotFound
        html = render_to_string("cms/body.html", {"page": page}, request._request)
        return Response({**self.whole(page, ground), "html": html.strip()})

    def row(self, page: Any, ground: Ground) -> dict[str, Any]:
        """What every kind says; each adds its own."""
        return page_row(page, ground)

    def whole(self, page: Any, ground: Ground) -> dict[str, Any]:
        """What one page says beside its text."""
        return self.row(page, ground)


class News(Pages):
    model = "cms_news.NewsPage"
    photos = ("photo",)

    def row(self, page: Any, ground: Ground) -> dict[str, Any]:
        own = {"date": page.date, "lead": page.lead, "theme": themed(page), "photo": photo_row(page.photo)}
        return super().row(page, ground) | own


class NewsListView(News):
    pagination_class = KeysetPagination

    @extend_schema(
        operation_id="listNews",
        tags=["pages"],
        summary="News, newest first",
        parameters=[ThemedQuery, *KEYSET_PARAMETERS],
        responses=NewsShape(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.answer(request)


class NewsView(News):
    @extend_schema(operation_id="getNews", tags=["pages"], summary="One message", responses=NewsDetailShape)
    def get(self, request: Request, page_id: int) -> Response:
        return self.one(request, page_id)


class Wins(Pages):
    model = "cms_wins.SmallWinPage"
    photos = ("photo_before", "photo_after")

    def row(self, page: Any, ground: Ground) -> dict[str, Any]:
        return super().row(page, ground) | {
            "date": page.date,
            "lead": page.lead,
            "theme": themed(page),
            "category": page.category,
            "place": page.place,
            "days": page.days,
            "supporters": page.supporters,
            "photoBefore": photo_row(page.photo_before),
            "photoAfter": photo_row(page.photo_after),
        }


class WinsListView(Wins):
    pagination_class = KeysetPagination

    @extend_schema(
        operation_id="listWins",
        tags=["pages"],
        summary="Small wins: what was solved or reached, newest first",
        parameters=[ThemedQuery, *KEYSET_PARAMETERS],
        responses=WinShape(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.answer(request)


class WinView(Wins):
    @extend_schema(operation_id="getWin", tags=["pages"], summary="One small win", responses=WinDetailShape)
    def get(self, request: Request, page_id: int) -> Response:
        return self.one(request, page_id)


class EventShape(PageShape):
    """`start` and `end` are days for what lasts the whole day."""

    lead = serializers.CharField()
    start = serializers.CharField(help_text="Of the next time: a moment (RFC 3339), or a day such as 2026-12-03.")
    end = serializers.CharField()
    repeats = serializers.CharField(allow_blank=True, help_text="`week`, `fortnight`, `month`, or empty.")
    status = serializers.ChoiceField(["scheduled", "rescheduled", "cancelled"])
    reason = serializers.CharField(allow_blank=True, help_text="Why it is cancelled.")
    place = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    point = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, min_length=2, max_length=2, help_text="[lon, lat]"
    )
    organiser = serializers.CharField(allow_blank=True)
    costs = serializers.CharField(allow_blank=True, help_text="Empty when it is free.")
    languages = serializers.ListField(child=serializers.CharField())
    theme = serializers.CharField(allow_null=True)
    photo = PhotoShape(allow_null=True)


class EventDetailShape(EventShape):
    html = serializers.CharField()


class Events(Pages):
    model = "cms_agenda.EventPage"
    ordering = ("over_at", "id")
    photos = ("photo",)
    also = ("changes",)

    def row(self, page: Any, ground: Ground) -> dict[str, Any]:
        facts = page.public_facts(page.shown(timezone.now()))
        return super().row(page, ground) | {
            "lead": page.lead,
            **facts,
            "theme": themed(page),
            "photo": photo_row(page.photo),
        }


class EventsListView(Events):
    pagination_class = KeysetPagination

    def found(self, request: Request, ground: Ground, wanted: dict[str, Any]) -> Any:
        return super().found(request, ground, wanted).filter(over_at__gt=timezone.now())

    @extend_schema(
        operation_id="listEvents",
        tags=["pages"],
        summary="Events that are still to come, each with its next time; what ends first stands first",
        parameters=[ThemedQuery, *KEYSET_PARAMETERS],
        responses=EventShape(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.answer(request)


class EventView(Events):
    @extend_schema(operation_id="getEvent", tags=["pages"], summary="One event", responses=EventDetailShape)
    def get(self, request: Request, page_id: int) -> Response:
        return self.one(request, page_id)


class ApproachQuery(serializers.Serializer[Any]):
    theme = serializers.SlugField(max_length=60, required=False, help_text="Short name of a theme.")
    evidence = serializers.ChoiceField(Evidence.values, required=False)


class ApproachShape(PageShape):
    goal = serializers.CharField()
    theme = serializers.CharField(allow_null=True)
    audience = serializers.CharField(allow_blank=True, help_text="For whom it is.")
    needed = serializers.CharField(allow_blank=True, help_text="Who takes part.")
    effort = serializers.ChoiceField(Effort.values)
    costFrom = serializers.IntegerField(allow_null=True, help_text="Euros.")
    costTo = serializers.IntegerField(allow_null=True, help_text="Euros; absent: nobody knows.")
    evidence = serializers.ChoiceField(Evidence.values, help_text="How sure one is that it works.")
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # DRF's own `source` is set on instances
    isExample = serializers.BooleanField(help_text="Written for the start of the library; not done here yet.")
    photo = PhotoShape(allow_null=True)


class ApproachDetailShape(ApproachShape):
    steps = serializers.ListField(child=serializers.CharField())
    ingredients = serializers.ListField(child=serializers.CharField(), help_text="What makes it work.")
    warnings = serializers.ListField(child=serializers.CharField())
    html = serializers.CharField()


LISTS = ("steps", "ingredients", "warnings")


class Approaches(Pages):
    model = "cms_approaches.ApproachPage"
    ordering = ("title", "id")
    photos = ("photo",)
    query_class = ApproachQuery

    def found(self, request: Request, ground: Ground, wanted: dict[str, Any]) -> Any:
        pages = super().found(request, ground, wanted)
        return pages.filter(evidence=wanted["evidence"]) if "evidence" in wanted else pages

    def row(self, page: Any, ground: Ground) -> dict[str, Any]:
        return super().row(page, ground) | {
            "goal": page.goal,
            "theme": themed(page),
            "audience": page.audience,
            "needed": page.needed,
            "effort": page.effort,
            "costFrom": page.cost_from,
            "costTo": page.cost_to,
            "evidence": page.evidence,
            "source": page.source,
            "isExample": page.is_example,
            "photo": photo_row(page.photo),
        }

    def whole(self, page: Any, ground: Ground) -> dict[str, Any]:
        return self.row(page, ground) | {name: [str(one.value) for one in getattr(page, name)] for name in LISTS}


class ApproachesListView(Approaches):
    pagination_class = KeysetPagination

    @extend_schema(
        operation_id="listApproaches",
        tags=["pages"],
        summary="The library of approaches, by name",
        parameters=[ApproachQuery, *KEYSET_PARAMETERS],
        responses=ApproachShape(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.answer(request)


class ApproachView(Approaches):
    @extend_schema(operation_id="getApproach", tags=["pages"], summary="One approach", responses=ApproachDetailShape)
    def get(self, request: Request, page_id: int) -> Response:
        return self.one(request, page_id)


TYPES = {
    "cms_home.homepage": "home",
    "cms_wijken.wijkindexpage": "wijken",
    "cms_wijken.wijkpage": "wijk",
    "cms_news.newsindexpage": "news-list",
    "cms_news.newspage": "news",
    "cms_wins.smallwinpage": "win",
    "cms_wins.winindexpage": "win-list",
    "cms_agenda.agendaindexpage": "agenda",
    "cms_approaches.approachindexpage": "approach-list",
    "cms_approaches.approachpage": "approach",
    "cms_people.peoplepage": "people",
    "cms_agenda.eventpage": "event",
    "cms_base.infopage": "information",
}


class PagesView(ApiView):
    public = True
    pagination_class = KeysetPagination

    @extend_schema(
        operation_id="listPages",
        tags=["pages"],
        summary="Every public page, the latest change first",
        parameters=[PageQuery, *KEYSET_PARAMETERS],
        responses=AnyPageShape(many=True),
    )
    def get(self, request: Request) -> Response:
        wanted, scope = self.query(PageQuery), scope_of(request)
        area = get_area(wanted["area"], gemeente_id=scope.only) if "area" in wanted else None
        ground = ground_of(scope.only)
        pages = public_pages(Page, ground, area).annotate(changed=Coalesce("last_published_at", LONG_AGO))
        paging = KeysetPagination("-changed", "-id")
        rows = paging.paginate_queryset(pages.select_related("locale", "content_type"), request, self)
        return paging.get_paginated_response([page_row(row, ground) | {"type": _type(row)} for row in rows])


def _type(page: Page) -> str:
    kind = f"{page.content_type.app_label}.{page.content_type.model}"
    return TYPES.get(kind, page.content_type.model.removesuffix("page"))


urlpatterns = [
    path("pages", PagesView.as_view(), name="api_pages"),
    path("news", NewsListView.as_view(), name="api_news"),
    path("news/<int:page_id>", NewsView.as_view(), name="api_news_message"),
    path("wins", WinsListView.as_view(), name="api_wins"),
    path("wins/<int:page_id>", WinView.as_view(), name="api_win"),
    path("approaches", ApproachesListView.as_view(), name="api_approaches"),
    path("approaches/<int:page_id>", ApproachView.as_view(), name="api_approach"),
    path("events", EventsListView.as_view(), name="api_events"),
    path("events/<int:page_id>", EventView.as_view(), name="api_event"),
]
