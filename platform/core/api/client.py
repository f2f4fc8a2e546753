"""Who is calling: the client's address, as far as it can be believed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """The caller's IP address in canonical form, or "unknown" (a Unix socket without proxies).

    With `settings.TRUSTED_PROXIES = n`, each of our n proxies appended the address it saw to
    X-Forwarded-For, so the n-th from the right was written by our outermost proxy and everything
    left of it by the caller. Too few entries or no address there: the header is not ours and is ignored.
    """
    proxies: int = settings.TRUSTED_PROXIES
    if proxies:
        chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(chain) >= proxies and (address := _parse(chain[-proxies])):
            return str(address)
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    return str(address) if address else UNKNOWN


def client_network(request: HttpRequest) -> str:
    """What a limit counts by: an IPv4 address, or an IPv6 /64 (one customer has all of it)."""
    address = client_address(request)
    if ":" in address:
        return str(ip_network((address, 64), strict=False))
    return address


def client_neighbourhood(request: HttpRequest) -> str:
    """The wider network around it, for who has many addresses at hand: an IPv4 /24, or an IPv6 /48 (one site)."""
    address = client_address(request)
    if address == UNKNOWN:
        return address
    return str(ip_network((address, 48 if ":" in address else 24), strict=False))


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]:443`."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def same_origin(request: HttpRequest) -> bool:
    """Whether a page of ours sent this POST: a browser says with each of which origin the page is."""
    origin = request.headers.get("Origin", "")
    return origin == f"{request.scheme}://{request.get_host()}" or origin in settings.CSRF_TRUSTED_ORIGINS
