"""The demonstration's sites: home, wijken and news, with the texts of pages.toml and drawings as photos."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.text import slugify
from wagtail.models import Page

from cms.approaches.examples import load_examples
from cms.approaches.models import ApproachIndexPage
from cms.home.actions import SiteMade, set_up_site
from cms.news.models import NewsIndexPage, NewsPage
from cms.wijken.models import Figure, Moment, WijkPage
from config.demo import content
from config.demo.bodies import body
from config.demo.drawings import drawing
from core.accounts.models import User
from core.areas.models import Area
from participation.routing.queries import themes_of


def build(*, now: datetime) -> None:
    """Set up both sites and, where there is no news yet, write their texts. Repeatable; edits stay."""
    with transaction.atomic():
        areas = {
            area.code: area for area in Area.objects.filter(gemeente__code__in=content.GEMEENTEN).defer("geometry")
        }
        for code in content.GEMEENTEN:
            site = set_up_site(areas[code].pk)
            load_examples(ApproachIndexPage.objects.child_of(site.home).get())
            if code == content.VLIETSTEDE:
                User.objects.get(username="redacteur", is_demo=True).groups.add(site.editors)
            news = NewsIndexPage.objects.child_of(site.home).get()
            if not NewsPage.objects.descendant_of(site.home).exists():
                _write(site, news, areas[code], areas, timezone.localdate(now))


def _write(site: SiteMade, news: NewsIndexPage, gemeente: Area, areas: dict[str, Area], today: date) -> None:
    said = content.pages()
    photos: dict[str, Any] = {}
    themes = {theme.slug: theme for theme in themes_of(gemeente.pk)}

    def picture(name: str) -> Any:
        if name not in photos:
            photos[name] = drawing(name, said["alt"][name], gemeente)
        return photos[name]

    def photo(one: dict[str, Any]) -> Any:
        return picture(one["picture"]) if one.get("picture") else None

    def mine(one: dict[str, Any]) -> bool:
        return areas[one["area"]].gemeente_id == gemeente.pk

    dates = {"tuesday": _next(today, 1), "saturday": _next(today, 5)}
    for one in said["home"]:
        if one["gemeente"] == gemeente.code:
            home = site.home
            home.title, home.lead, home.photo = one["title"], one["intro"], photo(one)
            _publish(home)
    for one in filter(mine, said["wijk"]):
        page = WijkPage.objects.get(area=areas[one["area"]])
        page.story, page.intro, page.photo = one["story"], f"<p>{escape(one['intro'])}</p>", photo(one)
        page.body = body(one.get("body", ()), picture=picture, said=dates, year=today.year)
        page.figures = [_figure(figure, today) for figure in said["figure"] if figure["area"] == one["area"]]
        page.moments = [
            Moment(
                year=told.get("year") or today.year + told["in_years"],
                month=told.get("month"),
                title=told["title"],
                text=told["text"],
                photo=photo(told),
                theme=themes.get(told.get("theme")),
                is_planned="in_years" in told,
            )
            for told in said["moment"]
            if told["area"] == one["area"]
        ]
        _publish(page)
    below = {page.area_id: page for page in WijkPage.objects.filter(area__gemeente=gemeente)}
    for one in sorted(filter(mine, said["news"]), key=lambda one: -one["days_ago"]):
        area = areas[one["area"]]
        page = NewsPage(
            title=one["title"],
            slug=slugify(one["title"]),
            date=today - timedelta(days=one["days_ago"]),
            lead=one["intro"].format(**dates),
            photo=photo(one),
            theme=themes.get(one.get("theme")),
            body=body(one["body"], picture=picture, said=dates, year=today.year),
        )
        below.get(area.pk, news).add_child(instance=page)
        _publish(page)


def _figure(said: dict[str, Any], today: date) -> Figure:
    return Figure(
        words=said["words"],
        value=said["value"],
        unit=said["unit"],
        trend=said["trend"],
        meaning=said["meaning"],
        source=said["source"],
        measured_on=date(today.year - 1, said["month"], 1),
    )


def _publish(page: Page) -> None:
    """Through a revision, so that an editor opens what visitors see."""
    page.save_revision().publish()


def _next(today: date, weekday: int) -> str:
    """The first such weekday more than a week ahead, as "dinsdag 1 december"."""
    day = today + timedelta(days=7 + (weekday - today.weekday()) % 7)
    return date_format(day, "l j F").lower()
