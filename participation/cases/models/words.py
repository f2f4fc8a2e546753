"""The words by which cases are found (`cases.search`): an index of its own on either engine."""

from __future__ import annotations

from typing import Any

from django.db import models

from participation.cases.models.case import Case

FTS = "cases_words_fts"
"""SQLite's virtual table; its rowid is the case's id."""


class VectorField(models.Field[Any, Any]):
    """PostgreSQL's `tsvector`; written and read by `cases.search` only."""

    def db_type(self, connection: Any) -> str:
        return "tsvector"


class WordIndex(models.Index):
    """GIN on PostgreSQL; on SQLite the virtual table that holds the words."""

    def create_sql(self, model: type[models.Model], schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return super().create_sql(model, schema_editor, using=" USING gin", **kwargs)
        return (
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {FTS} USING fts5("
            "words, contact, tokenize = \"unicode61 remove_diacritics 2\", prefix = '3 4')"
        )

    def remove_sql(self, model: type[models.Model], schema_editor: Any, **kwargs: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return super().remove_sql(model, schema_editor, **kwargs)
        return f"DROP TABLE IF EXISTS {FTS}"


class Words(models.Model):
    """The words of one case; on SQLite the table stays empty and the index holds them."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="+", primary_key=True)
    vector = VectorField()

    class Meta:
        indexes = [WordIndex(fields=["vector"], name="cases_words_found")]
