"""Reading the launch content from its YAML files."""

import re
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

FOLDER = Path(__file__).resolve().parent
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:vrije-tijd-in-de-netwerkgemeente")
STEP_NUMBER = re.compile(r"^\d+-")


@dataclass
class PageFile:
    """One page as it stands in its file; `address` is its path on the Dutch site."""

    address: str
    model: str
    fields: dict
    body: list = field(default_factory=list)

    @property
    def parent_address(self) -> str | None:
        """The address of the page above, None for the home page."""
        if self.address == "/":
            return None
        return self.address.rstrip("/").rsplit("/", 1)[0] + "/"


def stable_key(kind: str, name: str) -> uuid.UUID:
    """Return the translation key of a launch object.

    Made from its name in the files, so that it is found again after an editor renames or moves it.
    """
    return uuid.uuid5(NAMESPACE, f"{kind}/{name}")


@contextmanager
def faults_in(place: str):
    """Turn what is wrong in a file into one readable line that says where it stands."""
    try:
        yield
    except ValidationError as fault:
        lines = [f"{name}: {' '.join(messages)}" for name, messages in fault.message_dict.items()]
        raise CommandError(f"{place}: {'; '.join(lines)}") from fault
    except (AttributeError, LookupError, TypeError, ValueError) as fault:
        raise CommandError(f"{place}: {fault.args[0] if fault.args else fault}") from fault


def read_table(name: str) -> dict:
    """Return the rows of `nl/<name>.yaml` by their key."""
    return _read(FOLDER / "nl" / f"{name}.yaml") or {}


def read_municipalities() -> dict:
    """Return the municipalities and the former ones, as `gemeenten.yaml` lists them."""
    return _read(FOLDER / "gemeenten.yaml")


def read_pages() -> list[PageFile]:
    """Return all pages, a parent before its children, siblings in the order of their files."""
    root = FOLDER / "nl" / "paginas"
    pages = [_page_file(root, path) for path in root.rglob("*.yaml")]
    return [page for _, page in sorted(pages, key=lambda pair: pair[0])]


def _page_file(root: Path, path: Path) -> tuple[tuple, PageFile]:
    """Return the page in `path` with what it is sorted by."""
    content = _read(path)
    parts = [STEP_NUMBER.sub("", part) for part in path.relative_to(root).with_suffix("").parts]
    if parts == ["home"]:
        parts = []
    elif parts[-1] == "index":
        parts.pop()
    slug = content["slug"]
    address = "/" + "".join(f"{part}/" for part in [*parts[:-1], slug]) if parts else "/"
    body = content.pop("body", None) or []
    page = PageFile(address=address, model=content.pop("type"), fields=content, body=body)
    return (len(parts), path.relative_to(root).as_posix()), page


def _read(path: Path):
    with path.open(encoding="utf-8") as stream:
        return yaml.safe_load(stream)
