"""Who may do what: the groups of editors, under Dutch names."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.models import Workflow

from core.models import (
    Begrip,
    Bron,
    Notitie,
    Oordeel,
    Regelkader,
    SiteInstellingen,
    Synoniemgroep,
    Team,
    Termijn,
    Woordvorm,
)
from nieuwsbrief.models import Abonnee, Lijst, NieuwsbriefInstellingen, Testadres
from trajecten.models import TrekkingsrechtTabel
from vorming.models import BijzondereNood, Inschrijving, Sessie

REDACTEURS = "Redacteurs"
EINDREDACTEURS = "Eindredacteurs"
POSTBEHEER = "Postbeheer"
HELPDESK = "Helpdesk"
VORMINGSTEAM = "Vormingsteam"
NIEUWSBRIEFTEAM = "Nieuwsbriefteam"
FACTS = [Team, Bron, Regelkader, Termijn, Begrip, Notitie, Synoniemgroep, Woordvorm]
PUBLISHED_FACTS = [Regelkader, Termijn, Notitie]


def load_roles() -> None:
    """Give the groups and the workflow of Wagtail their Dutch names, and their permissions.

    Groups that editors made or changed are left alone: a group is only filled when it still
    has the name from Wagtail's own migration.
    """
    writers = _take_over("Editors", REDACTEURS)
    publishers = _take_over("Moderators", EINDREDACTEURS)
    for group in (writers, publishers):
        if group:
            group.permissions.add(*_permissions(FACTS, ["add", "change", "view"]))
    for group in (writers, publishers):
        if group:
            group.permissions.add(
                *_permissions([Oordeel], ["view"]),
                *_permissions([Testadres], ["add", "change", "delete", "view"]),
            )
    if publishers:
        publishers.permissions.add(
            *_permissions([Oordeel], ["delete"]),
            *_permissions(FACTS, ["delete"]),
            *_permissions([TrekkingsrechtTabel], ["add", "change", "delete", "view"]),
            *_permissions(PUBLISHED_FACTS, ["publish"]),
            *_permissions([SiteInstellingen], ["change"]),
            *_permissions([SearchPromotion], ["add", "change", "delete"]),
        )
    post, is_new = Group.objects.get_or_create(name=POSTBEHEER)
    if is_new:
        # view_bericht opens no screen: it shows pauses and cancels in the history of the site.
        wanted = ["access_admin", "beheer_leveringen", "view_bericht"]
        post.permissions.add(*Permission.objects.filter(codename__in=wanted))
    helpdesk, is_new = Group.objects.get_or_create(name=HELPDESK)
    if is_new:
        wanted = ["access_admin", "change_verzoek"]
        helpdesk.permissions.add(*Permission.objects.filter(codename__in=wanted))
    courses, is_new = Group.objects.get_or_create(name=VORMINGSTEAM)
    if is_new:
        courses.permissions.add(
            Permission.objects.get(codename="access_admin"),
            *_permissions([Sessie, Inschrijving], ["add", "change", "view"]),
            *_permissions([BijzondereNood], ["view"]),
            *Permission.objects.filter(codename="exporteer_inschrijvingen"),
        )
        # Who publishes a course sees its sessions, and how many come; not who.
        for group in Group.objects.filter(name=EINDREDACTEURS):
            group.permissions.add(*_permissions([Sessie], ["view"]))
    newsletter, is_new = Group.objects.get_or_create(name=NIEUWSBRIEFTEAM)
    if is_new:
        newsletter.permissions.add(
            *_permissions([Abonnee, NieuwsbriefInstellingen], ["view", "change"]),
            *_permissions([Lijst], ["add", "change", "view"]),
            *_permissions([Testadres], ["add", "change", "delete", "view"]),
            *Permission.objects.filter(
                codename__in=[
                    "access_admin",
                    "exporteer_abonnees",
                    "invoeren_abonnees",
                    "verzend_brief",
                ]
            ),
        )
    for workflow in Workflow.objects.filter(name="Moderators approval"):
        workflow.name = "Tweede lezer"
        workflow.save()
        for task in workflow.tasks.filter(name="Moderators approval"):
            task.name = "Nalezen door een tweede lezer"
            task.save()


def _take_over(name, dutch_name):
    """Rename a group of Wagtail and return it; None when it was done before."""
    group = Group.objects.filter(name=name).first()
    if group is None:
        return None
    group.name = dutch_name
    group.save()
    return group


def _permissions(models, actions):
    return Permission.objects.filter(
        content_type__in=ContentType.objects.get_for_models(*models).values(),
        codename__in=[
            f"{action}_{model._meta.model_name}" for action in actions for model in models
        ],
    )
