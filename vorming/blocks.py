"""The questions of an enrolment form, as an editor puts them together.

Every question has an id that stays the same when its words change: answers are kept under it.
"""

from wagtail import blocks

GROEP = "Vragen"


class VraagBlock(blocks.StructBlock):
    """A question with a hint."""

    vraag = blocks.CharBlock(max_length=150, label="Vraag")
    uitleg = blocks.CharBlock(max_length=200, required=False, label="Uitleg onder de vraag")
    verplicht = blocks.BooleanBlock(required=False, label="Verplicht te beantwoorden")


class TekstvraagBlock(VraagBlock):
    """A question to answer in one's own words."""

    lang = blocks.BooleanBlock(required=False, label="Ruimte voor meer dan een regel")

    class Meta:
        icon = "edit"
        label = "Tekst"
        group = GROEP
        description = "Een antwoord in eigen woorden."
        preview_value = {"vraag": "Wat wil je zeker leren?", "lang": True}


class KeuzevraagBlock(VraagBlock):
    """A question with answers to choose one of."""

    opties = blocks.ListBlock(
        blocks.CharBlock(max_length=120, label="Antwoord"), min_num=2, label="Antwoorden"
    )

    class Meta:
        icon = "radio-full"
        label = "Een keuze"
        group = GROEP
        description = "Een antwoord uit een lijst."
        preview_value = {
            "vraag": "Hoelang werk je al in het netwerk?",
            "opties": ["Minder dan een jaar", "Langer dan een jaar"],
        }


class MeerkeuzevraagBlock(KeuzevraagBlock):
    """A question with answers to choose any of."""

    class Meta:
        icon = "list-ul"
        label = "Meer dan een keuze"
        group = GROEP
        description = "Nul, een of meer antwoorden uit een lijst."
        preview_value = {
            "vraag": "Met wie werk je samen?",
            "opties": ["Het OCMW", "De sportdienst", "Een armoedevereniging"],
        }


class JaNeevraagBlock(VraagBlock):
    """A question with yes or no for an answer."""

    class Meta:
        icon = "check"
        label = "Ja of nee"
        group = GROEP
        description = "Een vraag met ja of nee als antwoord."
        preview_value = {"vraag": "Volgde je de basisvorming al?"}


VRAGEN = [
    ("tekst", TekstvraagBlock()),
    ("keuze", KeuzevraagBlock()),
    ("meerkeuze", MeerkeuzevraagBlock()),
    ("ja_nee", JaNeevraagBlock()),
]
