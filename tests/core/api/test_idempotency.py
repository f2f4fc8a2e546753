from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from core.api.idempotency import Once, fingerprint, forget_old_keys, run_once
from core.api.models import IdempotencyKey
from core.errors import Conflict

ONCE = "/api/v1/once-only"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def post(client: Client, text: str, key: str | None) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(ONCE, {"text": text}, content_type="application/json", headers=headers)


@pytest.mark.django_db
def test_a_repeated_request_gets_the_same_answer_and_makes_nothing(api: Client) -> None:
    key = str(uuid4())
    first, second = post(api, "a", key), post(api, "a", key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert IdempotencyKey.objects.filter(scope="made").count() == 1


@pytest.mark.django_db
def test_a_key_used_for_another_body_is_a_conflict(api: Client) -> None:
    key = str(uuid4())
    post(api, "a", key)
    response = post(api, "b", key)
    assert response.status_code == 409
    assert response.json()["type"].endswith(":idempotency-key-reused")


@pytest.mark.django_db
def test_what_failed_may_be_tried_again_with_the_same_key(api: Client) -> None:
    key = str(uuid4())
    assert post(api, "fail", key).status_code == 409
    assert not IdempotencyKey.objects.exists()
    assert post(api, "a", key).status_code == 201


@pytest.mark.django_db
def test_without_a_key_every_request_counts(api: Client) -> None:
    assert [post(api, "a", None).status_code for _ in range(2)] == [201, 201]
    assert IdempotencyKey.objects.filter(scope="made").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "1", "not-a-uuid", "x" * 5000])
def test_a_key_that_is_no_uuid_is_400(api: Client, key: str) -> None:
    assert post(api, "a", key).status_code == 400


@pytest.mark.django_db
def test_a_view_may_insist_on_a_key(api: Client) -> None:
    assert api.post(f"{ONCE}?required", {"text": "a"}, content_type="application/json").status_code == 400


@pytest.mark.django_db
def test_no_secret_and_no_text_is_kept_with_a_key(api: Client) -> None:
    response = post(api, "buren", str(uuid4()))
    assert response.json()["token"] == "secret-of-buren"
    kept = IdempotencyKey.objects.get(scope="things")
    assert "secret" not in kept.answer
    assert bytes(kept.fingerprint) == fingerprint({"text": "buren"}) != fingerprint({"text": "buur"})


@pytest.mark.django_db
def test_order_of_keys_does_not_make_another_body() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})


@pytest.mark.django_db
def test_a_key_costs_one_statement(django_assert_num_queries: Any) -> None:
    once = {"scope": "s", "key": uuid4(), "fingerprint": b"x", "now": NOW}
    with django_assert_num_queries(3):  # with the savepoint that stands for the transaction in a test
        run_once(**once, action=dict)
    with django_assert_num_queries(5):
        assert run_once(**once, action=dict).replayed


@pytest.mark.django_db
def test_keys_are_forgotten_after_a_week() -> None:
    for days in (6, 8):
        run_once(scope="s", key=uuid4(), fingerprint=b"x", now=NOW - timedelta(days=days), action=dict)
    assert forget_old_keys(now=NOW) == 1
    assert IdempotencyKey.objects.get().created_at == NOW - timedelta(days=6)


@pytest.mark.django_db
def test_a_repeat_that_can_no_longer_be_done_gets_the_answer_of_the_first() -> None:
    done: list[int] = []

    def action() -> dict[str, Any]:
        IdempotencyKey.objects.create(scope="made", key=uuid4(), fingerprint=b"", created_at=NOW)
        if done:
            raise Conflict()
        done.append(1)
        return {"number": 1}

    once = {"scope": "s", "key": uuid4(), "now": NOW, "action": action}
    first, second = (run_once(**once, fingerprint=b"x") for _ in range(2))
    assert (first.body, second.body, second.replayed) == ({"number": 1}, {"number": 1}, True)
    assert IdempotencyKey.objects.filter(scope="made").count() == 1
    with pytest.raises(Conflict) as refused:
        run_once(**once, fingerprint=b"y")
    assert refused.value.code == "idempotency-key-reused"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first_fails", [False, True])
def test_twenty_at_the_same_moment_make_one(first_fails: bool) -> None:
    key, start = uuid4(), threading.Barrier(20)
    answers: list[Once | Exception] = []
    lock = threading.Lock()
    tries = []

    def action() -> dict[str, Any]:
        with lock:
            tries.append(1)
            failing = first_fails and len(tries) == 1
        made = IdempotencyKey.objects.create(scope="made", key=uuid4(), fingerprint=b"", created_at=NOW)
        if failing:
            raise Conflict()
        return {"number": made.id}

    def request() -> None:
        start.wait()
        try:
            answer: Once | Exception = run_once(scope="s", key=key, fingerprint=b"x", now=NOW, action=action)
        except Exception as error:
            answer = error
        finally:
            connection.close()
        with lock:
            answers.append(answer)

    threads = [threading.Thread(target=request) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    good = [answer for answer in answers if isinstance(answer, Once)]
    # Whoever failed while another did it gets the answer too.
    assert [type(answer) for answer in answers if not isinstance(answer, Once)] in ([], [Conflict] * first_fails)
    assert IdempotencyKey.objects.filter(scope="made").count() == 1
    assert len({answer.body["number"] for answer in good}) == 1
    assert sum(not answer.replayed for answer in good) == 1


@pytest.mark.django_db
def test_the_same_key_in_another_scope_is_another_key() -> None:
    key = UUID(int=1)
    for scope in ("a", "b"):
        assert not run_once(scope=scope, key=key, fingerprint=b"x", now=NOW, action=dict).replayed
