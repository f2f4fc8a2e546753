from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.areas.models import Area, Tenant
from core.areas.queries import tree
from core.areas.tenancy import scope_for_host
from core.snapshots.models import Revision
from core.snapshots.snapshot import Snapshot, changed
from tests.core.areas.conftest import make_area


class Undo(Exception):
    pass


@pytest.mark.django_db
def test_after_the_first_read_no_query_is_needed(django_assert_num_queries) -> None:
    tree()
    with django_assert_num_queries(0):
        tree()


@pytest.mark.django_db
def test_a_transaction_reads_the_rows_it_wrote() -> None:
    assert not tree().by_code
    make_area("GM0001")
    assert set(tree().by_code) == {"GM0001"}
    Area.objects.filter(code="GM0001").update(name="Anders")
    assert tree().by_code["GM0001"].name == "Anders"


@pytest.mark.django_db
def test_a_rolled_back_savepoint_takes_its_rows_out_of_memory() -> None:
    make_area("GM0001")
    before = tree()
    with pytest.raises(Undo), transaction.atomic():  # noqa: PT012
        make_area("GM0002")
        assert set(tree().by_code) == {"GM0001", "GM0002"}
        raise Undo
    assert tree() is before


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_leaves_nothing_in_memory() -> None:
    make_area("GM0001")
    kept = tree()
    with pytest.raises(Undo), transaction.atomic():  # noqa: PT012
        make_area("GM0002")
        assert "GM0002" in tree().by_code
        raise Undo
    assert set(tree().by_code) == {"GM0001"}
    assert tree().fingerprint == kept.fingerprint


@pytest.mark.django_db(transaction=True)
def test_rows_read_between_the_write_and_the_notice_do_not_survive_a_rollback() -> None:
    make_area("GM0001")
    with pytest.raises(Undo), transaction.atomic():  # noqa: PT012
        super(type(Area.objects.all()), Area.objects.all()).update(name="Nooit")
        assert tree().by_code["GM0001"].name == "Nooit"
        changed("areas")
        raise Undo
    assert tree().by_code["GM0001"].name != "Nooit"


@pytest.mark.django_db(transaction=True)
def test_a_commit_is_seen_at_once_in_this_process() -> None:
    make_area("GM0001")
    tree()
    make_area("GM0002")
    assert "GM0002" in tree().by_code


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_a_change_at_its_next_look(monkeypatch) -> None:
    make_area("GM0001")
    held = tree()
    with connection.cursor() as cursor:  # as another process would: this one is told nothing
        cursor.execute("UPDATE areas_area SET name = 'Elders'")
        cursor.execute("UPDATE snapshots_revision SET number = number + 1")
    assert tree() is held
    monkeypatch.setattr(Snapshot, "look_every", -1.0)
    assert tree().by_code["GM0001"].name == "Elders"
    with CaptureQueriesContext(
        connection,
    ) as queries:
        tree()
    assert len(queries) == 1, "only the revisions are looked at"


@pytest.mark.django_db(transaction=True)
def test_an_emptied_and_refilled_database_never_looks_unchanged(monkeypatch) -> None:
    monkeypatch.setattr(Snapshot, "look_every", -1.0)
    make_area("GM0001")
    tree()
    numbers = set(Revision.objects.values_list("number", flat=True))
    Area.objects.all().update(gemeente=None)
    Area.objects.all().delete()
    Revision.objects.all().delete()
    make_area("GM0002")
    assert numbers.isdisjoint(Revision.objects.values_list("number", flat=True))
    assert set(tree().by_code) == {"GM0002"}


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_at_once_load_once() -> None:
    loads = []

    def load() -> object:
        loads.append(1)
        return object()

    snapshot = Snapshot("test-threads", load)
    try:
        start, seen = threading.Barrier(8), []

        def ask() -> None:
            start.wait()
            seen.append(snapshot.get())
            connection.close()

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(loads) == 1
        assert len(set(map(id, seen))) == 1
    finally:
        Snapshot._all.remove(snapshot)


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_that_reads_an_uncommitted_one_is_not_kept() -> None:
    gemeente = make_area("GM0001")
    dependent = Snapshot("test-dependent", lambda: set(tree().by_code))
    try:
        with pytest.raises(Undo), transaction.atomic():  # noqa: PT012
            make_area("GM0002")
            assert dependent.get() == {"GM0001", "GM0002"}
            raise Undo
        assert dependent.get() == {"GM0001"}
    finally:
        Snapshot._all.remove(dependent)
    Tenant.objects.create(gemeente=gemeente, hostname="a.test")
    assert scope_for_host("a.test").gemeente_id == gemeente.pk


@pytest.mark.django_db(transaction=True)
def test_telling_of_a_change_outside_its_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        changed("areas")
