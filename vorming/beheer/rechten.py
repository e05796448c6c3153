"""Who may do what with sessions and with the people in them."""

from django.contrib.auth.base_user import AbstractBaseUser


def mag_sessies(gebruiker: AbstractBaseUser) -> bool:
    """Say whether somebody makes and changes sessions."""
    return gebruiker.has_perm("vorming.change_sessie")


def mag_personen_zien(gebruiker: AbstractBaseUser) -> bool:
    """Say whether somebody sees who enrolled."""
    return gebruiker.has_perm("vorming.view_inschrijving")


def mag_inschrijvingen(gebruiker: AbstractBaseUser) -> bool:
    """Say whether somebody enrols, moves and cancels people, and records who was there."""
    return gebruiker.has_perm("vorming.change_inschrijving")


def mag_noden_zien(gebruiker: AbstractBaseUser) -> bool:
    """Say whether somebody sees what people eat and need: it may tell of health or belief."""
    return gebruiker.has_perm("vorming.view_bijzonderenood")


def mag_uitvoeren(gebruiker: AbstractBaseUser) -> bool:
    """Say whether somebody takes lists of people out of the site."""
    return gebruiker.has_perm("vorming.exporteer_inschrijvingen")


def mag_cijfers_zien(gebruiker: AbstractBaseUser) -> bool:
    """Say whether somebody sees the figures of a year: they name no person."""
    return mag_sessies(gebruiker) or mag_personen_zien(gebruiker) or mag_uitvoeren(gebruiker)
