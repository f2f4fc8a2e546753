"""Text messages: what the gateway gets, what its answers mean, what a message costs and when it may go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from core.notify import sms
from core.notify.sms import NumberRefused, SmsFailed, SmsRefused, can_receive, plainer, quiet_until, segments, send_sms
from tests.support.live.sms_gateway import TOKEN, SmsGateway, sms_gateway

ANNA = "+31612345678"


@pytest.fixture
def gateway(settings: Any) -> Iterator[SmsGateway]:
    with sms_gateway() as one:
        settings.SMS_GATEWAY, settings.SMS_URL, settings.SMS_TOKEN = "http", one.url, TOKEN
        settings.SMS_TIMEOUT = 0.3
        yield one


def test_a_message_arrives_with_its_sender_and_once_however_often_it_is_sent(gateway: SmsGateway) -> None:
    first = send_sms(to=ANNA, text="Hallo é ş", key="event-1")
    again = send_sms(to=ANNA, text="Hallo é ş", key="event-1")
    other = send_sms(to=ANNA, text="Hallo", key="event-2")
    assert first == again != other
    assert ANNA[3:] not in first
    assert [(one.to, one.text, one.sender) for one in gateway.taken] == [
        (ANNA, "Hallo é ş", "Wijk"), (ANNA, "Hallo", "Wijk"),
    ]  # fmt: skip
    assert gateway.asked == [202, 409, 202]


@pytest.mark.parametrize("status", [301, 401, 403, 404, 408, 429, 500, 502, 503])
def test_an_answer_that_may_change_is_asked_for_again(gateway: SmsGateway, status: int) -> None:
    gateway.answers = [status]
    with pytest.raises(SmsFailed, match=str(status)):
        send_sms(to=ANNA, text="Hallo", key="event-1")
    send_sms(to=ANNA, text="Hallo", key="event-1")
    assert len(gateway.taken) == 1


@pytest.mark.parametrize(("status", "error"), [(400, SmsRefused), (410, NumberRefused), (422, NumberRefused)])
def test_an_answer_that_will_not_change_is_not(gateway: SmsGateway, status: int, error: type[Exception]) -> None:
    gateway.answers = [status]
    with pytest.raises(error) as refused:
        send_sms(to=ANNA, text="Hallo", key="event-1")
    assert type(refused.value) is error
    assert ANNA[3:] not in str(refused.value)


def test_a_gateway_that_is_slow_or_gone_costs_its_time_out_and_no_message_twice(
    gateway: SmsGateway, settings: Any
) -> None:
    gateway.slow = 1.0
    with pytest.raises(SmsFailed, match="Timeout"):
        send_sms(to=ANNA, text="Hallo", key="event-1")
    gateway.slow = 0.0
    send_sms(to=ANNA, text="Hallo", key="event-1")
    assert len(gateway.taken) == 1, "it was taken the first time, only late"
    settings.SMS_URL = "http://127.0.0.1:9/"
    with pytest.raises(SmsFailed):
        send_sms(to=ANNA, text="Hallo", key="event-1")


class Clumsy:
    """A gateway somebody else wrote."""

    def send(self, *, to: str, text: str, reference: str) -> None:
        raise RuntimeError(f"could not send {text} to {to}")


def test_what_a_gateway_of_others_says_stays_inside(settings: Any) -> None:
    settings.SMS_GATEWAY = f"{__name__}.Clumsy"
    with pytest.raises(SmsFailed) as failed:
        send_sms(to=ANNA, text="Geheim", key="event-1")
    assert str(failed.value) == "RuntimeError"
    assert failed.value.__suppress_context__


def test_the_console_shows_the_message(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.SMS_GATEWAY = "console"
    send_sms(to=ANNA, text="Hallo", key="event-1")
    assert f"SMS to {ANNA}" in (said := capsys.readouterr().out)
    assert "\nHallo\n" in said


def test_without_a_gateway_nobody_gets_one(settings: Any) -> None:
    settings.SMS_GATEWAY = ""
    assert not can_receive(ANNA)
    with pytest.raises(SmsRefused):
        send_sms(to=ANNA, text="Hallo", key="event-1")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (ANNA, True),
        ("+31682345678", True),
        ("+31101234567", False),  # a house
        ("+31661234567", False),  # a pager, and expensive
        ("+31671234567", False),
        ("+3161234567", False),
        ("+316123456789", False),
        ("+32470123456", False),
        ("+48601234567", False),
        ("0612345678", False),
        ("+31612345678\n", False),
        ("", False),
    ],
)
def test_only_mobile_numbers_that_we_pay_for_get_one(settings: Any, number: str, expected: bool) -> None:
    settings.SMS_GATEWAY = "console"
    assert can_receive(number) is expected


def test_an_installation_may_add_a_country(settings: Any) -> None:
    settings.SMS_GATEWAY, settings.SMS_PREFIXES = "console", ["+316", "+324"]
    assert can_receive("+32470123456")
    assert not can_receive("+32212345")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ë" * 70, 1),
        ("ë" * 71, 2),
        ("ş" * 134, 2),
        ("ş" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("", 1),
    ],
)
def test_the_parts_of_a_message_are_counted_as_the_network_does(text: str, parts: int) -> None:
    assert segments(text) == parts


def test_one_strange_sign_does_not_make_a_message_cost_double() -> None:
    assert plainer("Súdwest-Fryslân: “Zoë” – één…") == 'Sudwest-Fryslan: "Zoe" - één...'
    assert plainer("Hallo é € 😀") == "Hallo é € 😀"


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 11, 22, 20, 30, tzinfo=UTC), datetime(2026, 11, 23, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 22, 19, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 22, 2, 0, tzinfo=UTC), datetime(2026, 11, 22, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 22, 7, 0, tzinfo=UTC), None),
        (datetime(2026, 7, 1, 19, 0, tzinfo=UTC), datetime(2026, 7, 2, 6, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 6, 0, tzinfo=UTC)),  # the clock goes forward
    ],
)
def test_the_quiet_hours_are_those_of_the_clock_on_the_wall(now: datetime, until: datetime | None) -> None:
    assert quiet_until(now) == until


def test_quiet_hours_may_lie_in_one_day_or_be_none(settings: Any) -> None:
    noon = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
    settings.SMS_QUIET_HOURS = (12, 14)
    assert quiet_until(noon) == datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    settings.SMS_QUIET_HOURS = None
    assert quiet_until(noon) is None


def test_the_names_of_gateways_lead_to_one() -> None:
    assert all(sms.find_gateway(name) for name in sms.GATEWAYS)
