"""Proof of work when much comes in: one device, one proof, one use."""

from __future__ import annotations

import base64
import json
import time
import uuid
from typing import Any

import pytest
from altcha import Challenge, Payload, solve_challenge
from django.core.cache import cache

from core.api.pressure import VALID_FOR, WAIT, new_challenge, new_ticket, require_proof, still_waiting
from core.errors import ProofRequired


@pytest.fixture(autouse=True)
def _easy(settings: Any) -> None:
    settings.PROOF_COST = 1
    cache.clear()


def solved(challenge: dict[str, Any]) -> str:
    asked = Challenge.from_dict(challenge)
    solution = solve_challenge(asked)
    assert solution is not None
    return Payload(asked, solution).to_base64()


def refused(proof: str, key: uuid.UUID | None = None, *, waits: bool = False) -> bool:
    try:
        require_proof(proof=proof, key=key, waits=waits)
    except ProofRequired:
        return True
    return False


def test_a_solved_challenge_passes_once() -> None:
    proof = solved(new_challenge())
    assert not refused(proof, uuid.uuid4())
    assert refused(proof, uuid.uuid4()), "each report takes its own work"


def test_the_same_request_sent_again_may_use_its_proof_again() -> None:
    proof, key = solved(new_challenge()), uuid.uuid4()
    assert not refused(proof, key)
    assert not refused(proof, key)


def test_a_proof_written_differently_is_the_same_proof() -> None:
    proof = solved(new_challenge())
    again = base64.b64encode(json.dumps(json.loads(base64.b64decode(proof)), indent=1).encode()).decode()
    assert not refused(proof)
    assert refused(again)


def test_an_old_challenge_is_worth_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.api.pressure.VALID_FOR", -1)
    assert VALID_FOR > 0
    assert refused(solved(new_challenge()))


@pytest.mark.parametrize("cost", [1, 0])
def test_nobody_makes_their_own_challenge(cost: int) -> None:
    challenge = new_challenge()
    challenge["parameters"]["keyPrefix"] = ""  # type: ignore[index]
    challenge["parameters"]["cost"] = max(cost, 1)  # type: ignore[index]
    assert refused(solved(challenge))
    assert refused(solved({"parameters": challenge["parameters"]}))


RUBBISH: list[Any] = [
    {"challenge": 1, "solution": 2},
    {"challenge": {"parameters": {}}, "solution": {}},
    None,
    {"challenge": None},
    {
        "challenge": {
            "parameters": {"algorithm": 1, "nonce": 2, "salt": [], "cost": "x"},
            "signature": {},
        },
        "solution": {"counter": "a", "derivedKey": []},
    },
]
PACKED = [
    base64.b64encode(one).decode() for one in (b"[]", b"[" * 3000, *(json.dumps(one).encode() for one in RUBBISH))
]


@pytest.mark.parametrize("rubbish", ["", "x", "e30=", "A" * 100_000, *PACKED])
def test_rubbish_is_no_proof(rubbish: str) -> None:
    assert refused(rubbish)


def test_a_ticket_is_worth_something_after_waiting_for_the_report_it_was_given_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = uuid.uuid4()
    ticket = new_ticket(key)
    assert still_waiting(ticket) > 0
    assert refused(ticket, key, waits=True)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + WAIT + 1)
    assert still_waiting(ticket) == 0
    assert refused(ticket, uuid.uuid4(), waits=True)
    assert refused(ticket, None, waits=True)
    assert refused(ticket, key), "a script can do the work"
    assert not refused(ticket, key, waits=True)
    assert not refused(ticket, key, waits=True), "sent again"
    assert refused("forged:" + ticket, key, waits=True)
