"""The admin of the mail room: deliveries and messages. They are looked at, never typed."""

from django.contrib.auth.models import Permission
from django.urls import path
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from post.models import Bericht, Levering
from post.screens.access import PERMISSION, ScreenFinder
from post.screens.deciding import ArrivedView, ResendUncertainView, SendAgainView
from post.screens.deliveries import (
    DeliveryExport,
    DeliveryListing,
    DeliveryMailView,
    DeliveryView,
)
from post.screens.messages import (
    STEPS,
    MessageListing,
    MessageView,
    OpenDoorView,
    ProgressView,
    StepView,
)


class PostViewSet(ModelViewSet):
    """Only lists and looks; nothing is added, edited, copied or deleted."""

    icon = "mail"
    list_per_page = 50
    copy_view_enabled = False
    inspect_view_enabled = True
    add_to_reference_index = False
    search_fields = ["onderwerp"]

    @property
    def url_finder_class(self):
        return type("Finder", (ScreenFinder,), {"inspect_url_name": self.get_url_name("inspect")})

    def get_permissions_to_register(self):
        return Permission.objects.none()

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="index"),
            path("lijst/", self.index_results_view, name="index_results"),
            *self.get_other_urlpatterns(),
        ]

    def get_other_urlpatterns(self):
        return []


class LeveringViewSet(PostViewSet):
    """Deliveries."""

    model = Levering
    name = "post_leveringen"
    url_prefix = "post/leveringen"
    menu_label = "Leveringen"
    index_view_class = DeliveryListing

    def get_permissions_to_register(self):
        app, codename = PERMISSION.split(".")
        return Permission.objects.filter(content_type__app_label=app, codename=codename)

    def get_other_urlpatterns(self):
        return [
            path("export/", DeliveryExport.as_view(), name="export"),
            path("<int:pk>/", DeliveryView.as_view(), name="inspect"),
            path("<int:pk>/mail/", DeliveryMailView.as_view(), name="mail"),
            path("<int:pk>/opnieuw/", SendAgainView.as_view(), name="opnieuw"),
            path("<int:pk>/aangekomen/", ArrivedView.as_view(), name="aangekomen"),
            path("<int:pk>/toch-opnieuw/", ResendUncertainView.as_view(), name="toch_opnieuw"),
        ]


class BerichtViewSet(PostViewSet):
    """Messages."""

    model = Bericht
    name = "post_berichten"
    url_prefix = "post/berichten"
    menu_label = "Berichten"
    index_view_class = MessageListing

    def get_other_urlpatterns(self):
        return [
            path("deur-open/", OpenDoorView.as_view(), name="deur_open"),
            path("<int:pk>/", MessageView.as_view(), name="inspect"),
            path("<int:pk>/voortgang/", ProgressView.as_view(), name="voortgang"),
            *(
                path(f"<int:pk>/{name}/", StepView.as_view(step=step), name=name)
                for name, step in STEPS.items()
            ),
        ]


class PostViewSetGroup(ViewSetGroup):
    """Everything about mail that leaves."""

    menu_label = "Post"
    menu_name = "post"
    menu_icon = "mail"
    menu_order = 260
    items = (LeveringViewSet, BerichtViewSet)
