"""The list of polls: what is open, what comes, what was answered; of one place or theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import conditional_page, require_safe

from core.api.errors import BadRequest
from core.api.throttles import check_throttle
from core.areas.queries import AreaRow, get_area, tree
from core.ui.atom import MOST, answer, begin, urn
from participation.polls.pages.showing import here
from participation.polls.queries import listing
from participation.polls.queries.listing import ANSWERED, NOW, OWED, SOON, STOPPED, Asked
from participation.routing.models import Theme
from participation.routing.queries import themes_of
from participation.routing.wording import theme_name

ON_PAGE = 12
FIRST = {NOW: 12, SOON: 6, OWED: 6, ANSWERED: 6}
"""How many of each the page begins with."""
GROUPS: dict[str, tuple[str, Any]] = {
    "open": (NOW, gettext_lazy("Vote now")),
    "binnenkort": (SOON, gettext_lazy("Soon")),
    "antwoord-volgt": (OWED, gettext_lazy("Waiting for an answer")),
    "beantwoord": (ANSWERED, gettext_lazy("Answered")),
    "gestopt": (STOPPED, gettext_lazy("Stopped")),
}
"""As they stand in the address."""
SUMMARY = 400


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for, with all that can be asked."""

    asked: Asked
    gemeente: AreaRow
    group: str
    theme: Theme | None

    @property
    def wijken(self) -> list[tuple[AreaRow, list[AreaRow]]]:
        """Every wijk with its buurten, by name."""
        return tree().by_wijk(self.gemeente.id)

    @property
    def themes(self) -> list[tuple[Theme, str]]:
        return [(one, theme_name(one)) for one in themes_of(self.gemeente.id)]

    @property
    def groups(self) -> list[tuple[str, Any, str]]:
        """With the address of each."""
        return [(name, label, f"?{self.query_for(name)}") for name, (_group, label) in GROUPS.items()]

    @property
    def label(self) -> Any:
        return GROUPS[self.group][1] if self.group else ""

    def query_for(self, group: str) -> str:
        said = {
            "wijk": self.asked.area.code if self.asked.area else "",
            "thema": self.theme.slug if self.theme else "",
            "nu": group,
        }
        return urlencode({name: value for name, value in said.items() if value})


def read_filters(gemeente: AreaRow, asked: Mapping[str, str]) -> Chosen:
    """What is not there is as if it was not asked. No query."""
    area = tree().by_code.get(asked.get("wijk", ""))
    if area is not None and (area.gemeente_id != gemeente.id or area.level == "gemeente"):
        area = None
    theme = next((one for one in themes_of(gemeente.id) if one.slug == asked.get("thema")), None)
    group = asked.get("nu", "")
    group = group if group in GROUPS else ""
    narrowed = Asked(
        gemeente.id, area=area, group=GROUPS[group][0] if group else "", theme_id=theme.pk if theme else None
    )
    return Chosen(narrowed, gemeente, group, theme)


@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Without a group asked: the first of each. At most four queries of its own, whatever there is."""
    check_throttle(request, "public")
    gemeente = here(request)
    chosen = read_filters(gemeente, request.GET.dict())
    cursor = request.GET.get("na", "")
    context: dict[str, Any] = {
        "chosen": chosen,
        "feed": _feed_of(chosen.asked.area),
        "canonical": request.build_absolute_uri(reverse("polls")),
        "propose": "/peilingen/voorstellen/",
    }
    if not chosen.group:
        return render(request, "polls/list.html", context | {"sections": _sections(chosen)})
    try:
        lines, after = listing.page_of(chosen.asked, cursor=cursor, limit=ON_PAGE)
    except BadRequest:  # an old or broken address: the beginning of the same list
        return HttpResponseRedirect(f"{request.path}?{chosen.query_for(chosen.group)}")
    query = chosen.query_for(chosen.group)
    context |= {
        "lines": lines,
        "first": f"?{query}" if cursor else "",
        "next": f"?{query}&na={quote(after)}" if after else "",
    }
    return render(request, "polls/list.html", context)


def _sections(chosen: Chosen) -> list[dict[str, Any]]:
    """Each group that has something, with its first lines."""
    found = []
    for name, (group, label) in GROUPS.items():
        if group not in FIRST:
            continue
        asked = Asked(
            chosen.gemeente.id, area=chosen.asked.area, group=group, theme_id=chosen.theme.pk if chosen.theme else None
        )
        lines, more = listing.newest(asked, FIRST[group])
        if lines:
            address = f"?{chosen.query_for(name)}" if more else ""
            found.append({"name": name, "label": label, "lines": lines, "more": address})
    return found


def _feed_of(area: AreaRow | None) -> str:
    wijk = next((row for row in tree().ancestors(area.id) if row.level == "wijk"), None) if area else None
    return reverse("polls_feed_wijk", args=[wijk.code]) if wijk else reverse("polls_feed")


@conditional_page
@require_safe
def feed(request: HttpRequest, code: str = "") -> HttpResponse:
    """The newest polls as Atom, of one wijk or of the whole municipality. One query."""
    check_throttle(request, "public")
    gemeente = here(request)
    area = get_area(code, gemeente_id=gemeente.id) if code else None
    rows = listing.listed(Asked(gemeente.id, area=area)).order_by(*listing.NEWEST)[:MOST]
    origin = f"{request.scheme}://{request.get_host()}"
    with translation.override(settings.LANGUAGE_CODE):
        made = begin(
            request,
            gemeente,
            title=f"{(area or gemeente).name} · {_('Polls')}",
            link=reverse("polls") + (f"?wijk={area.code}" if area else ""),
            language=str(settings.LANGUAGE_CODE),
        )
        for one in rows:
            made.add_item(
                title=one.title,
                link=origin + reverse("poll", args=[one.slug]),
                description=Truncator(one.intro or one.purpose).chars(SUMMARY),
                unique_id=urn(f"poll {gemeente.code} {one.pk}"),
                pubdate=one.published_at,
                updateddate=one.changed_at,
                categories=[str(one.get_stage_display())],
            )
    return answer(made)


urlpatterns = [
    path("feeds/peilingen.atom", feed, name="polls_feed"),
    path("feeds/wijk/<str:code>/peilingen.atom", feed, name="polls_feed_wijk"),
    path("peilingen/", list_page, name="polls"),
]
