"""Mails to colleagues about approving: somebody asks for a yes, somebody says yes or no.

Wagtail mails about its workflow past the mail room, in the words of its own templates, and more
than once to who manages everything. These take its place, for every kind of page.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.mail import (
    GroupApprovalTaskStateSubmissionEmailNotifier,
    WorkflowStateApprovalEmailNotifier,
    WorkflowStateRejectionEmailNotifier,
)
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import (
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)
from wagtail.users.models import UserProfile

from post import addresses, services

SOORT = "redactie/"
GEVRAAGD, GOEDGEKEURD, TERUGGESTUURD = (
    f"{SOORT}gevraagd",
    f"{SOORT}goedgekeurd",
    f"{SOORT}teruggestuurd",
)
# The choice in somebody's own account that switches such mails off.
VOORKEUR = {
    GEVRAAGD: "submitted_notifications",
    GOEDGEKEURD: "approved_notifications",
    TERUGGESTUURD: "rejected_notifications",
}
PUBLICATIE = "Zeg je ja, dan komt de laatste versie op de site."
GEPUBLICEERD = "De laatste versie staat op de site, of komt erop op het geplande moment."


def naam_van(gebruiker: AbstractBaseUser | None) -> str:
    """Return how colleagues call somebody."""
    if gebruiker is None:
        return "Een collega"
    return getattr(gebruiker, "get_full_name", str)() or gebruiker.get_username()


def krijgt_mail(gebruiker: Any, soort: str) -> bool:
    """Say whether somebody has an address that works and did not switch these mails off."""
    if not (gebruiker.is_active and gebruiker.email):
        return False
    return getattr(UserProfile.get_for_user(gebruiker), VOORKEUR[soort])


def mail(
    soort: str,
    *,
    sleutel: str,
    naar: Iterable[Any],
    door: Any,
    titel: str,
    adres: str,
    gevolg: str = "",
    opmerking: str = "",
) -> int:
    """Queue a mail to each colleague who wants it, in the caller's transaction; return how many.

    `titel` is what it is about and `adres` the path of the screen where she decides or goes on.
    The same `sleutel` again mails nobody twice. Who answers the mail reaches `door`.
    """
    ontvangers = [een for een in naar if krijgt_mail(een, soort)]
    aantal = 0
    for een in ontvangers:
        try:
            services.queue(
                key=f"{soort}:{sleutel}:{een.pk}",
                template=soort,
                to=een.email,
                name=naam_van(een),
                reply_to=_antwoord(door),
                context={
                    "soort": soort,
                    "naam": een.first_name or een.get_username(),
                    "wie": naam_van(door),
                    "titel": titel,
                    "gevolg": gevolg,
                    "opmerking": opmerking,
                    "samen": len(ontvangers) > 1,
                    "link": settings.BASE_URL + adres,
                },
            )
        except addresses.InvalidAddress:
            continue
        aantal += 1
    return aantal


def _antwoord(door) -> str:
    try:
        return addresses.check(door.email) if door is not None and door.email else ""
    except addresses.InvalidAddress:
        return ""


# --- The workflow of Wagtail -----------------------------------------------------------------


def _over(workflow_state: WorkflowState, naar, moment: int) -> dict:
    """Return what every mail about a workflow says about its page or snippet."""
    instance = workflow_state.content_object
    if isinstance(instance, Page):
        titel = instance.specific_deferred.get_admin_display_title()
        adres = reverse("wagtailadmin_pages:edit", args=[instance.pk])
    else:
        titel = str(instance)
        adres = AdminURLFinder().get_edit_url(instance) or reverse("wagtailadmin_home")
    return {"titel": titel, "adres": adres, "naar": naar, "sleutel": str(moment)}


def bij_vraag(sender, instance: TaskState, user=None, **kwargs) -> None:
    """Mail who may approve that somebody asks; never who asks."""
    wie = GroupApprovalTaskStateSubmissionEmailNotifier()
    if not wie.can_handle(instance):
        return
    door = instance.workflow_state.requested_by or user
    naar = {een for een in wie.get_recipient_users(instance, user=user) if een != door}
    over = _over(instance.workflow_state, naar, instance.pk)
    mail(GEVRAAGD, door=door, gevolg=PUBLICATIE, **over)


def bij_goedkeuring(sender, instance: WorkflowState, user=None, **kwargs) -> None:
    """Mail who asked that somebody said yes."""
    naar = WorkflowStateApprovalEmailNotifier().get_recipient_users(instance, user=user)
    over = _over(instance, naar, instance.pk)
    mail(GOEDGEKEURD, door=user, gevolg=GEPUBLICEERD, opmerking=_opmerking(instance), **over)


def bij_weigering(sender, instance: WorkflowState, user=None, **kwargs) -> None:
    """Mail who asked that it is not good yet, with the remark."""
    naar = WorkflowStateRejectionEmailNotifier().get_recipient_users(instance, user=user)
    # One request may be sent back more than once.
    over = _over(instance, naar, instance.current_task_state_id)
    mail(TERUGGESTUURD, door=user, opmerking=_opmerking(instance), **over)


def _opmerking(workflow_state) -> str:
    task_state = workflow_state.current_task_state
    return task_state.specific.get_comment() if task_state else ""


def connect() -> None:
    """Take the place of the mails of Wagtail, whichever of the two apps is ready first."""
    for signal, sender, uid, ours in (
        (task_submitted, TaskState, "group_approval_task_submitted", bij_vraag),
        # Who manages everything hears of the task already.
        (workflow_submitted, WorkflowState, "workflow_state_submitted", None),
        (workflow_approved, WorkflowState, "workflow_state_approved", bij_goedkeuring),
        (workflow_rejected, WorkflowState, "workflow_state_rejected", bij_weigering),
    ):
        uid = f"{uid}_email_notification"
        signal.disconnect(sender=sender, dispatch_uid=uid)
        signal.connect(ours or _niets, sender=sender, dispatch_uid=uid)


def _niets(sender, **kwargs) -> None:
    """Keep the place of a mail that nobody needs."""
