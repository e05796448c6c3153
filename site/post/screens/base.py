"""A page of the mail room in the admin."""

from django.views import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from post.screens.access import ManagersOnly


class Screen(ManagersOnly, WagtailAdminTemplateMixin, View):
    """A page with the frame of the admin, for who may see the mail room."""

    header_icon = "mail"

    def get(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data(**kwargs))
