"""Hears that a page or a rule changed, and keeps the index up to date in the same transaction."""

from django.db.models.signals import post_delete, post_save
from wagtail.models import PageViewRestriction
from wagtail.signals import post_page_move

from core.models import BasePage, Begrip, Synoniemgroep, Termijn, Woordvorm
from core.search import indexing

# What is in the index beside the pages themselves.
RULES = (Begrip, Synoniemgroep, Termijn, Woordvorm)


def saved(sender, instance, raw=False, update_fields=None, **kwargs):
    """A page was saved as it is shown, or a rule changed."""
    if raw:
        return
    if isinstance(instance, BasePage):
        # Saving a draft writes a few fields of the page that is shown, with the texts of the
        # draft still on the instance.
        if update_fields is None or "live" in update_fields:
            indexing.page_changed(instance)
    elif isinstance(instance, RULES):
        indexing.rules_changed(instance.locale_id)
    elif isinstance(instance, PageViewRestriction):
        indexing.subtree_changed(instance.page)


def deleted(sender, instance, **kwargs):
    """A rule or a restriction went away; a page takes its rows in the index along."""
    if isinstance(instance, RULES):
        indexing.rules_changed(instance.locale_id)
    elif isinstance(instance, PageViewRestriction) and instance.page_id:
        indexing.subtree_changed(instance.page)


def moved(sender, instance, **kwargs):
    """A page moved, maybe to where not everybody may go."""
    indexing.subtree_changed(instance)


def connect():
    """Listen to every way in which a page comes, changes or goes."""
    post_save.connect(saved, dispatch_uid="core.search.saved")
    post_delete.connect(deleted, dispatch_uid="core.search.deleted")
    post_page_move.connect(moved, dispatch_uid="core.search.moved")
