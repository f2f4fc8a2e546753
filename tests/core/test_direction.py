"""What turns the direction of a text stays out of it; what belongs to a language stays in."""

from __future__ import annotations

from core.direction import without_turns


def test_what_reaches_beyond_a_text_goes_and_marks_of_a_language_stay() -> None:
    turning = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    assert without_turns(f"Een bank{turning} \u202egnp.exe") == "Een bank gnp.exe"
    arabic = "\u200fسوق الخضار\u200e – می\u200cخواهم"
    assert without_turns(arabic) == arabic
