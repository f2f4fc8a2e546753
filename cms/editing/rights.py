"""Who edits which wijk: one group for each wijk, with rights over its page and what stands below it.

A group is made when the first editor is named, and found again by the rights it has. It gives no right over anything
else: images and documents its members add are their own, in the folder of the municipality.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from cms.base.files import collection_name
from cms.base.translations import mirror_rights
from cms.editing.models import EditingRules
from core.accounts.models import User
from core.errors import FieldError, Invalid, NotFound
from participation.organisations.queries import accounts_in

CHANGING = ("add_page", "change_page", "lock_page", "unlock_page")
PUBLISH = "publish_page"
OWN_FILES = ("add_image", "choose_image", "add_document", "choose_document")
ADDED, REMOVED = "editing.editor_added", "editing.editor_removed"
"""As what it is logged; with ids alone."""


@dataclass(frozen=True, slots=True)
class Row:
    """A page with who edits it and what stands below it; `home` is that of everything."""

    page: Any
    editors: tuple[User, ...]
    is_home: bool = False


def home_of(gemeente_id: int) -> Any:
    """The home page of a municipality. Raises `NotFound`."""
    home = apps.get_model("cms_home.HomePage").objects.filter(gemeente_id=gemeente_id).first()
    if home is None:
        raise NotFound(_("This municipality has no site yet."))
    return home


def wijk_pages(home: Page) -> Any:
    """The pages of its wijken that editors can be named for, by name."""
    pages = apps.get_model("cms_wijken.WijkPage").objects.descendant_of(home).filter(locale_id=home.locale_id)
    return pages.select_related("area").defer("area__geometry", "body", "intro").order_by("title")


def town_editors(home: Page) -> Group:
    """Who edits every page of the municipality: of its groups the first that sets nothing else up."""
    groups = Group.objects.filter(page_permissions__page=home, page_permissions__permission__codename="change_page")
    plain = groups.exclude(permissions__content_type__app_label="organisations").distinct().order_by("pk").first()
    if plain is None:
        raise NotFound(_("This municipality has no group of editors. An administrator makes it again (set_up_site)."))
    return plain


def wijk_group(page: Page) -> Group | None:
    """The group of a wijk's editors, if it was made."""
    return Group.objects.filter(page_permissions__page=page).distinct().order_by("pk").first()


def rows(gemeente_id: int) -> list[Row]:
    """The municipality first, then every wijk. Six queries, whatever the number of wijken."""
    home = home_of(gemeente_id)
    pages = list(wijk_pages(home))
    given = GroupPagePermission.objects.filter(page__in=[one.pk for one in pages]).values_list("page_id", "group_id")
    groups = dict(given.order_by("-group_id"))
    town = town_editors(home)
    people: dict[int, list[User]] = {}
    members = User.objects.filter(groups__in={town.pk, *groups.values()}, is_active=True)
    for user in members.order_by("name", "username").prefetch_related("groups").distinct():
        for group in user.groups.all():
            people.setdefault(group.pk, []).append(user)
    return [
        Row(home, tuple(people.get(town.pk, ())), is_home=True),
        *(Row(page, tuple(people.get(groups.get(page.pk, 0), ()))) for page in pages),
    ]


def candidates(gemeente_id: int) -> QuerySet[User]:
    """Accounts that may be made an editor here: professionals of this municipality, and who edits here already."""
    home = home_of(gemeente_id)
    groups = Group.objects.filter(page_permissions__page__path__startswith=home.path)
    # A subquery for each: a join with both gives rows by the product.
    ours = Q(pk__in=accounts_in(gemeente_id)) | Q(pk__in=User.objects.filter(groups__in=groups).values("pk"))
    return User.objects.filter(ours, is_active=True).order_by("name", "username")


def add_editor(*, gemeente_id: int, page_id: int, user_id: int, by: User) -> None:
    """Let somebody edit a wijk, or with the home page everything. Twice is once. Raises `NotFound`, `Invalid`."""
    with transaction.atomic():
        group = _group_for(gemeente_id, page_id, make=True)
        user = candidates(gemeente_id).filter(pk=user_id).first()
        if group is None or user is None:
            raise Invalid(FieldError("user", "unknown", _("Choose somebody from the list.")))
        if not user.groups.filter(pk=group.pk).exists():
            user.groups.add(group)
            log(instance=group, action=ADDED, user=by, data={"account": user.pk, "page": page_id})


def remove_editor(*, gemeente_id: int, page_id: int, user_id: int, by: User) -> None:
    """Take the right away again; nothing happens to who has it not. Raises `NotFound`."""
    with transaction.atomic():
        group = _group_for(gemeente_id, page_id, make=False)
        user = User.objects.filter(pk=user_id, groups=group).first() if group else None
        if group is not None and user is not None:
            user.groups.remove(group)
            log(instance=group, action=REMOVED, user=by, data={"account": user.pk, "page": page_id})


def rules_of(gemeente_id: int) -> EditingRules:
    """How this municipality publishes; unsaved where nobody chose."""
    return EditingRules.objects.filter(gemeente_id=gemeente_id).first() or EditingRules(gemeente_id=gemeente_id)


def choose_check(*, gemeente_id: int, check_by: str) -> None:
    """Say who looks first, and give or take the right to publish with it. Raises `NotFound`, `Invalid`."""
    if check_by not in EditingRules.Check.values:
        raise Invalid(FieldError("check_by", "unknown", _("Choose one of these.")))
    with transaction.atomic():
        home = home_of(gemeente_id)
        EditingRules.objects.update_or_create(gemeente_id=gemeente_id, defaults={"check_by": check_by})
        permission = _page_permissions((PUBLISH,)).get()
        given = GroupPagePermission.objects.filter(permission=permission)
        town = town_editors(home)
        wijken = GroupPagePermission.objects.filter(page__in=wijk_pages(home).values("pk"))
        places = {(group_id, page_id) for group_id, page_id in wijken.values_list("group_id", "page_id")}
        if check_by == EditingRules.Check.NOBODY:
            have = set(given.values_list("group_id", "page_id"))
            GroupPagePermission.objects.bulk_create(
                GroupPagePermission(group_id=group_id, page_id=page_id, permission=permission)
                for group_id, page_id in sorted(places - have)
            )
        else:
            given.filter(page__in={page_id for _group, page_id in places}).delete()
        if check_by == EditingRules.Check.ALL:
            given.filter(group=town, page=home).delete()
        else:
            GroupPagePermission.objects.get_or_create(group=town, page=home, permission=permission)
        mirror_rights(home)


def _group_for(gemeente_id: int, page_id: int, *, make: bool) -> Group | None:
    home = home_of(gemeente_id)
    if page_id == home.pk:
        return town_editors(home)
    # The page's row is held: two clicks make one group.
    page = wijk_pages(home).select_for_update(of=("self",)).filter(pk=page_id).first()
    if page is None:
        raise NotFound
    return wijk_group(page) or (_make_group(page, home) if make else None)


def _make_group(page: Any, home: Any) -> Group:
    with translation.override(settings.LANGUAGE_CODE):
        name = f"{_('Editors')} {page.title[:100]} ({page.area.code if page.area else page.pk})"
    group, made = Group.objects.get_or_create(name=name[:150])
    if not made:  # left behind by a page that was deleted: its people were not chosen for this one
        group.user_set.clear()
    group.permissions.set([Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")])
    codes: tuple[str, ...] = CHANGING
    if rules_of(home.gemeente_id).check_by == EditingRules.Check.NOBODY:
        codes = (*codes, PUBLISH)
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page=page, permission=one) for one in _page_permissions(codes)
    )
    folder = Collection.objects.filter(name=collection_name(home.gemeente)).first()
    files = Permission.objects.filter(content_type__app_label__in=("wagtailimages", "wagtaildocs"))
    mirror_rights(page)
    GroupCollectionPermission.objects.filter(group=group).delete()
    if folder is not None:
        GroupCollectionPermission.objects.bulk_create(
            GroupCollectionPermission(group=group, collection=folder, permission=one)
            for one in files.filter(codename__in=OWN_FILES)
        )
    return group


def _page_permissions(codes: tuple[str, ...]) -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=codes)
