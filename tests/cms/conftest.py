"""The world of two municipalities, each with its site, editors and administrators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.images import ImageFile
from django.test import Client
from PIL import Image as Picture
from wagtail.images import get_image_model

from cms.base.files import collection_of
from cms.home.actions import SiteMade, set_up_site
from cms.news.models import NewsIndexPage, NewsPage
from cms.wijken.models import WijkPage
from core.accounts.models import User
from core.areas.models import Area
from tests.support.accounts import sign_in
from tests.support.rows import keep
from tests.support.world import HOST_A, HOST_B, World, committed_world, world

__all__ = ["committed_world", "world"]


@dataclass(frozen=True)
class Sites:
    """Both municipalities' sites; `world` holds what stands behind them."""

    world: World
    a: SiteMade
    b: SiteMade

    def visit(self, path: str, host: str = HOST_A, **headers: str) -> Any:
        """What a resident gets at this address, in English."""
        return Client(headers={"host": host, "accept-language": "en", **headers}).get(path)

    def wijk(self, area: Area) -> WijkPage:
        return WijkPage.objects.get(area=area)

    def news(self, site: SiteMade, title: str, **fields: Any) -> NewsPage:
        page = NewsPage(title=title, lead="Wat er gebeurde.", **fields)
        NewsIndexPage.objects.child_of(site.home).get().add_child(instance=page)
        page.save_revision().publish()
        return page


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rows get the same ids again in the next test, and so the same keys."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sites(world: World) -> Sites:
    return Sites(world, *keep("sites", lambda: (set_up_site(world.a.pk), set_up_site(world.b.pk))))


def signed_in(name: str, *groups: Any, is_superuser: bool = False) -> Client:
    """A browser of somebody of these groups, past the second factor."""
    user = User.objects.create(username=name, name=name, is_superuser=is_superuser, is_staff=is_superuser)
    user.groups.add(*groups)
    client = Client(headers={"host": HOST_A, "accept-language": "en"})
    return sign_in(client, user)


@pytest.fixture
def editor(sites: Sites) -> Client:
    return signed_in("redacteur-a", sites.a.editors)


@pytest.fixture
def administrator(sites: Sites) -> Client:
    return signed_in("beheerder-a", sites.a.administrators)


@pytest.fixture
def superuser(sites: Sites) -> Client:
    return signed_in("alles", is_superuser=True)


def picture(gemeente: Area, tmp_path: Path, title: str = "Het plein") -> Any:
    """An image an editor of this municipality uploaded."""
    path = tmp_path / f"{title}.png"
    Picture.new("RGB", (1280, 720), "teal").save(path)
    with path.open("rb") as file:
        return get_image_model().objects.create(
            title=title, description=title, collection=collection_of(gemeente), file=ImageFile(file, name=path.name)
        )


__all__ += ["HOST_A", "HOST_B"]
