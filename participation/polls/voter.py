"""Who somebody is to one poll, and nothing more: keyed hashes whose key dies with the poll.

The key of a poll follows from the server's key and the poll's salt. A copy of the database alone opens nothing while a
poll is open; when it is over its salt is gone, and nobody can say any more who is on the roll.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from django.utils.crypto import salted_hmac

from participation.residents.addresses import mailbox_of
from participation.residents.letter_codes import LETTERS


def _keyed(salt: str, what: str, value: str) -> bytes:
    assert salt, "the key of this poll is gone"
    return salted_hmac(f"participation.polls.{what}", f"{salt}|{value}", algorithm="sha256").digest()


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def device(salt: str, secret: str) -> str:
    """The voter behind a device, by the secret in its cookie. 43 characters, as the others."""
    return _text(_keyed(salt, "voter", f"device|{secret}"))


def address(salt: str, address: str) -> str:
    """The voter behind a mailbox or mobile number (E.164) that proved to be theirs, however it is spelled."""
    return _text(_keyed(salt, "voter", f"address|{mailbox_of(address)}"))


def letter(salt: str, batch_id: int, number: int) -> str:
    """The voter behind a letter; a replaced one has another number, and the first works no more."""
    return _text(_keyed(salt, "voter", f"letter|{batch_id}|{number}"))


def account(salt: str, resident_id: int) -> str:
    """A second hash of who votes with an account, beside that of its address: see `RollEntry.also`."""
    return _text(_keyed(salt, "voter", f"resident|{resident_id}"))


def receipt_of(salt: str, voter: str, token: UUID) -> str:
    """What the voter gets: 20 letters and digits in groups of five (100 bits).

    It follows from the voter and what their device thought of, so that a ballot sent again because the answer was lost
    is found again, with nothing about it stored.
    """
    digest = _keyed(salt, "receipt", f"{voter}|{token.hex}")
    number = int.from_bytes(digest[:13], "big") >> 4
    letters = [LETTERS[(number >> (5 * at)) & 31] for at in range(20)]
    return "-".join("".join(letters[at : at + 5]) for at in range(0, 20, 5))


def tidy_receipt(typed: str) -> str:
    """As we write it, or empty for what cannot be one."""
    letters = "".join(sign for sign in typed[:60].upper().translate(str.maketrans("ILO", "110")) if sign in LETTERS)
    return "-".join(letters[at : at + 5] for at in range(0, 20, 5)) if len(letters) == 20 else ""


def words_key(salt: str, receipt: str, question_id: int) -> str:
    """Under which an answer in somebody's own words is kept."""
    return _text(_keyed(salt, "words", f"{receipt}|{question_id}"))


def desk(salt: str, token: UUID) -> str:
    """The voter whom a professional saw, where the poll asks nothing that a desk could check: once for each form."""
    return _text(_keyed(salt, "voter", f"desk|{token.hex}"))


HALF = 6
"""Characters of each of the two labels in an origin: 36 bits."""


def origin(salt: str, network: str) -> str:
    """Labels of where a ballot came from, of this poll only: six characters of the wider network, six of the line.

    `network`: both, parted by `|`, as `origins.network_of` writes them; without a bar they are the same.
    """
    wide, _bar, line = network.partition("|")
    labels = (
        _text(_keyed(salt, "origin", f"{what}|{where}")) for what, where in (("wide", wide), ("line", line or wide))
    )
    return "".join(label[:HALF] for label in labels)


def desk_network(professional_id: int) -> str:
    """What stands for a network when a professional enters ballots: who did, for this poll alone."""
    return f"desk|{professional_id}"


def code_hash(code: str) -> str:
    """What is stored of a code (as `letter_codes.tidy` has it); keyed, so that the table alone cannot be tried out."""
    return _text(salted_hmac("participation.polls.code", code, algorithm="sha256").digest())


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def digest_of(text: str) -> str:
    """SHA-256 in hexadecimal, as `sha256sum` prints it."""
    return hashlib.sha256(text.encode()).hexdigest()
