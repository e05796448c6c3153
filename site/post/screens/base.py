"""A page of our own in the admin, and one of the mail room."""

from django.views import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from post.screens.access import ManagersOnly


class AdminScreen(WagtailAdminTemplateMixin, View):
    """A page with the frame of the admin. Who may see it, a subclass says."""

    header_icon = "mail"

    def get(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data(**kwargs))


class Screen(ManagersOnly, AdminScreen):
    """A page for who may see the mail room."""
