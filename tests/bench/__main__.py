"""Run every bench, or those that are named; print a table, write var/bench.json.

`python -m tests.bench vorming` runs one module, `vorming.storm vorming.export` runs parts of it.
What is not measured keeps its figures in the file.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator

import django
from django.conf import settings

import tests.bench


def main() -> None:
    django.setup()
    from tests.bench import running_site

    print("Klaarzetten: databank, inhoud en statische bestanden.", flush=True)
    running_site.prepare()
    results = []
    for name, measure in wanted(sys.argv[1:]):
        print(f"Meten: {name}.", flush=True)
        results += measure()
    print(table(results))
    target = settings.VAR / "bench.json"
    kept = [{key: row[key] for key in row if key != "note"} for row in results]
    if sys.argv[1:] and target.exists():
        fresh = {row["name"] for row in kept}
        before = json.loads(target.read_text(encoding="utf-8"))
        kept = [row for row in before if row["name"] not in fresh] + kept
    target.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"Geschreven: {target.relative_to(settings.ROOT)}")


def wanted(names: list[str]) -> Iterator[tuple[str, Callable[[], list[dict]]]]:
    """Yield what is to be measured: everything, the modules that are named, or parts of them."""
    modules = [
        module.name.removeprefix("bench_")
        for module in pkgutil.iter_modules(tests.bench.__path__)
        if module.name.startswith("bench_")
    ]
    for name in names or modules:
        module, _, part = name.partition(".")
        if module not in modules:
            raise SystemExit(f"Er is geen meting {module}; wel {', '.join(modules)}.")
        found = importlib.import_module(f"tests.bench.bench_{module}")
        yield name, getattr(found, part or "measure")


def table(results: list[dict]) -> str:
    """Return the results as lines with aligned columns."""
    rows = [
        (
            row["name"],
            f"{row['value']:g} {row['unit']}",
            " · ".join(filter(None, [row.get("against"), row.get("note")])),
        )
        for row in results
    ]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"  {name:<{widths[0]}}  {value:>{widths[1]}}  {rest}" for name, value, rest in rows]
    return "\n".join(["", *lines, ""])


if __name__ == "__main__":
    main()
