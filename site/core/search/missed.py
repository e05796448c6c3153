"""What visitors searched for in vain: counted by day, never who or when.

Counting is the only thing that an address of the site writes without being asked to by a form.
It changes nothing that anybody sees or is promised (docs/adr/0014).
"""

import datetime
import logging
import re

from django.db import DatabaseError, connection

from core import clock
from core.models import ZoekZonderResultaat

logger = logging.getLogger(__name__)

LONGEST = 60
MOST_WORDS = 6
# A telephone number, a national number, a street with its postcode.
MOST_DIGITS = 4
# So many different searches a day are people; more are a machine.
MOST_A_DAY = 200

# Two words with a capital, with or without something like "van de" between them.
A_NAME = re.compile(r"\b[A-ZÀ-Þ][\w'’-]+\s+(?:(?:van|de|den|der|la|le)\s+)*[A-ZÀ-Þ]")

ADD = """
    INSERT INTO core_zoekzonderresultaat (dag, locale_id, zoekterm, aantal)
    SELECT %s, id, %s, 1 FROM wagtailcore_locale WHERE language_code = %s AND (
        SELECT COUNT(*) FROM core_zoekzonderresultaat WHERE dag = %s AND zoekterm <> %s
    ) < %s
    ON CONFLICT (dag, locale_id, zoekterm)
    DO UPDATE SET aantal = core_zoekzonderresultaat.aantal + 1
"""


def looks_personal(typed: str) -> bool:
    """Say whether what was typed may be about somebody: an address, a number, a name."""
    digits = sum(character.isdigit() for character in typed)
    return "@" in typed or digits > MOST_DIGITS or A_NAME.search(typed) is not None


def count(typed: str, language: str) -> None:
    """Count a search without result, unless it looks personal. A failure to is no failure."""
    words = typed.lower().split()
    if not words or len(typed) > LONGEST or len(words) > MOST_WORDS or looks_personal(typed):
        return
    day, text = clock.today(), " ".join(words)
    try:
        with connection.cursor() as cursor:
            cursor.execute(ADD, [day, text, language, day, text, MOST_A_DAY])
    except DatabaseError:
        logger.warning("Een zoekopdracht zonder resultaat is niet geteld.", exc_info=True)


def forget_old() -> int:
    """Delete what is older than it may be kept; return how many rows."""
    first = clock.today() - datetime.timedelta(days=ZoekZonderResultaat.BEWAARDAGEN)
    return ZoekZonderResultaat.objects.filter(dag__lt=first).delete()[0]
