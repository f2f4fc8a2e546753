from typing import Any


def search(text: str, cases: Any, rows: Any, actor: Any, now: Any) -> Any:
    return rows.filter(pk__in=cases.filter(summary__icontains=text).values("pk"))
