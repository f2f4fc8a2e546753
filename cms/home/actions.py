"""Making, following and taking down the site of a municipality."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    ModelLogEntry,
    Page,
    Site,
)

from cms.agenda.models import AgendaIndexPage
from cms.approaches.models import ApproachIndexPage
from cms.base.files import collection_name
from cms.base.models import InfoPage
from cms.editing.checking import set_up_check, take_down_check
from cms.home.models import HomePage
from cms.home.texts import information
from cms.news.models import NewsIndexPage
from cms.people.models import PeoplePage
from cms.wijken.models import WijkIndexPage, WijkPage
from cms.wins.models import WinIndexPage
from core.areas.models import Area, Tenant
from core.errors import FieldError, Invalid, NotFound

WAGTAILS_OWN = ("Editors", "Moderators")
"""Groups that come with Wagtail and may change every page of every municipality."""
EDITING = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
FILES_OF = ("wagtailimages", "wagtaildocs")
FILES = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")
CONFIGURATION = ("areas", "organisations", "routing")
"""Apps whose rows an administrator of a municipality sets; each row is checked for its gemeente as well."""
ALSO_SET = (
    ("cases", "standardanswer"),
    ("reports", "held"),
    ("texts", "blockedword"),
    ("cms_editing", "editingrules"),
    ("cms_tone", "toneword"),
    ("wagtailredirects", "redirect"),
)
"""Of cases they set the standard answers; of reports they look at what was held, and which words hold one; of pages
they say who edits which, which words the tone helper marks, and what old addresses lead to."""
after_set_up: list[Callable[[list[int]], object]] = []
"""Called with the ids of gemeenten inside the transaction, when their sites are there."""
GIVEN = "home.rights"
"""As what it is logged that a group got rights, and over which kinds of rows."""


@dataclass(frozen=True, slots=True)
class SiteMade:
    """`made` counts the pages that were not there yet, `wijken` those of wijken."""

    home: HomePage
    site: Site
    editors: Group
    administrators: Group
    made: int = 0
    wijken: list[str] = field(default_factory=list)


def set_up_site(gemeente_id: int, hostname: str | None = None, *, default: bool | None = None) -> SiteMade:
    """Give a municipality its site: home, wijken, news, information pages, groups and a place for files.

    Makes only what is missing, so it can be repeated, and is after an import that added wijken.
    `hostname` and `default` are written to the tenant and the site together; None keeps what is
    there. The first municipality of an installation becomes the default. Raises `NotFound`, `Invalid`.
    """
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        gemeente = Area.objects.filter(pk=gemeente_id, level=Area.Level.GEMEENTE).defer("geometry").first()
        if gemeente is None:
            raise NotFound(_("There is no municipality with this number."))
        tenant = _tenant(gemeente, hostname, default)
        root = _ground()
        before = Page.objects.count()
        home = _home(root, gemeente)
        wijken = _wijken(home, gemeente)
        _child(home, NewsIndexPage, slug="nieuws", title=_("News"))
        _child(home, WinIndexPage, slug="gelukt", title=_("This went well"))
        _child(home, AgendaIndexPage, slug="agenda", title=_("Agenda"))
        _child(home, PeoplePage, slug="mensen", title=_("Who works here"))
        _child(home, ApproachIndexPage, slug="aanpakken", title=_("Approaches that work"))
        for text in information(gemeente.name):
            _child(home, InfoPage, **text)
        for hook in after_set_up:
            hook([gemeente.pk])
        made = Page.objects.count() - before
        site = _site(tenant, home)
        editors, administrators = _groups(gemeente, home)
        set_up_check(home, gemeente.name, [editors, administrators])
        return SiteMade(home, site, editors, administrators, made, wijken)


def follow_tenant(tenant: Tenant) -> None:
    """After a tenant's host name or default changed: its site says the same."""
    with transaction.atomic():
        home = HomePage.objects.filter(gemeente_id=tenant.gemeente_id).first()
        if home is not None:
            _site(tenant, home)


def take_down_site(gemeente_id: int) -> None:
    """Remove the site, its pages, groups and files; nothing happens where there is none."""
    with transaction.atomic():
        home = HomePage.objects.filter(gemeente_id=gemeente_id).first()
        if home is None:
            return
        Site.objects.filter(root_page=home).delete()
        Group.objects.filter(page_permissions__page__path__startswith=home.path).delete()
        take_down_check(home)
        for collection in Collection.objects.filter(name=collection_name(home.gemeente)):
            for image in _images().filter(collection=collection):
                image.delete()
            for document in _documents().filter(collection=collection):
                document.delete()
            collection.delete()
        home.delete()


def _tenant(gemeente: Area, hostname: str | None, default: bool | None) -> Tenant:
    tenant = Tenant.objects.select_for_update().filter(gemeente=gemeente).first() or Tenant(gemeente=gemeente)
    if hostname is not None:
        tenant.hostname = hostname
        tenant.clean()
        if Tenant.objects.filter(hostname=tenant.hostname).exclude(gemeente=gemeente).exists():
            raise Invalid(FieldError("hostname", "taken", _("Another municipality has this host name.")))
    others = Tenant.objects.exclude(gemeente=gemeente)
    if default is None:
        default = tenant.is_default or not others.filter(is_default=True).exists()
    if default:
        for other in others.filter(is_default=True):
            other.is_default = False
            other.save()
            follow_tenant(other)
    if not (tenant.hostname or default):
        raise Invalid(FieldError("hostname", "required", _("Give a host name: another municipality is the default.")))
    tenant.is_default = default
    tenant.save()
    return tenant


def _ground() -> Page:
    """The root of all pages, without what Wagtail puts there for a first try."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    root: Page = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    welcome = root.get_children().filter(slug="home", content_type__model="page").first()
    if welcome is not None:
        Site.objects.filter(root_page=welcome).delete()
        welcome.delete()
        root.refresh_from_db()
    GroupPagePermission.objects.filter(group__name__in=WAGTAILS_OWN).delete()
    GroupCollectionPermission.objects.filter(group__name__in=WAGTAILS_OWN).delete()
    return root


def _home(root: Page, gemeente: Area) -> HomePage:
    home = HomePage.objects.filter(gemeente=gemeente).first()
    if home is not None:
        return home
    home = HomePage(
        gemeente=gemeente,
        title=_("Together for your neighbourhood"),
        draft_title=_("Together for your neighbourhood"),
        slug=slugify(f"{gemeente.name} {gemeente.code}"),
        lead=_("Do you see something that could be better? Tell us. People from your own neighbourhood take it up."),
    )
    root.add_child(instance=home)
    return home


def _child(parent: Page, kind: Any, *, slug: str, **fields: Any) -> Any:
    """The child at this address, or of a kind of which there is one, wherever it stands; what an editor made stays."""
    below = parent.get_children()
    found = below.filter(slug=slug).first()
    if found is None and kind.max_count_per_parent == 1:
        found = below.type(kind).first()
    if found is not None:
        return found.specific
    page = kind(slug=slug, **fields)
    parent.add_child(instance=page)
    return page


def _wijken(home: HomePage, gemeente: Area) -> list[str]:
    """Codes of the wijken that got their page now."""
    index = _child(home, WijkIndexPage, slug="wijken", title=_("Neighbourhoods"))
    having = WijkPage.objects.filter(area__gemeente=gemeente).values("area_id")
    missing = Area.objects.filter(gemeente=gemeente, level=Area.Level.WIJK).exclude(pk__in=having).defer("geometry")
    taken = set(index.get_children().values_list("slug", flat=True))
    made = []
    for area in missing.order_by("code"):
        slug = slugify(area.name) or area.code.lower()
        if slug in taken:
            slug = f"{slug}-{area.code.lower()}"
        taken.add(slug)
        index.add_child(instance=WijkPage(area=area, title=area.name, slug=slug))
        made.append(area.code)
    return made


def _site(tenant: Tenant, home: HomePage) -> Site:
    """A default site without a host name of its own answers at the installation's address."""
    base = urlsplit(settings.BASE_URL)
    port = base.port or (443 if settings.TLS else 80)
    hostname = tenant.hostname or base.hostname or "localhost"
    site = Site.objects.filter(root_page=home).first() or Site(root_page=home)
    site.hostname, site.port, site.site_name = hostname, port, tenant.gemeente.name
    if tenant.is_default:
        Site.objects.filter(is_default_site=True).exclude(pk=site.pk).update(is_default_site=False)
    site.is_default_site = tenant.is_default
    site.save()
    return site


def _groups(gemeente: Area, home: HomePage) -> tuple[Group, Group]:
    """Editors of the pages, and administrators who also set up organisations, people and rules."""
    folder = Collection.objects.filter(name=collection_name(gemeente)).first()
    if folder is None:
        folder = Collection.get_first_root_node().add_child(name=collection_name(gemeente))
    admin = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    also = reduce(or_, (Q(content_type__app_label=app, content_type__model=model) for app, model in ALSO_SET))
    setting_up = Permission.objects.filter(Q(content_type__app_label__in=CONFIGURATION) | also)
    files = Permission.objects.filter(content_type__app_label__in=FILES_OF, codename__in=FILES)
    pages = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=EDITING)
    here = Group.objects.filter(page_permissions__page=home).distinct().order_by("pk")
    found = {
        True: here.filter(permissions__in=setting_up).first(),
        False: here.exclude(permissions__in=setting_up).first(),
    }
    for sets_up, name in ((False, _("Editors")), (True, _("Administrators"))):
        if found[sets_up] is not None:
            continue  # whatever its rights over pages are by now: the municipality's own choice
        group = found[sets_up] = Group.objects.create(name=f"{name} {gemeente.name} ({gemeente.code})"[:150])
        group.permissions.add(admin)
        GroupPagePermission.objects.bulk_create(
            GroupPagePermission(group=group, page=home, permission=one) for one in pages
        )
        GroupCollectionPermission.objects.bulk_create(
            GroupCollectionPermission(group=group, collection=folder, permission=one) for one in files
        )
    editors, administrators = found[False], found[True]
    assert editors is not None
    assert administrators is not None
    _give(administrators, setting_up)
    return editors, administrators


def _give(group: Group, rights: QuerySet[Permission]) -> None:
    """Rights over every kind of row, once for each kind: also over those that a newer version of ours brought.

    After that they are the municipality's own to take away.
    """
    kinds: dict[str, list[Permission]] = {}
    for one in rights.select_related("content_type"):
        kinds.setdefault(".".join(one.content_type.natural_key()), []).append(one)
    entries = ModelLogEntry.objects.for_instance(group).filter(action=GIVEN)
    fresh = kinds.keys() - {kind for entry in entries for kind in entry.data["kinds"]}
    if not fresh:
        return
    has = {".".join(one.content_type.natural_key()) for one in group.permissions.select_related("content_type")}
    group.permissions.add(*(one for kind in fresh - has for one in kinds[kind]))
    log(instance=group, action=GIVEN, data={"kinds": sorted(fresh)})


def _images() -> Any:
    from wagtail.images import get_image_model

    return get_image_model().objects


def _documents() -> Any:
    from wagtail.documents import get_document_model

    return get_document_model().objects
