"""The screen for who asks what we have on her, and for who wants to be forgotten.

The address is only ever posted: it stands in no address of a page, and in no log.
"""

import json
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import formats
from django.views import View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.log_actions import LogActionRegistry, LogFormatter, log

from core import clock, personal
from core.models import SiteInstellingen

URL_NAME = "persoonsgegevens"
BEKEKEN = "persoon.bekeken"
GEDOWNLOAD = "persoon.gedownload"
GEWIST = "persoon.gewist"


class Genoteerd(LogFormatter):
    """What somebody did with the data of a person, who is not named."""

    def format_message(self, log_entry):
        parts = ", ".join(log_entry.data.get("delen") or [])
        return f"{self.label} ({parts}: {log_entry.data.get('aantal', 0)})"


def register_log_actions(actions: LogActionRegistry) -> None:
    """Give every action its name."""
    for action, words in (
        (BEKEKEN, "Zocht op wat we over iemand weten"),
        (GEDOWNLOAD, "Downloadde wat we over iemand weten"),
        (GEWIST, "Wiste wat we over iemand weten"),
    ):
        actions.register_action(action)(type("Genoteerd", (Genoteerd,), {"label": words}))


class AdresForm(forms.Form):
    """Whom it is about."""

    adres = forms.EmailField(
        label="E-mailadres",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Vul het e-mailadres in.",
            "invalid": "Dit is geen e-mailadres. Kijk het na, bijvoorbeeld: naam@gemeente.be.",
        },
    )


class WisForm(AdresForm):
    """The last question before somebody is forgotten."""

    adres = forms.EmailField(widget=forms.HiddenInput)
    zeker = forms.BooleanField(
        label="De vraag komt van deze persoon zelf: dat heb ik nagekeken.",
        error_messages={
            "required": "Kijk eerst na of de vraag van deze persoon zelf komt, en vink het aan."
        },
    )


class PersoonView(WagtailAdminTemplateMixin, View):
    """Look up, download and erase what all apps hold about one address."""

    page_title = "Wat weten we over iemand"
    header_icon = "user"
    template_name = "core/beheer/persoon.html"
    request: Any

    def dispatch(self, request: Any, *args, **kwargs):
        if not personal.mag_iets(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(URL_NAME), "label": self.get_page_title()},
        ]

    def get(self, request, *args, **kwargs):
        return self._show(formulier=AdresForm())

    def post(self, request, *args, **kwargs):
        form = AdresForm(request.POST)
        if not form.is_valid():
            return self._show(formulier=form)
        address, action = form.cleaned_data["adres"], request.POST.get("actie")
        if action == "wis":
            return self._erase(address)
        found = self._look_up(address)
        if action in ("json", "tekst"):
            return self._download(address, found, action)
        if action != "wissen":
            self._note(BEKEKEN, found)
        return self._show(
            formulier=form,
            adres=address,
            gevonden=found,
            aantal=sum(_count(rubrics) for _, rubrics in found),
            wissen=WisForm(initial={"adres": address}) if action == "wissen" else None,
        )

    def _look_up(self, address):
        found = [(deel, deel.zoek(address, self.request.user)) for deel in self._mine()]
        return [(deel, [one for one in rubrics if one.has_something]) for deel, rubrics in found]

    def _mine(self):
        return [deel for deel in personal.delen() if personal.mag(deel, self.request.user)]

    def _erase(self, address):
        form = WisForm(self.request.POST)
        found = self._look_up(address)
        if not form.is_valid():
            return self._show(
                formulier=AdresForm({"adres": address}),
                adres=address,
                gevonden=found,
                aantal=sum(_count(rubrics) for _, rubrics in found),
                wissen=form,
            )
        # An address that nobody knows is a typing error: whose it is may still be mailed.
        if any(_count(rubrics) for _, rubrics in found):
            for deel in personal.op_volgorde_van_wissen(deel for deel, _ in found):
                deel.wis(address, self.request.user)
            self._note(GEWIST, found)
            messages.success(
                self.request,
                "Deze persoon is gewist. In de cijfers telt ze nog mee, zonder naam of adres.",
            )
        else:
            messages.warning(self.request, "Er was niets te wissen bij dit adres.")
        return self._show(formulier=AdresForm())

    def _download(self, address, found, form):
        self._note(GEDOWNLOAD, found)
        if form == "json":
            body, kind, ending = _as_json(address, found), "application/json", "json"
        else:
            body, kind, ending = _as_text(address, found), "text/plain", "txt"
        response = HttpResponse(body, content_type=f"{kind}; charset=utf-8")
        name = f"gegevens-{clock.today().isoformat()}.{ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response

    def _note(self, action, found):
        log(
            SiteInstellingen.for_request(self.request),
            action,
            user=self.request.user,
            title="gegevens van een persoon",
            data={
                "delen": [deel.naam for deel, rubrics in found if _count(rubrics)],
                "aantal": sum(_count(rubrics) for _, rubrics in found),
            },
        )

    def _show(self, **context):
        hidden = [deel.naam for deel in personal.delen() if deel not in self._mine()]
        response = self.render_to_response(
            self.get_context_data(niet_te_zien=hidden, delen=self._mine(), **context)
        )
        response["Cache-Control"] = "private, no-store"
        return response


def _count(rubrics):
    return sum(len(rubric.rijen) for rubric in rubrics)


def _as_json(address, found) -> str:
    whole = {
        "e-mailadres": address,
        "opgehaald op": clock.now().isoformat(timespec="minutes"),
        **{
            deel.naam: {rubric.titel: [dict(row) for row in rubric.rijen] for rubric in rubrics}
            for deel, rubrics in found
        },
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _as_text(address, found) -> str:
    moment = formats.date_format(clock.now(), r"d/m/Y \o\m H:i")
    lines = [f"Wat we weten over {address}", f"Opgehaald op {moment}"]
    for deel, rubrics in found:
        lines += ["", deel.naam.upper()]
        if not _count(rubrics):
            lines.append("Niets.")
        for rubric in rubrics:
            for row in rubric.rijen:
                lines += ["", rubric.titel]
                lines += [f"  {label}: {words}" for label, words in row if words]
    return "\r\n".join([*lines, ""])


class PersoonMenuItem(MenuItem):
    """In the menu of reports, for whoever may see people in one of the parts."""

    def is_shown(self, request):
        return personal.mag_iets(request.user)


def menu_item() -> MenuItem:
    return PersoonMenuItem(
        PersoonView.page_title, reverse(URL_NAME), name=URL_NAME, icon_name="user", order=900
    )
