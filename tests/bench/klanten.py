"""Two hundred people who want in at the same moment, each with a browser of her own.

They do what a visitor does: open the form, fill it in, confirm. Who reads that the last place is
gone takes the waiting list that the page offers. The public form lets one network address through
sixty times an hour; these come through a proxy of our own, each from an address of her own.
"""

import http.client
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

from core.public_forms import QUICKEST, SEAL

SEALED = re.compile(rf'name="{SEAL}" value="([^"]+)"')
OFFER = 'name="wachtlijst" value="1"'


def form_data(number: int) -> dict[str, str]:
    """Return what somebody fills in who comes alone."""
    return {
        "aantal": "0",
        "voornaam": f"Sara{number}",
        "naam": "Voorbeeld",
        "e_mail": f"sara{number}@example.org",
        "organisatie": "Voorbeeldgemeente",
        "soort_organisatie": "lokaal-bestuur",
        "gemeente": "Voorbeeldgem",
        "zelf": "ja",
        "actie": "bevestigen",
    }


@dataclass
class Klant:
    """One person, and what the site answered her."""

    number: int
    port: int
    sessie: int
    fouten: list[str] = field(default_factory=list)
    seconds: float = 0
    seal: str = ""

    def open_form(self) -> None:
        """Look at the form, as everybody does before she enrols."""
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        status, body, _ = self._ask("GET", self._address)
        found = SEALED.search(body)
        if status != 200 or not found:
            raise RuntimeError(f"Het formulier antwoordt {status}.")
        self.seal = found[1]

    def enrol(self) -> None:
        """Confirm; take the waiting list when it is offered; read what became of it."""
        start = time.perf_counter()
        status, body, headers = self._ask("POST", self._address, self._form())
        if status == 409 and OFFER in body:
            status, body, headers = self._ask(
                "POST", self._address, {**self._form(), "wachtlijst": "1"}
            )
        if status == 302:
            status, body, _ = self._ask("GET", headers["Location"])
        if status != 200:
            self.fouten.append(str(status))
        self.seconds = time.perf_counter() - start
        self.connection.close()

    @property
    def _address(self):
        return f"/inschrijven/{self.sessie}/"

    def _form(self):
        return {**form_data(self.number), SEAL: self.seal}

    def _ask(self, method, address, data=None):
        headers = {
            "X-Forwarded-For": f"10.{self.sessie % 250}.{self.number // 250}.{self.number % 250}",
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.connection.request(method, address, urlencode(data) if data else None, headers)
        response = self.connection.getresponse()
        return response.status, response.read().decode(), response.headers


def burst(port: int, sessie: int, number: int) -> tuple[Counter, float]:
    """Let so many people enrol at the same moment.

    Returns how often each fault was shown, and the seconds until the last of them knew.
    """
    people = [Klant(one, port, sessie) for one in range(number)]
    for person in people:
        person.open_form()
    # Who is quicker than a person can fill in is taken for a program.
    time.sleep(QUICKEST.total_seconds() + 0.5)
    barrier = threading.Barrier(number)

    def run(person):
        barrier.wait()
        try:
            person.enrol()
        except (OSError, http.client.HTTPException) as fault:
            person.fouten.append(type(fault).__name__)

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    faults = Counter(fault for person in people for fault in person.fouten)
    return faults, max(person.seconds for person in people)
