"""Who may do what with sessions and with the people in them."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

# Whoever asks for a page: signed in or not.
Gebruiker = AbstractBaseUser | AnonymousUser


def mag_sessies_zien(gebruiker: Gebruiker) -> bool:
    """Say whether somebody sees sessions and how many come; not who."""
    return gebruiker.has_perm("vorming.view_sessie") or mag_sessies(gebruiker)


def mag_sessies_maken(gebruiker: Gebruiker) -> bool:
    """Say whether somebody makes sessions."""
    return gebruiker.has_perm("vorming.add_sessie")


def mag_sessies(gebruiker: Gebruiker) -> bool:
    """Say whether somebody changes, opens, closes and cancels sessions."""
    return gebruiker.has_perm("vorming.change_sessie")


def mag_personen_zien(gebruiker: Gebruiker) -> bool:
    """Say whether somebody sees who enrolled."""
    return gebruiker.has_perm("vorming.view_inschrijving")


def mag_inschrijvingen(gebruiker: Gebruiker) -> bool:
    """Say whether somebody enrols, moves and cancels people, and records who was there."""
    return mag_personen_zien(gebruiker) and gebruiker.has_perm("vorming.change_inschrijving")


def mag_noden_zien(gebruiker: Gebruiker) -> bool:
    """Say whether somebody sees what people eat and need: it may tell of health or belief."""
    return gebruiker.has_perm("vorming.view_bijzonderenood")


def mag_uitvoeren(gebruiker: Gebruiker) -> bool:
    """Say whether somebody takes lists of people out of the site."""
    return mag_personen_zien(gebruiker) and gebruiker.has_perm("vorming.exporteer_inschrijvingen")


def mag_cijfers_zien(gebruiker: AbstractBaseUser) -> bool:
    """Say whether somebody sees the figures of a year: they name no person."""
    return mag_sessies(gebruiker) or mag_personen_zien(gebruiker) or mag_uitvoeren(gebruiker)
