"""Who may do what with subscribers."""

from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from wagtail.permission_policies import BasePermissionPolicy

from nieuwsbrief.services.redactiepost import VERZENDEN

Gebruiker = AbstractBaseUser | AnonymousUser

ZIEN = "nieuwsbrief.view_abonnee"
WIJZIGEN = "nieuwsbrief.change_abonnee"
EXPORTEREN = "nieuwsbrief.exporteer_abonnees"
INVOEREN = "nieuwsbrief.invoeren_abonnees"


def mag_zien(gebruiker: Gebruiker) -> bool:
    """Say whether somebody sees who subscribed."""
    return gebruiker.is_active and gebruiker.has_perm(ZIEN)


def mag_wijzigen(gebruiker: Gebruiker) -> bool:
    """Say whether somebody unsubscribes, forgets and mails people."""
    return mag_zien(gebruiker) and gebruiker.has_perm(WIJZIGEN)


def mag_exporteren(gebruiker: Gebruiker) -> bool:
    """Say whether somebody takes subscribers out of the site."""
    return mag_zien(gebruiker) and gebruiker.has_perm(EXPORTEREN)


def mag_invoeren(gebruiker: Gebruiker) -> bool:
    """Say whether somebody brings a list of subscribers in."""
    return mag_zien(gebruiker) and gebruiker.has_perm(INVOEREN)


def mag_verzenden(gebruiker: AbstractBaseUser) -> bool:
    """Say whether somebody approves, plans, sends and stops issues."""
    return gebruiker.is_active and gebruiker.has_perm(VERZENDEN)


class Policy(BasePermissionPolicy):
    """Looking is for who has one permission; everything else goes through a screen of its own."""

    def __init__(self, model, permission: str):
        super().__init__(model)
        self._permission = permission

    def user_has_permission(self, user, action):
        return action == "view" and mag_zien(user) and user.has_perm(self._permission)

    def users_with_any_permission(self, actions):
        people = get_user_model().objects
        return people.with_perm(self._permission) if "view" in actions else people.none()


class VerzendPolicy(Policy):
    """Sending needs no look at subscribers: it shows numbers."""

    def __init__(self, model):
        super().__init__(model, VERZENDEN)

    def user_has_permission(self, user, action):
        return action == "view" and mag_verzenden(user)


class AlleenMet:
    """Put before a view: refuses whom `mag` does not let in."""

    mag: Callable[[Gebruiker], bool] = staticmethod(mag_zien)

    def dispatch(self, request, *args, **kwargs):
        if not self.mag(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)
