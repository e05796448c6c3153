"""Run every bench, print a table, write var/bench.json."""

import importlib
import json
import pkgutil

import django
from django.conf import settings

import tests.bench


def main() -> None:
    django.setup()
    from tests.bench import running_site

    print("Klaarzetten: databank, inhoud en statische bestanden.", flush=True)
    running_site.prepare()
    results = []
    for module in pkgutil.iter_modules(tests.bench.__path__):
        if module.name.startswith("bench_"):
            print(f"Meten: {module.name.removeprefix('bench_')}.", flush=True)
            results += importlib.import_module(f"tests.bench.{module.name}").measure()
    print(table(results))
    target = settings.VAR / "bench.json"
    kept = [{key: row[key] for key in row if key != "note"} for row in results]
    target.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"Geschreven: {target.relative_to(settings.ROOT)}")


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
