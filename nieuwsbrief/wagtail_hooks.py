"""Registrations in Wagtail."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from nieuwsbrief.beheer import audit
from nieuwsbrief.beheer.rechten import INVOEREN, ZIEN, Policy
from nieuwsbrief.beheer.viewsets import NieuwsbriefGroep
from nieuwsbrief.models import Abonnee, Abonnement, Invoer

register_permission_policy(Abonnee, Policy(Abonnee, ZIEN))
register_permission_policy(Abonnement, Policy(Abonnement, ZIEN))
register_permission_policy(Invoer, Policy(Invoer, INVOEREN))
hooks.register("register_log_actions", audit.register)


@hooks.register("register_admin_viewset")
def register_newsletter():
    """Give the newsletter a menu of its own."""
    return NieuwsbriefGroep()
