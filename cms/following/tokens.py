"""The private links of a follower: one to manage, one that only stops. The database holds hashes (`reports.tokens`)."""

from __future__ import annotations

from participation.reports.tokens import hash_of, new_seed, token_matching, token_of

__all__ = ["hash_of", "new_seed", "token_for", "token_matching_for"]


def token_for(seed: str, purpose: str) -> str:
    """22 characters, safe in an address; another one for each purpose."""
    return token_of(f"{seed}:{purpose}")


def token_matching_for(seed: str, purpose: str, stored_hash: str) -> str | None:
    """The same, also after the secret key was rotated; None when its key is gone."""
    return token_matching(f"{seed}:{purpose}", stored_hash)
