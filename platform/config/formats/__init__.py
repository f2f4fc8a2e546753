"""How dates may be typed, beside Django's own ways: one folder per language."""
