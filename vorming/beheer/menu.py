"""The place of the training offer in the menu of the admin."""

from wagtail.snippets.views.snippets import SnippetViewSetGroup

from vorming.beheer.inschrijvingen import InschrijvingViewSet
from vorming.beheer.sessies import SessieViewSet


class VormingGroep(SnippetViewSetGroup):
    """Everything about sessions and the people in them.

    Holds viewsets of models and of snippets, as classes; each is shown to who may see its list.
    """

    menu_label = "Vorming"
    menu_name = "vorming"
    menu_icon = "group"
    menu_order = 230
    items = (SessieViewSet, InschrijvingViewSet)
