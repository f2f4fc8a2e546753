"""E-mail as it leaves: two forms, one language, the municipality's sender, nothing personal in what fails."""

from __future__ import annotations

import smtplib
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from core.areas.models import Area, Tenant
from core.notify.mail import MailFailed, MailRefused, send_mail

pytestmark = pytest.mark.django_db
ANNA = "anna.bakker@example.test"


@pytest.fixture(autouse=True)
def templates(tmp_path: Path, settings: Any) -> None:
    folder = tmp_path / "emails"
    folder.mkdir()
    (folder / "probe.txt").write_text(
        '{% extends "emails/base.txt" %}{% load i18n %}{% block subject %}Over {{ what }}\n'
        "{% endblock %}{% block content %}{{ what }} {{ day|date:'l' }}{% endblock %}"
    )
    (folder / "probe.html").write_text(
        '{% extends "emails/base.html" %}{% block content %}<p>{{ what }}</p>{% endblock %}'
    )
    engine = settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    settings.TEMPLATES = [engine]


@pytest.fixture
def gemeente() -> Area:
    area = Area(code="GM9999", name="Waterstad", level="gemeente", year=2026, geometry=b"")
    area.west = area.south = area.east = area.north = area.point_lon = area.point_lat = 0.0
    area.save()
    return area


def _send(**changes: Any) -> str:
    from datetime import date

    values: dict[str, Any] = {
        "to": ANNA,
        "template": "probe",
        "context": {"what": "bank & <b>stoel</b>", "day": date(2026, 11, 21)},
        "language": "nl",
        "gemeente_id": None,
        "key": "event-1",
    }
    return send_mail(**(values | changes))


def test_a_mail_has_text_and_html_in_the_readers_language(gemeente: Area) -> None:
    Tenant.objects.create(gemeente=gemeente, sender="Gemeente Waterstad <noreply@waterstad.test>")
    message_id = _send(gemeente_id=gemeente.pk)
    (sent,) = mail.outbox
    message = sent.message()
    assert sent.subject == "Over bank & <b>stoel</b>"
    assert "bank & <b>stoel</b> zaterdag" in sent.body
    assert "Over bank" not in sent.body
    html = str(sent.alternatives[0][0])
    assert "bank &amp; &lt;b&gt;stoel&lt;/b&gt;" in html
    assert 'lang="nl"' in html
    assert "Waterstad" in html
    assert message["From"] == "Gemeente Waterstad <noreply@waterstad.test>"
    assert message["Message-ID"] == message_id
    assert message_id.endswith("@waterstad.test>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"


def test_the_language_is_the_readers_and_not_the_processes() -> None:
    _send(language="en")
    assert "Saturday" in mail.outbox[0].body


def test_a_mail_sent_again_is_recognised_and_another_is_another() -> None:
    first, again, other, stranger = _send(), _send(), _send(key="event-2"), _send(to="bram@example.test")
    assert first == again
    assert len({first, other, stranger}) == 3
    assert "anna" not in first


def test_a_line_break_in_a_subject_adds_no_header() -> None:
    _send(context={"what": "x\r\nBcc: evil@example.test"})
    assert "Bcc" not in mail.outbox[0].message()


class _Smtp(socketserver.StreamRequestHandler):
    """Says what the test wants to RCPT; speaks as little SMTP as a client needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            if verb == b"RCPT":
                self.wfile.write(self.server.answer)  # type: ignore[attr-defined]
            else:
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def smtp(settings: Any) -> Iterator[socketserver.TCPServer]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield server
        server.shutdown()


@pytest.mark.parametrize(
    ("answer", "raised"),
    [(b"550 no such user anna.bakker@example.test\r\n", MailRefused), (b"450 try later anna.bakker\r\n", MailFailed)],
    ids=["for good", "for now"],
)
def test_a_refused_recipient_is_told_without_the_address(smtp: Any, answer: bytes, raised: type[Exception]) -> None:
    smtp.answer = answer
    with pytest.raises(raised) as caught:
        _send()
    import traceback

    assert "anna" not in "".join(traceback.format_exception(caught.value))


def test_a_mail_server_that_is_gone_is_tried_again_later(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(MailFailed):
        _send()
    assert issubclass(MailFailed, Exception)
    assert not issubclass(MailFailed, smtplib.SMTPException)
