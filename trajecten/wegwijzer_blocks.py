"""How editors put a route chooser together: a list of questions and outcomes."""

from django import forms
from django.core.validators import RegexValidator
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.snippets.blocks import SnippetChooserBlock

from core.rich_text import KORTE_TEKST
from trajecten.wegwijzer import Antwoord, Route, Vraag, faults_in

IS_CODE = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*\Z",
    "Gebruik alleen kleine letters, cijfers en koppeltekens, zoals ‘weet-niet’.",
)


class CodeInput(forms.TextInput):
    """A field for a code. `role` says whether it names a part or points at one."""

    class Media:
        # Offers the codes that exist where one must be typed; without script they are typed.
        js = ["js/wegwijzer-beheer.js"]

    def __init__(self, role):
        super().__init__(
            attrs={"data-wegwijzer": role, "autocomplete": "off", "spellcheck": "false"}
        )


class CodeBlock(blocks.FieldBlock):
    """A code in an address or between two parts: the same in every language.

    Not a CharBlock, for a translator would be asked to translate it.
    """

    def __init__(self, role="code", required=True, help_text="", max_length=40, **kwargs):
        self.field = forms.CharField(
            required=required,
            help_text=help_text,
            max_length=max_length,
            validators=[IS_CODE],
            widget=CodeInput(role),
        )
        super().__init__(**kwargs)

    class Meta:
        icon = "code"
        default = ""


class AntwoordBlock(blocks.StructBlock):
    """An answer and what follows."""

    antwoord = blocks.CharBlock(
        max_length=120, label="Antwoord", help_text="Bijvoorbeeld: Nee, we hebben geen netwerk"
    )
    code = CodeBlock(
        label="Code",
        help_text="Staat in het adres. Verander haar niet meer: oude links steunen erop.",
    )
    reden = blocks.CharBlock(
        max_length=200,
        label="Reden",
        help_text=(
            "De zin die bij de uitkomst zegt waarom. Bijvoorbeeld: Je gemeente heeft nog geen "
            "netwerk."
        ),
    )
    naar = CodeBlock(
        role="naar", label="Ga naar", help_text="De code van de vraag of de uitkomst die volgt."
    )

    class Meta:
        icon = "arrow-right"
        label = "Antwoord"
        label_format = "{antwoord} → {naar}"


class VraagBlock(blocks.StructBlock):
    """A question with its answers."""

    vraag = blocks.CharBlock(
        max_length=160, label="Vraag", help_text="Bijvoorbeeld: Heeft je gemeente al een netwerk?"
    )
    code = CodeBlock(label="Code", help_text="Bijvoorbeeld: netwerk. Staat in het adres.")
    uitleg = blocks.TextBlock(
        required=False,
        label="Uitleg",
        help_text="Een of twee zinnen voor wie twijfelt, bijvoorbeeld waar je het kunt opzoeken.",
    )
    antwoorden = blocks.ListBlock(AntwoordBlock(), label="Antwoorden")

    class Meta:
        icon = "help"
        label = "Vraag"
        label_format = "Vraag: {vraag}"
        description = "Een vraag met haar antwoorden. Denk aan een antwoord ‘Weet ik niet’."
        preview_value = {
            "vraag": "Heeft je gemeente al een netwerk?",
            "code": "netwerk",
            "uitleg": "Je vindt het bij de vrijetijdsdiensten of het OCMW.",
            "antwoorden": [
                {"antwoord": "Ja", "code": "ja", "reden": "Er is een netwerk.", "naar": "start"},
                {
                    "antwoord": "Nee",
                    "code": "nee",
                    "reden": "Er is geen netwerk.",
                    "naar": "opstart",
                },
            ],
        }
        template = "blocks/wegwijzer_vraag.html"


class UitkomstBlock(blocks.StructBlock):
    """Where a way ends: what fits, what to do first, until when, and whom to talk to."""

    titel = blocks.CharBlock(
        max_length=140,
        label="Titel",
        help_text="Wat bij deze bezoeker past, of eerlijk wat niet meer kan.",
    )
    code = CodeBlock(label="Code", help_text="Bijvoorbeeld: uitkomst-opstart.")
    tekst = blocks.RichTextBlock(
        features=KORTE_TEKST, label="Tekst", help_text="Zeg ook wat wél kan."
    )
    actie = blocks.PageChooserBlock(
        required=False, label="Eerste stap", help_text="De pagina waar de bezoeker mee begint."
    )
    actie_tekst = blocks.CharBlock(
        required=False,
        max_length=80,
        label="Woorden op de knop",
        help_text="Bijvoorbeeld: Begin met het opstarttraject. Leeg: de titel van de pagina.",
    )
    termijn = SnippetChooserBlock(
        "core.Termijn", required=False, label="Termijn", help_text="De datum die hier telt."
    )
    contact = blocks.PageChooserBlock(
        required=False,
        label="Contactpagina",
        help_text="Krijgt de antwoorden mee. Leeg: de gewone contactpagina.",
    )
    contact_tekst = blocks.CharBlock(
        required=False,
        max_length=80,
        label="Woorden bij contact",
        help_text="Bijvoorbeeld: Vraag een oriëntatiegesprek aan. Leeg: Vraag het ons.",
    )

    class Meta:
        icon = "flag"
        label = "Uitkomst"
        label_format = "Uitkomst: {titel}"
        description = "Waar een weg eindigt: wat past, de eerste stap, de termijn en contact."
        preview_value = {
            "titel": "Het opstarttraject past bij jou",
            "code": "uitkomst-opstart",
            "tekst": "<p>Je verkent met andere gemeenten een bovenlokaal netwerk.</p>",
            "actie": None,
            "actie_tekst": "Begin met het opstarttraject",
            "termijn": None,
            "contact": None,
            "contact_tekst": "",
        }
        template = "blocks/wegwijzer_uitkomst.html"


class WegwijzerBlock(blocks.StreamBlock):
    """The whole chooser. What may be published leads everybody to an outcome."""

    vraag = VraagBlock()
    uitkomst = UitkomstBlock()

    def clean(self, value):
        """Refuse, except in a draft, a chooser with a loop, a dead end or a part without a way."""
        cleaned = super().clean(value)
        if not self.is_deferred_validation and (faults := faults_of(cleaned.raw_data)):
            raise StreamBlockValidationError(non_block_errors=faults)
        return cleaned


def route_of(parts) -> Route:
    """Return the chooser in the stored data of the stream; half-filled parts too."""
    parts = list(parts)
    return Route(
        vragen=tuple(_question(part["value"]) for part in parts if part["type"] == "vraag"),
        uitkomsten={
            part["value"].get("code") or "": part["value"].get("titel") or ""
            for part in parts
            if part["type"] == "uitkomst"
        },
    )


def faults_of(parts) -> list[str]:
    """Return what is wrong with the stored data of the stream, in Dutch."""
    parts = list(parts)
    return faults_in(route_of(parts), [part["value"].get("code") or "" for part in parts])


def _question(value):
    answers = [item.get("value") or {} for item in value.get("antwoorden") or []]
    return Vraag(
        code=value.get("code") or "",
        tekst=value.get("vraag") or "",
        uitleg=value.get("uitleg") or "",
        antwoorden=tuple(
            Antwoord(*(answer.get(name) or "" for name in ("code", "antwoord", "reden", "naar")))
            for answer in answers
        ),
    )
