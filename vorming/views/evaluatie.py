"""The short form after a session. Whoever answers is not known, and answers once."""

import hashlib

from django import forms
from django.core import signing
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core import memo, rate
from core.origin import public_post
from core.public_forms import PublicForm
from vorming.publiek import page_of, personal, show
from vorming.services import evaluatie
from vorming.services.evaluatie import SCHAAL, STELLINGEN, SleutelGebruikt, SleutelOngeldig

GEVRAAGD = "gevraagd"
SIGNER = signing.Signer(salt="vorming.evaluatie.gevraagd")
PER_UUR = 60
LANGSTE = 2000


class EvaluatieForm(PublicForm):
    """Five statements, the questions of the editors, and room for the rest. Nothing is required.

    An editor may change her questions while somebody answers. So the form takes along, signed, what
    it asked: every answer is stored with the words it was given to, also when they are gone.
    """

    purpose = "evaluatie"

    def __init__(self, data=None, *, vragen, **options):
        super().__init__(data, **options)
        self.vragen = _asked(data) or list(vragen)
        choices = [(str(score), words) for score, words in SCHAAL.items()]
        for code, words in STELLINGEN.items():
            self.fields[f"stelling_{code}"] = forms.ChoiceField(
                label=words, choices=choices, widget=forms.RadioSelect, required=False
            )
        for question in self.vragen:
            self.fields[naam_van(question)] = self._text(question)
        self.fields["opmerking"] = self._text(gettext_lazy("Wat wil je ons nog zeggen?"))

    @staticmethod
    def _text(label):
        return forms.CharField(
            label=label,
            max_length=LANGSTE,
            required=False,
            widget=forms.Textarea({"rows": 4, "autocomplete": "off"}),
        )

    def clean(self):
        super().clean()
        said_something = any(self.cleaned_data.get(name) for name in self.fields)
        if not self.errors and not said_something:
            raise forms.ValidationError(_("Vul minstens een antwoord in."))

    @property
    def scores(self) -> dict[str, int]:
        """The scores that were given, by the code of their statement."""
        given = {code: self.cleaned_data[f"stelling_{code}"] for code in STELLINGEN}
        return {code: int(score) for code, score in given.items() if score}

    @property
    def antwoorden(self) -> list[tuple[str, str]]:
        """The questions of the editors with what was answered."""
        return [(question, self.cleaned_data[naam_van(question)]) for question in self.vragen]

    @property
    def gevraagd(self) -> str:
        """What the hidden field holds of the questions of this form."""
        return SIGNER.sign_object(self.vragen)


def naam_van(vraag: str) -> str:
    """Return the name of the field of a question: by its words, for it has nothing else."""
    return f"vraag_{hashlib.sha256(vraag.encode()).hexdigest()[:12]}"


def _asked(data):
    """Return the questions of the form that was sent; empty when it does not say so itself."""
    try:
        return SIGNER.unsign_object((data or {}).get(GEVRAAGD, ""))
    except signing.BadSignature:
        return []


@public_post
@require_http_methods(["GET", "HEAD", "POST"])
def evaluatie_view(request, sleutel):
    """Show the form of a token, and keep one answer. Looking spends nothing."""
    memo.begin()
    try:
        session = evaluatie.read(sleutel).sessie
    except SleutelGebruikt:
        return show(request, "evaluatie_klaar", {"al_gedaan": True})
    except SleutelOngeldig:
        return show(request, "evaluatie_gesloten", {}, status=404)
    page = page_of(session)
    form = EvaluatieForm(
        request.POST if request.method == "POST" else None,
        vragen=evaluatie.eigen_vragen(page),
    )
    context = {"sessie": session, "vorming": page, "formulier": form}
    if request.method != "POST":
        return show(request, "evaluatie", context)
    if not form.is_valid():
        return show(request, "evaluatie", context, status=422)
    if form.asks_again:
        return show(request, "evaluatie", context)
    if not form.is_bot:
        if not rate.allow("evaluatie", request, per_hour=PER_UUR):
            context["melding"] = _(
                "Er kwamen net heel veel antwoorden van jouw netwerk. Probeer het straks opnieuw."
            )
            return show(request, "evaluatie", context, status=429)
        try:
            evaluatie.answer(
                sleutel,
                scores=form.scores,
                antwoorden=form.antwoorden,
                opmerking=form.cleaned_data["opmerking"],
            )
        except SleutelGebruikt:
            return show(request, "evaluatie_klaar", {"al_gedaan": True})
    # The address of the thanks holds no token: it may stand in a history.
    return personal(redirect("evaluatie_klaar"))


@require_safe
def evaluatie_klaar(request):
    """Thank for an answer."""
    memo.begin()
    return show(request, "evaluatie_klaar", {})
