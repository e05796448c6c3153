"""What somebody typed in a search box."""

import re

# What no keyboard sends, and PostgreSQL refuses.
NOT_TYPED = re.compile(r"[\x00-\x1f\x7f]")
LONGEST = 200


def words_in(typed: str) -> tuple[str, str]:
    """Return what somebody searches for: as typed, and as a search engine can take it.

    A quote is left out of the second: SQLite takes it for the beginning of a phrase and fails when
    there is no end to it.
    """
    query = NOT_TYPED.sub(" ", typed).strip()[:LONGEST]
    return query, query.replace('"', " ").strip()
