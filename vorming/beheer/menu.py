"""The place of the training offer in the menu of the admin."""

from wagtail.admin.viewsets.base import ViewSetGroup


class VormingGroep(ViewSetGroup):
    """Everything about sessions and the people in them."""

    menu_label = "Vorming"
    menu_icon = "group"
    menu_order = 230
    items = ()
