"""Signing in with one's organisation: a real provider in a process of its own, the whole flow over HTTP."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.core.cache import cache
from django.test import Client

from core.accounts.models import User
from core.work.worker import run_due_tasks
from participation.organisations.invitations import Invitee, Place, invite, reach_of
from participation.organisations.joining import GroupRole, Invitation
from participation.organisations.models import Mandate, Membership, Professional
from tests.support.accounts import session_for
from tests.support.live.servers import free_port
from tests.support.world import HOST_A, HOST_B, NOON, World

pytestmark = pytest.mark.django_db
CLIENT, SECRET = "wijkplatform", "a-secret-of-the-provider"
START, BACK = "/account/sso/login/", "/account/sso/login/callback/"
PROVIDER = Path(__file__).parents[2] / "support" / "openid_provider.py"


class Provider:
    """The provider's process, and a person's browser walking between it and us."""

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://localhost:{self.port}"
        self.http = httpx.Client(base_url=self.issuer)
        self.process = subprocess.Popen(
            [sys.executable, str(PROVIDER), str(self.port), CLIENT, SECRET], stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 60
        while True:
            try:
                self.http.get("/keys")
                return
            except httpx.TransportError:
                assert time.monotonic() < until and self.process.poll() is None, "the provider does not start"
                time.sleep(0.05)

    def person(self, sub: str, **claims: Any) -> None:
        self.http.put(f"/people/{sub}", json=claims).raise_for_status()

    def lies(self, **lies: Any) -> None:
        self.http.put("/lies", json=lies).raise_for_status()

    def back(self, client: Client, sub: str | None, start: str = START) -> str:
        """From our page to the provider; answers the address it sends the browser back to."""
        asked = client.get(start)
        assert asked.status_code == 302, asked.content
        headers = {"X-Person": sub} if sub else {}
        sent = self.http.get(asked.headers["Location"], headers=headers)
        assert sent.status_code == 302, sent.text
        address = urlsplit(sent.headers["Location"])
        assert address.path == BACK
        return f"{address.path}?{address.query}"

    def sign_in(self, client: Client, sub: str, start: str = START) -> Any:
        return client.get(self.back(client, sub, start))


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.process.terminate()
    provider.process.wait(10)
    provider.http.close()


@pytest.fixture
def provider(running: Provider, settings: Any) -> Provider:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = running.issuer, CLIENT, SECRET
    settings.OIDC_LABEL = "Gemeente Waterstad"
    cache.clear()
    running.lies()
    return running


@pytest.fixture
def groups(world: World) -> None:
    """`wijk` gives a place in the cleaning team, `leads` leads it with confidential cases, `boss` runs the city."""
    GroupRole.objects.create(gemeente=world.a, group="wijk", team=world.cleaning, job="Wijkbeheerder")
    GroupRole.objects.create(gemeente=world.a, group="leads", team=world.cleaning, role="lead", confidential=True)
    GroupRole.objects.create(gemeente=world.a, group="boss", role="municipality-admin")
    GroupRole.objects.create(
        gemeente=world.a, group="corporation", role="organisation-admin", organisation=world.care.organisation
    )
    GroupRole.objects.create(gemeente=world.b, group="wijk-b", team=world.desk_b)


@pytest.fixture
def client() -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="en")


def _said(email: str = "nieuw@waterstad.test", *groups: str, **more: Any) -> dict[str, Any]:
    return {"email": email, "email_verified": True, "name": "Noor Nieuw", "groups": list(groups)} | more


def _code(answer: Any) -> str:
    assert answer.status_code in (400, 403), answer.headers
    return str(answer.context["code"])


def _open(client: Client) -> bool:
    return client.get("/api/v1/streams").status_code == 200


def test_it_is_off_until_it_is_configured(client: Client, world: World) -> None:
    assert client.get(START).status_code == 404
    assert client.get(BACK).status_code == 404
    assert b"/account/sso/" not in client.get("/account/login/").content


def test_a_new_person_gets_an_account_and_the_places_of_their_groups(
    provider: Provider, groups: None, client: Client, world: World
) -> None:
    assert b"Sign in with Gemeente Waterstad" in client.get("/account/login/").content
    provider.person("noor", **_said("Nieuw@waterstad.test", "wijk", "leads", "unknown-here"))
    assert provider.sign_in(client, "noor", f"{START}?next=/werk/?view=mine").headers["Location"] == "/werk/?view=mine"
    user = User.objects.get(email="nieuw@waterstad.test")
    assert not user.has_usable_password() and user.name == "Noor Nieuw"
    noor = user.professional
    assert (noor.name, noor.role, noor.gemeente, noor.is_public) == ("Noor", "Wijkbeheerder", world.a, False)
    (place,) = noor.memberships.all()
    assert (place.team, place.role, place.confidential, place.by_group) == (world.cleaning, "lead", True, True)


def test_the_flow_uses_pkce_a_nonce_and_a_state(provider: Provider, groups: None, client: Client) -> None:
    asked = parse_qs(urlsplit(client.get(START).headers["Location"]).query)
    assert asked["response_type"] == ["code"] and asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 16 for name in ("code_challenge", "nonce", "state"))
    assert asked["scope"][0].split().count("openid") == 1
    # The provider refuses a code that is fetched without the verifier of the browser that asked for it.
    provider.person("noor", **_said("nieuw@waterstad.test", "wijk"))
    address = provider.back(client, "noor")
    code = parse_qs(urlsplit(address).query)["code"][0]
    values = {"grant_type": "authorization_code", "code": code, "redirect_uri": f"http://testserver{BACK}"}
    assert provider.http.post("/token", data=values, auth=(CLIENT, SECRET)).status_code == 400


def test_nothing_of_the_address_turns_it_into_something_else(provider: Provider, groups: None, world: World) -> None:
    """`process=connect` would link the identity to whoever is signed in here."""
    client = Client()
    client.cookies["sessionid"] = session_for(world.bram.user)
    provider.person("noor", **_said("nieuw@waterstad.test", "wijk"))
    provider.sign_in(client, "noor", f"{START}?process=connect&scope=admin&auth_params=prompt%3Dnone")
    assert not world.bram.user.socialaccount_set.exists()
    assert User.objects.get(email="nieuw@waterstad.test").socialaccount_set.count() == 1


def test_another_site_cannot_start_it(provider: Provider) -> None:
    client = Client(headers={"sec-fetch-site": "cross-site"})
    assert client.get(START).headers["Location"] == "/account/login/"


def test_the_platforms_second_factor_is_still_asked(provider: Provider, groups: None, client: Client) -> None:
    provider.person("noor", **_said("nieuw@waterstad.test", "wijk", amr=["pwd", "mfa"]))
    provider.sign_in(client, "noor")
    assert not _open(client)
    assert client.get("/werk/").headers["Location"] == "/account/2fa/"


def test_a_person_with_a_factor_shows_it_after_the_provider(
    provider: Provider, groups: None, client: Client, world: World
) -> None:
    session_for(world.bram.user)
    provider.person("bram", **_said(world.bram.user.email, "wijk"))
    assert provider.sign_in(client, "bram").headers["Location"] == "/account/2fa/authenticate/"
    assert not _open(client)


@pytest.mark.parametrize(
    ("configured", "signed", "opens"),
    [
        ([("amr", "mfa")], {"amr": ["pwd", "mfa"]}, True),
        ([("amr", "mfa")], {"amr": ["pwd"]}, False),
        ([("amr", "mfa")], {}, False),
        ([("acr", "urn:high"), ("amr", "mfa")], {"acr": "urn:high"}, True),
        ([], {"amr": ["mfa"]}, False),
    ],
)
def test_the_providers_second_factor_counts_when_configured_and_signed(
    provider: Provider, groups: None, client: Client, settings: Any, configured: Any, signed: Any, opens: bool
) -> None:
    settings.OIDC_SECOND_FACTOR = configured
    provider.person("noor", **_said("nieuw@waterstad.test", "wijk", **signed))
    assert provider.sign_in(client, "noor").status_code == 302
    assert _open(client) is opens
    if opens:
        settings.OIDC_SECOND_FACTOR = []
        assert not _open(client)


def test_memberships_follow_the_groups_and_those_given_by_hand_stay(
    provider: Provider, groups: None, client: Client, world: World
) -> None:
    provider.person("noor", **_said("nieuw@waterstad.test", "leads", "boss", "corporation"))
    provider.sign_in(client, "noor")
    noor = Professional.objects.get(user__email="nieuw@waterstad.test")
    Membership.objects.create(professional=noor, team=world.desk, role="lead")
    assert set(noor.mandates.values_list("role", flat=True)) == {"municipality-admin", "organisation-admin"}
    provider.person("noor", **_said("nieuw@waterstad.test", "wijk", "corporation"))
    provider.sign_in(client, "noor")
    places = Membership.objects.filter(professional=noor).values_list("team", "role", "confidential")
    assert set(places) == {(world.desk.pk, "lead", False), (world.cleaning.pk, "member", False)}
    assert [one.role for one in Mandate.objects.filter(professional=noor)] == ["organisation-admin"]


def test_a_place_given_by_hand_is_not_changed_by_a_group(
    provider: Provider, groups: None, client: Client, world: World
) -> None:
    provider.person("bram", **_said(world.bram.user.email, "leads"))
    provider.sign_in(client, "bram")
    (place,) = world.bram.memberships.all()
    assert (place.role, place.confidential, place.by_group) == ("member", False, False)


def test_who_lost_all_groups_is_refused_and_keeps_only_what_was_given_by_hand(
    provider: Provider, groups: None, client: Client, world: World
) -> None:
    provider.person("noor", **_said("nieuw@waterstad.test", "wijk", "boss"))
    provider.sign_in(client, "noor")
    noor = Professional.objects.get(user__email="nieuw@waterstad.test")
    Membership.objects.create(professional=noor, team=world.desk)
    provider.person("noor", **_said("nieuw@waterstad.test", "other"))
    again = Client()
    assert _code(provider.sign_in(again, "noor")) == "no-groups"
    assert not _open(again)
    assert [one.team for one in Membership.objects.filter(professional=noor)] == [world.desk]
    assert not Mandate.objects.filter(professional=noor).exists()


def test_a_provider_that_says_nothing_of_groups_changes_nothing(
    provider: Provider, groups: None, client: Client, world: World
) -> None:
    """A token too small for someone's groups comes without the claim."""
    provider.person("noor", **_said("nieuw@waterstad.test", "wijk"))
    provider.sign_in(client, "noor")
    said = _said("nieuw@waterstad.test")
    del said["groups"]
    provider.person("noor", **said)
    assert _code(provider.sign_in(Client(), "noor")) == "no-claim"
    assert Membership.objects.filter(professional__user__email="nieuw@waterstad.test").count() == 1


def test_groups_may_stand_deeper(provider: Provider, groups: None, client: Client, settings: Any) -> None:
    settings.OIDC_GROUPS_CLAIM = "realm_access.roles"
    provider.person("noor", **_said("nieuw@waterstad.test", realm_access={"roles": ["wijk"]}))
    assert provider.sign_in(client, "noor").status_code == 302
    assert User.objects.filter(email="nieuw@waterstad.test").exists()


def test_an_unknown_person_without_a_group_gets_a_page_and_no_account(
    provider: Provider, groups: None, client: Client
) -> None:
    before = User.objects.count()
    provider.person("noor", **_said("nieuw@waterstad.test", "other"))
    answer = provider.sign_in(client, "noor")
    assert _code(answer) == "no-groups"
    assert b"no task on this platform yet" in answer.content
    assert User.objects.count() == before and not _open(client)


@pytest.mark.parametrize("claim", [{"email_verified": False}, {"email_verified": None}, {"email_verified": "yes"}])
def test_an_unverified_address_never_finds_an_account(
    provider: Provider, groups: None, client: Client, world: World, claim: Any
) -> None:
    before = User.objects.count()
    provider.person("thief", **_said(world.bram.user.email, "wijk", **claim))
    assert _code(provider.sign_in(client, "thief")) == "no-email"
    assert not world.bram.user.socialaccount_set.exists() and User.objects.count() == before


def test_addresses_of_the_organisations_own_domain_count_as_verified_when_configured(
    provider: Provider, groups: None, client: Client, settings: Any
) -> None:
    settings.OIDC_VERIFIED_DOMAINS = ["waterstad.test"]
    said = _said("nieuw@waterstad.test", "wijk")
    del said["email_verified"]
    provider.person("noor", **said)
    assert provider.sign_in(client, "noor").status_code == 302
    provider.person("eve", **(said | {"email": "eve@waterstad.test.evil.test"}))
    assert _code(provider.sign_in(Client(), "eve")) == "no-email"


def test_an_account_is_found_by_verified_address_once_and_by_its_subject_ever_after(
    provider: Provider, groups: None, client: Client, world: World
) -> None:
    provider.person("bram", **_said(world.bram.user.email.upper(), "wijk"))
    provider.sign_in(client, "bram")
    provider.person("bram", **_said("someone-else@waterstad.test", "wijk", email_verified=False))
    provider.sign_in(Client(), "bram")
    assert world.bram.user.socialaccount_set.count() == 1
    assert not User.objects.filter(email="someone-else@waterstad.test").exists()
    stored = world.bram.user.socialaccount_set.get()
    assert stored.extra_data == {} and "bram" not in stored.uid


def test_an_account_of_another_municipality_stays_out(
    provider: Provider, groups: None, client: Client, world: World
) -> None:
    provider.person("zoe", **_said(world.zoe.user.email, "wijk", "boss"))
    assert _code(provider.sign_in(client, "zoe")) == "elsewhere"
    assert not Membership.objects.filter(professional=world.zoe, team=world.cleaning).exists()
    assert not world.zoe.mandates.exists() and not world.zoe.user.socialaccount_set.exists()


def test_a_host_of_one_municipality_lets_in_only_its_own(provider: Provider, groups: None, world: World) -> None:
    provider.person("noor", **_said("nieuw@waterstad.test", "wijk", "wijk-b"))
    assert _code(provider.sign_in(Client(), "noor")) == "elsewhere"  # which of the two nobody can tell
    assert provider.sign_in(Client(HTTP_HOST=HOST_B), "noor").status_code == 302
    noor = Professional.objects.get(user__email="nieuw@waterstad.test")
    assert noor.gemeente == world.b and [one.team for one in noor.memberships.all()] == [world.desk_b]
    assert _code(provider.sign_in(Client(HTTP_HOST=HOST_A), "noor")) == "elsewhere"


def test_a_provider_never_opens_the_account_of_who_manages_the_platform(
    provider: Provider, groups: None, client: Client
) -> None:
    root = User.objects.create_superuser("root", "root@waterstad.test")
    editor = User.objects.create_user("ed", "ed@waterstad.test", is_staff=True)
    for user in (root, editor):
        provider.person(user.username, **_said(user.email, "boss"))
        assert _code(provider.sign_in(client, user.username)) == "conflict"
        assert not user.socialaccount_set.exists()


def test_a_switched_off_account_stays_off(provider: Provider, groups: None, client: Client, world: World) -> None:
    world.bram.user.is_active = False
    world.bram.user.save()
    provider.person("bram", **_said(world.bram.user.email, "wijk"))
    assert _code(provider.sign_in(client, "bram")) == "switched-off"
    assert not _open(client)


def test_signing_in_with_the_invited_address_accepts_the_invitation(
    provider: Provider, groups: None, client: Client, world: World
) -> None:
    Mandate.objects.create(professional=world.lotte, role="municipality-admin")
    reach = reach_of(world.lotte.user)
    assert reach is not None
    asked = Invitee(
        email="nieuw@waterstad.test", name="Noor Nieuw", role="Opbouwwerker", places=[Place(team_id=world.desk.pk)]
    )
    invite(reach=reach, invitee=asked, now=NOON)
    run_due_tasks()
    provider.person("noor", **_said("nieuw@waterstad.test", "wijk"))
    assert provider.sign_in(client, "noor").status_code == 302
    invitation = Invitation.objects.get()
    assert invitation.accepted_at is not None and not invitation.token_hash
    assert {one.team for one in invitation.professional.memberships.all()} == {world.desk, world.cleaning}


# --- a provider, or somebody in between, that does wrong ----------------------------------------


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "of-another-browser"},
        {"issuer": "https://evil.test"},
        {"audience": "another-client"},
        {"audience": [CLIENT, "another-client"], "issuer": "https://evil.test"},
        {"expired": True},
        {"key": "other"},
        {"key": "secret"},
        {"key": "none"},
        {"sub": "somebody-else"},
    ],
    ids=lambda lies: "-".join(f"{name}" if value is True else f"{name}={value}" for name, value in lies.items()),
)
def test_a_token_that_is_not_right_opens_nothing(
    provider: Provider, groups: None, client: Client, world: World, lies: Any, caplog: Any
) -> None:
    before = User.objects.count()
    provider.person("bram", **_said(world.bram.user.email, "boss"))
    provider.lies(**lies)
    answer = provider.sign_in(client, "bram")
    assert _code(answer) == "failed"
    assert User.objects.count() == before and not world.bram.user.socialaccount_set.exists()
    assert not world.bram.mandates.exists() and not _open(client)
    assert world.bram.user.email not in caplog.text and "Signing in through OIDC failed" in caplog.text


def test_a_discovery_document_of_another_issuer_is_not_believed(
    provider: Provider, groups: None, client: Client
) -> None:
    provider.lies(discovery="https://evil.test")
    assert _code(client.get(START)) == "unreachable"


def test_a_state_of_another_browser_or_used_before_opens_nothing(
    provider: Provider, groups: None, client: Client
) -> None:
    provider.person("noor", **_said("nieuw@waterstad.test", "wijk"))
    address = provider.back(client, "noor")
    victim = Client()
    assert _code(victim.get(address)) == "failed"
    assert not victim.get("/melden/").wsgi_request.user.is_authenticated
    assert client.get(address).status_code == 302
    assert _code(client.get(address)) == "failed"
    assert _code(client.get(f"{BACK}?code=x&state=y")) == "failed"
    assert _code(client.get(BACK)) == "failed"


def test_who_stops_at_the_provider_comes_back_to_a_page(provider: Provider, client: Client) -> None:
    answer = client.get(provider.back(client, None))
    assert _code(answer) == "cancelled"
    assert b"/account/login/" in answer.content


def test_a_provider_that_is_gone_costs_a_page(provider: Provider, client: Client, settings: Any) -> None:
    settings.OIDC_ISSUER = f"http://localhost:{free_port()}"
    assert _code(client.get(START)) == "unreachable"


def test_a_wrong_client_secret_costs_a_page(
    provider: Provider, groups: None, client: Client, settings: Any, caplog: Any
) -> None:
    settings.OIDC_CLIENT_SECRET = "not-the-secret"
    provider.person("noor", **_said("nieuw@waterstad.test", "wijk"))
    assert _code(provider.sign_in(client, "noor")) == "failed"
    assert "not-the-secret" not in caplog.text
