"""What the page types share, and the plain information page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.models import Page, PageViewRestriction

from cms.base import publishing, translations
from cms.base.blocks import BodyField
from cms.base.forms import SitePageForm
from cms.base.panels import PageTabs
from core.areas.tenancy import as_visited
from core.direction import without_turns
from core.snapshots.snapshot import changed

TITLE = TitleFieldPanel("title", help_text=_("Short and clear: people read this first, in lists too."))
BODY = FieldPanel("body", help_text=_("Type here. With the plus below you add a photo, a quote, a button and more."))

THEME = FieldPanel("theme", help_text=_("Does it belong to something that takes years? Then it stands there too."))


class SitePage(Page):
    """Base of our page types. What is published is public: there are no pages behind a password.

    `area_follows_place`: for a page with an `area`, which below the page of a wijk is always that wijk's.
    """

    area_follows_place: ClassVar[bool] = False
    private_page_options: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [TITLE]
    edit_handler = PageTabs()
    base_form_class = SitePageForm
    shown_in = ""
    """The language this very object was given the texts of (`translations.with_texts_of`); empty: its own."""
    told = False
    """Whether this very object told of its change already (`publishing.tell_unpublished`)."""

    class Meta:
        abstract = True

    def get_view_restrictions(self) -> Any:
        """There are none, so serving a page need not look for them."""
        return PageViewRestriction.objects.none()

    @property
    def wijk_area_id(self) -> int | None:
        """The area on whose page this one is shown: that of its place in the tree, else its own; None: everybody's."""
        return publishing.place_of(self) or getattr(self, "area_id", None)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Also of a draft. What turns the direction of a line would turn lists, feeds and share images with it."""
        for field in self._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField):
                said = getattr(self, field.attname)
                if isinstance(said, str):
                    setattr(self, field.attname, without_turns(said))
        super().full_clean(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """With a word to whoever shows this page, or showed it until now."""
        if kwargs.get("update_fields") is not None:  # a revision was kept: nobody sees it yet
            return super().save(*args, **kwargs)
        with transaction.atomic():
            before = type(self).objects.filter(pk=self.pk, live=True).first() if self.pk else None
            if self.area_follows_place and (place := publishing.place_of(self)):
                self.area_id = place
            streams = publishing.streams_of(before) if before else set()
            saved = super().save(*args, **kwargs)
            if translations.is_translation(self):
                if self.live or before:
                    publishing.tell((publishing.REWORDED, self, streams | publishing.streams_of(self)))
            elif self.live:
                publishing.tell((publishing.PUBLISHED, self, streams | publishing.streams_of(self)))
            elif before:
                publishing.tell((publishing.WITHDRAWN, self, streams))
            self.told = True
        return saved

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            changed(publishing.LINKS)
            changed(publishing.TRANSLATED)
        return deleted

    @property
    def text_language(self) -> str:
        """Of the editor's texts on the page that is shown."""
        return self.shown_in or str(settings.LANGUAGE_CODE)

    def get_url_parts(self, request: Any = None) -> Any:
        """A translation has the address of its page, after that of its language.

        On the host that is looked at it is the address one came by: "view live" leads back there.
        """
        parts = super().get_url_parts(request)
        language = self.shown_in
        if parts is None and self.pk:
            original = translations.original_of(self)
            if original is not None and original.pk != self.pk:
                parts, language = original.get_url_parts(request), self.locale.language_code
        if not parts or not parts[2]:
            return parts
        return parts[0], as_visited(parts[1]), f"/{language}{parts[2]}" if language else parts[2]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        """Shown inside `/beheer/`, which frames it and adds the accessibility checker's own script."""
        if not self.shown_in and translations.is_translation(self):
            shown = translations.preview(self, request, mode_name)
            if shown is not None:
                return shown
        response: HttpResponse = super().serve_preview(request, mode_name)
        response._csp_exempt = True  # type: ignore[attr-defined]
        return response


def photo_field() -> Any:
    """A photo that may be taken away at any moment."""
    return models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("photo"),
        help_text=_("A photo of people or the place, at least 1200 pixels wide. Ask people in it for permission."),
    )


class InfoPage(SitePage):
    """Plain information: privacy, accessibility, house rules."""

    lead = models.CharField(_("in one sentence"), max_length=300, blank=True)
    body = BodyField()
    in_footer = models.BooleanField(_("link at the bottom of every page"), default=True)
    reviewed_on = models.DateField(
        _("checked on"), null=True, blank=True, help_text=_("The last day somebody read this page and found it right.")
    )

    template = "cms/info.html"
    parent_page_types = ["cms_home.HomePage"]
    subpage_types: list[str] = []
    page_description = _("Information that stays, such as privacy or accessibility.")
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("lead"),
        BODY,
        FieldPanel("in_footer"),
        FieldPanel("reviewed_on"),
    ]

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")
