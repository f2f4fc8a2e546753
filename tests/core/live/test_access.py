"""Who may follow what, with the product's own teams, accounts and hosts, and how soon a change reaches open sockets.

The server runs on this test's own database, so what the test writes is written by another process. There is no
Redis: what arrives, arrives by the server's own look.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import websockets
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from core.areas.models import Tenant
from participation.cases.actions import assign_case
from participation.organisations.models import Membership, Professional
from tests.support.live.servers import Server, SharedDatabase, close_code, hello, receive
from tests.support.world import HOST_A, HOST_B, IN_THE_EAST, World, committed_world

__all__ = ["committed_world"]

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def desk_server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(
        SharedDatabase(tmp_path_factory.mktemp("desk")),
        THROTTLE_TRACKING="5/hour",
    ).start()
    yield server
    server.stop()


def _socket(server: Server, cookie: str, host: str = "localhost") -> websockets.connect:
    return websockets.connect(
        f"ws://{host}:{server.port}/ws/inbox", host="127.0.0.1", additional_headers={"Cookie": cookie}
    )


def _cookie(world: World, professional: Professional) -> str:
    return f"sessionid={world.client(professional).cookies['sessionid'].value}"


async def _told(connection: Any, wanted: str, stream: str) -> None:
    while (await receive(connection, wanted))["stream"] != stream:
        pass


def test_who_leaves_a_team_stops_receiving_and_who_joins_one_starts(
    desk_server: Server, committed_world: World
) -> None:
    world = committed_world
    his, hers = _cookie(world, world.bram), _cookie(world, world.lotte)
    old, new = f"team:{world.cleaning.pk}", f"team:{world.desk.pk}"

    def move() -> None:
        membership = Membership.objects.get(professional=world.bram)
        membership.team = world.desk
        membership.save()
        connection.close()

    def report_in_both() -> None:
        world.report()
        world.report(at=IN_THE_EAST, category="anders")
        connection.close()

    async def talk() -> None:
        async with _socket(desk_server, his) as bram, _socket(desk_server, hers) as lotte:
            assert (await hello(bram))["streams"].keys() == {old}
            assert old in (await hello(lotte))["streams"]
            await asyncio.to_thread(move)
            async with asyncio.timeout(10):
                await _told(bram, "closed", old)
                await _told(bram, "reset", new)
            await asyncio.to_thread(report_in_both)
            await _told(lotte, "event", old)
            frame = await receive(bram, "event")
            assert frame["stream"] == new
            # Nothing of the team that was left, also not later than what came through the new one.
            await bram.send('{"type": "ping"}')
            while (frame := json.loads(await bram.recv()))["type"] != "pong":
                assert frame.get("stream") != old

    asyncio.run(talk())


def test_an_account_that_is_switched_off_loses_its_socket(desk_server: Server, committed_world: World) -> None:
    world = committed_world
    cookie = _cookie(world, world.bram)

    def switch_off() -> None:
        world.bram.user.is_active = False
        world.bram.user.save()
        connection.close()

    async def talk() -> int:
        async with _socket(desk_server, cookie) as bram:
            await hello(bram)
            await asyncio.to_thread(switch_off)
            return await close_code(bram, patience=10)

    assert asyncio.run(talk()) == 4401


def test_who_signs_out_in_one_tab_loses_the_socket_of_the_other(desk_server: Server, committed_world: World) -> None:
    world = committed_world
    client = world.client(world.bram)
    cookie = f"sessionid={client.cookies['sessionid'].value}"

    def sign_out() -> None:
        assert client.post("/account/logout/").status_code == 302
        connection.close()

    async def talk() -> int:
        async with _socket(desk_server, cookie) as bram:
            await hello(bram)
            await asyncio.to_thread(sign_out)
            return await close_code(bram, patience=10)

    assert asyncio.run(talk()) == 4401


def test_a_second_factor_that_is_removed_ends_the_socket(desk_server: Server, committed_world: World) -> None:
    world = committed_world
    cookie = _cookie(world, world.bram)

    def remove() -> None:
        factor = Authenticator.objects.get(user=world.bram.user)
        factor.delete()
        request = HttpRequest()
        request.session = SessionStore()  # another browser of the same person
        authenticator_removed.send(sender=Authenticator, request=request, user=world.bram.user, authenticator=factor)
        connection.close()

    async def talk() -> int:
        async with _socket(desk_server, cookie) as bram:
            await hello(bram)
            await asyncio.to_thread(remove)
            return await close_code(bram, patience=10)

    assert asyncio.run(talk()) == 4401


def test_a_demo_account_is_worthless_without_demonstration_mode(desk_server: Server, committed_world: World) -> None:
    world = committed_world
    cookie = _cookie(world, world.bram)
    world.bram.user.is_demo = True
    world.bram.user.save()

    async def talk() -> int:
        async with _socket(desk_server, cookie) as bram:
            return await close_code(bram)

    assert asyncio.run(talk()) == 4401


async def _opens(server: Server, cookie: str, host: str) -> bool:
    async with _socket(server, cookie, host) as connection:
        try:
            return bool((await hello(connection))["streams"])
        except websockets.ConnectionClosed as closed:
            assert closed.rcvd is not None  # noqa: PT017
            assert closed.rcvd.code == 4401  # noqa: PT017
            return False


async def _until_open(server: Server, cookie: str, host: str) -> None:
    """The server learns of this test's hosts at its own next look."""
    async with asyncio.timeout(10):
        while not await _opens(server, cookie, host):
            await asyncio.sleep(0.1)


def test_a_host_of_another_municipality_has_no_inbox(desk_server: Server, committed_world: World) -> None:
    bram, zoe = (_cookie(committed_world, one) for one in (committed_world.bram, committed_world.zoe))

    async def talk() -> None:
        await _until_open(desk_server, bram, HOST_A)
        await _until_open(desk_server, zoe, HOST_B)
        assert not await _opens(desk_server, bram, HOST_B)
        assert not await _opens(desk_server, zoe, HOST_A)
        assert await _opens(desk_server, bram, "localhost")

    asyncio.run(talk())


def test_a_host_that_gets_another_owner_loses_its_sockets(desk_server: Server, committed_world: World) -> None:
    world = committed_world
    cookie = _cookie(world, world.bram)

    def rename() -> None:
        Tenant.objects.get(hostname=HOST_B).delete()
        tenant = Tenant.objects.get(hostname=HOST_A)
        tenant.gemeente = world.b
        tenant.save()
        connection.close()

    async def talk() -> int:
        await _until_open(desk_server, cookie, HOST_A)
        async with _socket(desk_server, cookie, HOST_A) as bram:
            await hello(bram)
            await asyncio.to_thread(rename)
            return await close_code(bram, patience=10)

    assert asyncio.run(talk()) == 4401


def test_wrong_tracking_tokens_are_slowed_down_per_address(desk_server: Server, committed_world: World) -> None:
    token = committed_world.report(now=timezone.now() - timedelta(hours=1)).token

    async def attempt(token: str) -> int:
        async with desk_server.tracking() as connection:
            await connection.send(json.dumps({"type": "hello", "streams": {}, "token": token}))
            frame = asyncio.ensure_future(receive(connection, "welcome"))
            try:
                return 0 if await frame else 1
            except websockets.ConnectionClosed as closed:
                assert closed.rcvd is not None  # noqa: PT017
                return int(closed.rcvd.code)

    async def talk() -> list[int]:
        return [await attempt(token), *[await attempt(f"wrong-{number}") for number in range(5)], await attempt(token)]

    assert asyncio.run(talk()) == [0, 4404, 4404, 4404, 4404, 1013, 1013]


def test_who_may_no_longer_see_a_case_no_longer_hears_who_opens_it(desk_server: Server, committed_world: World) -> None:
    world = committed_world
    reference = world.report().case.reference
    his, hers = _cookie(world, world.bram), _cookie(world, world.lotte)
    look, away = json.dumps({"type": "presence", "case": reference}), json.dumps({"type": "presence", "case": None})

    def report() -> None:
        world.report()
        connection.close()

    def give_to_another_team() -> None:
        assign_case(reference=reference, team_id=world.desk.pk, actor=world.actor(world.lotte), now=timezone.now())
        connection.close()

    async def talk() -> None:
        async with _socket(desk_server, his) as bram, _socket(desk_server, hers) as lotte:
            await hello(bram)
            await hello(lotte)
            # Two looks of the server: what this test's world changed for everybody has been dealt with.
            for _look in range(2):
                await asyncio.to_thread(report)
                await receive(bram, "event")
            await bram.send(look)
            await receive(bram, "presence")
            await lotte.send(look)
            assert len((await receive(lotte, "presence"))["people"]) == 1
            assert len((await receive(bram, "presence"))["people"]) == 1
            await asyncio.to_thread(give_to_another_team)
            assert (await receive(lotte, "presence", patience=15))["people"] == []
            await lotte.send(away)
            await lotte.send(look)
            assert (await receive(lotte, "presence"))["people"] == []
            await bram.send('{"type": "ping"}')
            while (frame := json.loads(await bram.recv()))["type"] != "pong":
                assert frame["type"] != "presence"

    asyncio.run(talk())


def test_openings_of_the_desk_are_counted_per_address_before_the_database_is_asked(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory, committed_world: World
) -> None:
    cookie = _cookie(committed_world, committed_world.bram)
    server = Server(SharedDatabase(tmp_path_factory.mktemp("narrow")), THROTTLE_INBOX="3/hour").start()

    async def attempt(cookie: str) -> int:
        async with _socket(server, cookie) as desk:
            return await close_code(desk)

    async def talk() -> list[int]:
        return [await attempt(f"sessionid=wrong{number}") for number in range(4)] + [await attempt(cookie)]

    try:
        assert asyncio.run(talk()) == [4401, 4401, 4401, 1013, 1013]
    finally:
        server.stop()
