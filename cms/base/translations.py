"""Pages in another language: the texts of an editor, in the place of the Dutch ones.

A translation is a page of Wagtail's own (`copy_for_translation`) in a tree of its language, with its drafts, checks
and revisions. It has texts alone: shown is the Dutch page, at `/en/` and the Dutch address, with those texts in it.
So dates, places, photos, lists and figures are always those of the Dutch page; a translation that is not published,
or not made, leads to the Dutch page. Addresses of Dutch pages stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, re_path
from django.utils import translation
from wagtail import hooks
from wagtail.fields import StreamField
from wagtail.models import GroupPagePermission, Locale, Page, Site, WorkflowPage

from cms.base import kept
from cms.base.publishing import TRANSLATED
from core.snapshots.snapshot import Snapshot

SHARED = frozenset({"title", "draft_title", "seo_title", "search_description"})
"""Texts that every page of Wagtail has."""


@dataclass(frozen=True, slots=True)
class _Known:
    """`own`: the number of the site's own language. `titles`: what each page is called in others, by their codes."""

    own: int
    titles: Mapping[UUID, Mapping[str, str]]


def is_translation(page: Page) -> bool:
    """Whether this page holds the texts of another one. No query."""
    return bool(page.locale_id) and page.locale_id != _known.get().own


def text_fields(model: type[Page]) -> set[str]:
    """The fields of a page type that a translation has of its own."""
    found = set(SHARED)
    for field in model._meta.concrete_fields:
        if field.model in (Page, *Page._meta.get_parent_list()) or getattr(field, "choices", None):
            continue
        if field.name in model.exclude_fields_in_copy:  # what one page was told or allowed
            continue
        if isinstance(field, (models.CharField, models.TextField, StreamField)) and field.editable:
            found.add(field.name)
    return found


def original_of(page: Page) -> Page | None:
    """The page of the site's own language whose texts this one holds."""
    return Page.objects.filter(translation_key=page.translation_key, locale=_known.get().own).first()


def page_of(page: Any) -> Any:
    """The page itself, or the one whose texts it holds."""
    original = original_of(page) if is_translation(page) else None
    return original.specific if original is not None else page


def translation_of(page: Page, language: str) -> Page | None:
    """The published texts of a page in another language. One query."""
    return (
        Page.objects.live()
        .filter(translation_key=page.translation_key, locale__language_code=language)
        .exclude(pk=page.pk)
        .first()
    )


def translated_into(page: Page) -> tuple[str, ...]:
    """The languages in which a page can be read besides the site's own. No query."""
    return tuple(titles_of(page.translation_key))


def titles_of(key: UUID) -> Mapping[str, str]:
    """The titles of a page in the other languages it can be read in, by their codes. No query."""
    return _known.get().titles.get(key, {})


def page_translations(page: Page) -> dict[str, str]:
    """The same, each with the path, for a page of the site's own language."""
    codes = translated_into(page)
    parts = page.get_url_parts() if codes else None
    return {code: f"/{code}{parts[2]}" for code in codes} if parts and parts[2] else {}


def _load_known() -> _Known:
    """Renewed with every publication."""
    own = Locale.objects.filter(language_code=settings.LANGUAGE_CODE).values_list("pk", flat=True).first()
    live = Page.objects.live().filter(locale__language_code__in=dict(settings.PAGE_LANGUAGES))
    found: dict[UUID, dict[str, str]] = {}
    for key, code, title in live.order_by("locale__language_code").values_list(
        "translation_key", "locale__language_code", "title"
    ):
        found.setdefault(key, {})[code] = title
    return _Known(own or 0, found)


_known: Snapshot[_Known] = Snapshot(TRANSLATED, _load_known)


def with_texts_of(original: Any, texts: Any, language: str) -> Any:
    """The page itself with the texts of its translation; never to be saved."""
    for name in text_fields(type(original)):
        setattr(original, name, getattr(texts, name))
    original.shown_in = language
    return original


def translate(page: Page, language: str, *, user: Any = None) -> Page:
    """The texts of this page in another language, to be worked on: those that are there, else a draft with the Dutch.

    What stands above it gets its own draft too, for a place in the tree; rights go along.
    """
    with transaction.atomic():
        locale, _made = Locale.objects.get_or_create(language_code=language)
        found = Page.objects.filter(translation_key=page.translation_key, locale=locale).first()
        if found is not None:
            return found.specific
        parent = page.get_parent()
        if not parent.is_root():
            translate(parent, language, user=user)
        made: Page = page.specific.copy_for_translation(locale)
        _mirror(page, made)
        return made


def mirror_rights(below: Page) -> None:
    """Give who edits a page below this one, or this one, the same right over its translations."""
    given = set(GroupPagePermission.objects.filter(page__path__startswith=below.path).values_list("page_id", flat=True))
    for page in Page.objects.filter(pk__in={*given, below.pk}):
        _take_over(page, Page.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk))
    # Where nobody has a right any more, nobody has one over the translation.
    ours = Page.objects.descendant_of(below, inclusive=True)
    lost = ours.exclude(pk__in=given).values("translation_key")
    GroupPagePermission.objects.filter(page__translation_key__in=lost).exclude(page__in=ours.values("pk")).delete()


def delete_with_page(instance: Page, **_kwargs: Any) -> None:
    """For `pre_delete`: the texts of a page go with it, and so do those of what stands below it."""
    for one in _texts_of(instance):
        one.specific.delete()


def withdraw_with_page(instance: Page, **_kwargs: Any) -> None:
    """For Wagtail's `page_unpublished`: what nobody can read in Dutch is not public in another language either."""
    for one in _texts_of(instance).live():
        one.specific.unpublish()


def move_with_page(instance: Page, parent_page_after: Page, **_kwargs: Any) -> None:
    """For Wagtail's `post_page_move`: the texts follow, to where the rights of their page are."""
    for one in _texts_of(instance).select_related("locale"):
        with transaction.atomic():
            above = translate(parent_page_after, one.locale.language_code)
            if one.get_parent().pk == above.pk:
                continue
            if not Page._slug_is_available(one.slug, above, one):
                Page.objects.filter(pk=one.pk).update(slug=f"{one.slug}-{one.pk}")
            one.specific.move(Page.objects.get(pk=above.pk), pos="last-child")


def address_in(request: HttpRequest, path: str, language: str) -> str:
    """Where a resident who chooses this language goes on: the translation when it is there, else the Dutch page."""
    plain, _question, query = path.partition("?")
    for code, _name in settings.PAGE_LANGUAGES:
        if plain.startswith(f"/{code}/"):
            plain = plain.removeprefix(f"/{code}")
    if language in dict(settings.PAGE_LANGUAGES):
        page = _page_at(request, plain)
        if page is not None and translation_of(page, language) is not None:
            plain = f"/{language}{plain}"
    return f"{plain}?{query}" if query else plain


def serve(request: HttpRequest, language: str, path: str) -> HttpResponseBase:
    """GET /en/…: the Dutch page at that address with the English texts, and our own words in English too."""
    return _in_language(language, request, lambda: kept.kept_or_made(request, lambda: _made(request, language, path)))


def _made(request: HttpRequest, language: str, path: str) -> HttpResponseBase:
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    page, args, kwargs = site.root_page.specific.route(request, [one for one in path.split("/") if one])
    texts = translation_of(page, language)
    if texts is None:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"/{path}{'?' if query else ''}{query}")
    answer = _serve_page
    for around in reversed(hooks.get_hooks("on_serve_page")):
        answer = around(answer)
    return answer(with_texts_of(page, texts.specific, language), request, args, kwargs)


def _serve_page(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponseBase:
    response: HttpResponseBase = page.serve(request, *args, **kwargs)
    return response


def preview(texts: Any, request: HttpRequest, mode_name: str) -> HttpResponseBase | None:
    """How a draft of a translation will look; None where the page it belongs to is gone."""
    original, language = original_of(texts), texts.locale.language_code
    if original is None:
        return None
    shown = with_texts_of(original.specific, texts, language)
    return _in_language(language, request, lambda: shown.serve_preview(request, mode_name))


def urlpatterns() -> list[URLPattern]:
    codes = "|".join(code for code, _name in settings.PAGE_LANGUAGES)
    return [re_path(rf"^(?P<language>{codes})/(?P<path>(?:[\w-]+/)*)$", serve, name="translated_page")]


def _in_language(language: str, request: HttpRequest, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Everything in that language, also what chooses by the request: `kept` and whoever renders late."""
    chosen = getattr(request, "LANGUAGE_CODE", language)
    with translation.override(language):
        request.LANGUAGE_CODE = language
        try:
            response: Any = answer()
            if hasattr(response, "render"):
                response.render()
        finally:
            request.LANGUAGE_CODE = chosen
    if response.status_code == HTTPStatus.OK:
        response.headers["Content-Language"] = language
    return response


def _texts_of(page: Page) -> Any:
    """The pages with the texts of this one; none of a page that holds another's itself."""
    mine = Page.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)
    return mine.none() if is_translation(page) else mine


def _page_at(request: HttpRequest, path: str) -> Page | None:
    site = Site.find_for_request(request)
    try:
        if site is None:
            return None
        page: Page = site.root_page.specific.route(request, [one for one in path.split("/") if one])[0]
    except Http404:
        return None
    return page


def _mirror(page: Page, made: Page) -> None:
    _take_over(page, Page.objects.filter(pk=made.pk))
    for assigned in WorkflowPage.objects.filter(page=page):
        WorkflowPage.objects.get_or_create(page=made, defaults={"workflow": assigned.workflow})


def _take_over(page: Page, others: Any) -> None:
    rights = set(GroupPagePermission.objects.filter(page=page).values_list("group_id", "permission_id"))
    for other in others:
        has = set(GroupPagePermission.objects.filter(page=other).values_list("group_id", "permission_id"))
        for group_id, permission_id in has - rights:
            GroupPagePermission.objects.filter(page=other, group_id=group_id, permission_id=permission_id).delete()
        GroupPagePermission.objects.bulk_create(
            GroupPagePermission(page=other, group_id=group_id, permission_id=permission_id)
            for group_id, permission_id in sorted(rights - has)
        )
