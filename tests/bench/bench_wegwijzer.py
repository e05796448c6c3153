"""What the tools cost in queries, in the states that a visitor meets."""

from django.test import Client

from tests.bench.bench_pages import count_queries, worst

# Every tool, plain and filled in. Whoever adds a tool adds its addresses.
CHOOSER = [
    "/trajecten/welk-traject/",
    "/trajecten/welk-traject/?wie=gemeente",
    "/trajecten/welk-traject/?wie=gemeente&netwerk=lokaal&v=nota",
    "/trajecten/welk-traject/?wie=gemeente&netwerk=lokaal&nota=nee",
    "/trajecten/welk-traject/?wie=gemeente&netwerk=lokaal&nota=goedgekeurd&fase=stroef",
    "/trajecten/welk-traject/?wie=gemeente&netwerk=nee&igs=ja&plannen=weet-niet",
    "/trajecten/welk-traject/?wie=gemeente&netwerk=nee&igs=nee&wijzig=netwerk",
    "/trajecten/welk-traject/?wie=igs",
]
CHECKLIST = [
    "/trajecten/opstarttraject/",
    "/trajecten/opstarttraject/verken-de-mogelijkheden/",
    "/trajecten/opstarttraject/verken-de-mogelijkheden/?k=q8sk,g16f",
    "/trajecten/opstarttraject/dossier/?k=q8sk,g16f&bedrag=5517",
]
CALCULATOR = ["/trajecten/eigen-inbreng/", "/trajecten/eigen-inbreng/?bedrag=5517"]
ADDRESSES = [*CHOOSER, *CHECKLIST, *CALCULATOR]


def measure() -> list[dict]:
    """Return the queries of the worst state of any tool, just after the content changed."""
    client = Client(headers={"host": "127.0.0.1"})
    for address in ADDRESSES:
        status = client.get(address).status_code
        if status != 200:
            raise RuntimeError(f"{address} antwoordt {status} in plaats van 200.")
    queries = {address: count_queries(address) for address in ADDRESSES}
    return [worst("wegwijzer.max_queries", queries, "queries")]
