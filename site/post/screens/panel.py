"""Whether mail leaves, on the first page of the admin."""

from wagtail.admin.ui.components import Component

from post.progress import current_state
from post.screens.access import may_manage


class PostPanel(Component):
    """A glance at the mail room, for whoever may see it."""

    name = "post"
    order = 50
    template_name = "post/beheer/paneel.html"

    def get_context_data(self, parent_context=None):
        request = parent_context["request"] if parent_context else None
        return {"request": request, "toestand": current_state()}

    def render_html(self, parent_context=None):
        if not parent_context or not may_manage(parent_context["request"].user):
            return ""
        return super().render_html(parent_context)
