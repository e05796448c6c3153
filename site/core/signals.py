"""A change of anything that a page shows raises the version of the content (core.memo)."""

from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.signals import post_page_move

from core import memo
from core.models import MenuItem
from core.models.search import Synoniemgroep, Woordvorm
from core.models.snippets import Begrip, Snippet

CONTENT = (
    Page,
    Snippet,
    BaseSiteSetting,
    BaseGenericSetting,
    MenuItem,
    Site,
    Locale,
    PageViewRestriction,
    SearchPromotion,
)
_of_apps: set[type] = set()
# What the words of search and of the glossary come from, and where their list stands.
WORDS = (Begrip, Synoniemgroep, Woordvorm, SearchPromotion, Site, Locale)
LIST_OF_TERMS = "begrippenpage"


def counts_as_content(*models):
    """Say that pages show `models` of another app too."""
    _of_apps.update(models)


def content_changed(sender, instance=None, raw=False, **kwargs):
    """Raise the version when `instance` is content."""
    if instance is not None and not raw and isinstance(instance, (*CONTENT, *_of_apps)):
        memo.raise_version()
        if isinstance(instance, WORDS) or instance._meta.model_name == LIST_OF_TERMS:
            memo.raise_version(memo.WORDS)


def connect():
    """Listen to every way in which content changes."""
    for signal in (post_save, post_delete, m2m_changed, post_page_move):
        signal.connect(content_changed, dispatch_uid="core.signals.content_changed")
