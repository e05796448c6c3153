"""Rules of this code base that Django checks at every start."""

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, register
from wagtail.models import get_page_models


@register(Tags.models)
def check_page_types(app_configs, **kwargs):
    """Every page type names its parents and children and explains itself to editors."""
    errors = []
    for model in get_page_models():
        if model._meta.app_label == "wagtailcore" or not apps.is_installed(
            model._meta.app_config.name
        ):
            continue
        for attribute in ("parent_page_types", "subpage_types", "page_description"):
            if attribute not in vars(model):
                errors.append(
                    Error(f"{model.__name__} noemt geen {attribute}.", obj=model, id="core.E001")
                )
    return errors


@register()
def check_sqlite_options(app_configs, **kwargs):
    """SQLite must lock at the start of a write and keep a write-ahead log (docs/adr/0005)."""
    errors = []
    for alias, database in settings.DATABASES.items():
        if database["ENGINE"] != "django.db.backends.sqlite3":
            continue
        options = database.get("OPTIONS", {})
        if options.get("transaction_mode") != "IMMEDIATE":
            errors.append(
                Error(f"SQLite '{alias}' draait zonder transaction_mode IMMEDIATE.", id="core.E002")
            )
        if "journal_mode=WAL" not in options.get("init_command", ""):
            errors.append(
                Error(f"SQLite '{alias}' draait zonder journal_mode WAL.", id="core.E003")
            )
    return errors
