"""The back office and the pages: choosers of blocks, links in text, and what a film on a page may load."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wagtail import hooks

from cms.base.blocks.video import policy_for
from cms.base.choosers import areas, people
from cms.base.links import ExternalLink, LivePageLink


@hooks.register("register_admin_viewset")
def register_choosers() -> list[Any]:
    return [people, areas]


@hooks.register("register_rich_text_features", order=100)  # after Wagtail's own, which this replaces
def register_links(features: Any) -> None:
    features.register_link_type(LivePageLink)
    features.register_link_type(ExternalLink)


@hooks.register("on_serve_page")
def let_films_play(serve: Callable[..., Any]) -> Callable[..., Any]:
    """Only a page with a film may load something of elsewhere, and only from where its films are kept."""

    def with_films(page: Any, request: Any, args: Any, kwargs: Any) -> Any:
        response = serve(page, request, args, kwargs)
        allowed = policy_for(getattr(page, "body", None) or ())
        if allowed:
            response._csp_update = allowed
        return response

    return with_films
