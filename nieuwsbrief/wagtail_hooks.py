"""Registrations in Wagtail."""

from django.urls import reverse
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.permissions import register_permission_policy

from nieuwsbrief.beheer import audit
from nieuwsbrief.beheer.brieven import NAKIJKEN, begin_liever_nieuw
from nieuwsbrief.beheer.paneel import VolgendeBriefPanel
from nieuwsbrief.beheer.rechten import INVOEREN, ZIEN, Policy, VerzendPolicy, mag_verzenden
from nieuwsbrief.beheer.viewsets import NieuwsbriefGroep
from nieuwsbrief.models import Abonnee, Abonnement, Invoer, NieuwsbriefPage, Verzending

register_permission_policy(Abonnee, Policy(Abonnee, ZIEN))
register_permission_policy(Abonnement, Policy(Abonnement, ZIEN))
register_permission_policy(Invoer, Policy(Invoer, INVOEREN))
register_permission_policy(Verzending, VerzendPolicy(Verzending))
hooks.register("register_log_actions", audit.register)
hooks.register("before_copy_page", begin_liever_nieuw)


@hooks.register("register_admin_viewset")
def register_newsletter():
    """Give the newsletter a menu of its own."""
    return NieuwsbriefGroep()


@hooks.register("construct_homepage_panels")
def show_next_issue(request, panels):
    """Say on the first page when the next issue is due, and what it still misses."""
    panels.append(VolgendeBriefPanel())


@hooks.register("register_page_header_buttons")
def check_button(page, user, next_url=None, view_name=None):
    """Lead from the page of an issue to its check and its test mail."""
    if page.specific_class is not NieuwsbriefPage or not page.permissions_for_user(user).can_edit():
        return
    yield Button(
        "Nakijken en testen", reverse(NAKIJKEN, args=[page.pk]), icon_name="check", priority=15
    )


@hooks.register("register_page_header_buttons")
def register_sending(page, user, next_url=None, view_name=None):
    """Lead from an issue to its sending."""
    if page.specific_class is NieuwsbriefPage and mag_verzenden(user):
        url = reverse("nieuwsbrief_verzenden:brief", args=[page.pk])
        yield Button("Verzenden", url, icon_name="mail", priority=16)
