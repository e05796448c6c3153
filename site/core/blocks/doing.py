"""Blocks that tell a reader what to do, when, and with whom."""

from django.utils.translation import gettext_noop
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from core.rich_text import KORTE_TEKST

GROEP_DOEN = "Doen"


def example_snippet(model_name):
    """Return a function that finds a row to show in the block picker, or None."""

    def find():
        from django.apps import apps

        return apps.get_model("core", model_name).objects.first()

    return find


class ActieBlock(blocks.StructBlock):
    """One thing to do."""

    actie = blocks.CharBlock(max_length=150, label="Actie", help_text="Begin met een werkwoord.")
    uitleg = blocks.TextBlock(required=False, label="Uitleg")

    class Meta:
        icon = "check"
        label = "Actie"


class ActiesBlock(blocks.StructBlock):
    """A list of things to do."""

    titel = blocks.CharBlock(max_length=100, default="Wat je doet", label="Titel")
    acties = blocks.ListBlock(ActieBlock(), min_num=1, label="Acties")

    class Meta:
        icon = "tasks"
        label = "Lijst van acties"
        group = GROEP_DOEN
        description = "Wat de lezer doet, een opdracht per regel."
        template = "blocks/acties.html"
        preview_value = {
            "titel": "Wat je doet",
            "acties": [
                {"actie": "Bel je OCMW", "uitleg": "Vraag wie er met vrije tijd bezig is."},
                {"actie": "Plan een eerste gesprek", "uitleg": ""},
            ],
        }


class AfvinklijstBlock(ActiesBlock):
    """A list of things to do that a visitor ticks off, on a page that keeps ticks.

    Stored as a list of actions is, so that either can become the other. The page puts `vinkjes` in
    the context: it knows the name of a point by its id, and whether it is done.
    """

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        vinkjes = context.get("vinkjes")
        context["punten"] = [
            (bound.value, vinkjes and vinkjes.punt(bound.original_id or bound.value["actie"]))
            for bound in value["acties"].bound_blocks
        ]
        return context

    class Meta:
        label = "Afvinklijst"
        description = (
            "Wat de lezer doet, een punt per regel. De lezer kan elk punt afvinken. "
            "Je mag punten verplaatsen en herschrijven: de vinkjes blijven kloppen."
        )
        template = "blocks/afvinklijst.html"


class LetOpBlock(blocks.StructBlock):
    """A remark that must not be missed."""

    soort = blocks.ChoiceBlock(
        choices=[
            ("info", "Goed om te weten"),
            ("let-op", "Let op"),
            ("waarschuwing", "Waarschuwing"),
        ],
        default="let-op",
        label="Soort",
    )
    titel = blocks.CharBlock(max_length=120, label="Titel")
    tekst = blocks.RichTextBlock(features=KORTE_TEKST, label="Tekst")

    class Meta:
        icon = "warning"
        label = "Let op"
        group = GROEP_DOEN
        description = "Iets dat de lezer niet mag missen. Hoogstens een per pagina werkt het best."
        template = "blocks/let_op.html"
        form_layout = ["titel", "tekst", "soort"]
        preview_value = {
            "soort": "let-op",
            "titel": "De regels veranderen",
            "tekst": "<p>Kijk na welke regels voor jouw gemeente gelden.</p>",
        }


class TermijnBlock(blocks.StructBlock):
    """A deadline, with the days that are left."""

    termijn = SnippetChooserBlock("core.Termijn", label="Termijn")

    class Meta:
        icon = "date"
        label = "Termijn"
        group = GROEP_DOEN
        description = (
            "Een datum uit de lijst van termijnen. Verandert de termijn, dan verandert ze overal."
        )
        template = "blocks/termijn.html"

    def get_preview_value(self):
        return self.to_python({"termijn": getattr(example_snippet("Termijn")(), "pk", None)})


class ContactBlock(blocks.StructBlock):
    """How to reach the team, for which question."""

    onderwerp = blocks.ChoiceBlock(
        choices=[
            ("helpdesk", "Vraag aan de helpdesk"),
            ("coaching", "Coachingsgesprek"),
            ("orientatie", "Oriëntatiegesprek"),
            ("nieuwsbrief", "Nieuwsbrief"),
        ],
        default="helpdesk",
        label="Waarvoor",
    )
    titel = blocks.CharBlock(max_length=100, label="Titel")
    tekst = blocks.RichTextBlock(features=KORTE_TEKST, label="Tekst")

    class Meta:
        icon = "mail"
        label = "Contact"
        group = GROEP_DOEN
        description = "Nodigt uit om contact op te nemen. Het adres komt uit de site-instellingen."
        template = "blocks/contact.html"
        preview_value = {
            "onderwerp": "orientatie",
            "titel": "Vraag een gesprek aan",
            "tekst": "<p>We bekijken samen wat er in jouw gemeente kan.</p>",
        }


# Translated where it is shown (core_tags.wie); editors see the Dutch.
WIE = [
    ("gemeente", gettext_noop("Gemeente")),
    ("college", gettext_noop("College en gemeenteraad")),
    ("netwerkregisseur", gettext_noop("Netwerkregisseur")),
    ("vrijetijdsdiensten", gettext_noop("Diensten cultuur, jeugd en sport")),
    ("ocmw", gettext_noop("OCMW")),
    ("armoedevereniging", gettext_noop("Vereniging van personen in armoede")),
    ("igs", gettext_noop("IGS cultuur")),
    ("cjm", gettext_noop("Departement Cultuur, Jeugd en Media")),
    ("demos", gettext_noop("Dēmos")),
]


class TaakBlock(blocks.StructBlock):
    """Who, and what that person or service does."""

    wie = blocks.ChoiceBlock(choices=WIE, label="Wie")
    taak = blocks.TextBlock(label="Doet wat")

    class Meta:
        icon = "user"
        label = "Rij"


class WieDoetWatBlock(blocks.StructBlock):
    """A table of roles and tasks."""

    titel = blocks.CharBlock(max_length=100, default="Wie doet wat", label="Titel")
    rijen = blocks.ListBlock(TaakBlock(), min_num=1, label="Rijen")

    class Meta:
        icon = "group"
        label = "Wie doet wat"
        group = GROEP_DOEN
        description = "Een tabel: links wie, rechts wat die doet."
        template = "blocks/wie_doet_wat.html"
        preview_value = {
            "titel": "Wie doet wat",
            "rijen": [
                {"wie": "gemeente", "taak": "Roept de partners samen."},
                {"wie": "ocmw", "taak": "Brengt de mensen mee die het kent."},
            ],
        }
