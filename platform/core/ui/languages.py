"""Who can read what: residents in every language we have texts in, the workplace in fewer."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_info

OWN_NAMES = {"ti": "ትግርኛ", "so": "Soomaali", "zgh": "Tamazight", "pap": "Papiamentu"}
"""Of languages that Django does not know."""
STAFF_PAGES = ("/werk/", "/beheer/", "/account/")


AddressOf = Callable[[HttpRequest, str, str], str]
_addresses: list[AddressOf] = []


def register_address(of: AddressOf) -> None:
    """`of(request, path, language)` says where somebody who was at `path` goes on in another language."""
    _addresses[:] = [of]


def address_in(request: HttpRequest, path: str, language: str) -> str:
    return _addresses[0](request, path, language) if _addresses else path


def languages_of(request: HttpRequest) -> list[str]:
    """Codes of the languages this page, or this call from a page, can be answered in."""
    calls = request.path_info.startswith("/api/") and settings.SESSION_COOKIE_NAME in request.COOKIES
    staff = calls or request.path_info.startswith(STAFF_PAGES)
    return [code for code, _name in (settings.STAFF_LANGUAGES if staff else settings.LANGUAGES)]


def own_name(code: str) -> str:
    """What speakers call their language: "tr" → "Türkçe"; the code itself when nobody told us."""
    try:
        name: str = OWN_NAMES.get(code) or get_language_info(code)["name_local"]
    except KeyError:
        return code
    return name[:1].upper() + name[1:]
