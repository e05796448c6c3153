"""Addresses of the mailbox of the example site."""

from django.urls import path

from post import views

urlpatterns = [
    path("", views.mailbox, name="postbus"),
    path("<int:pk>/", views.mail, name="postbus_mail"),
    path("<int:pk>/html/", views.mail_html, name="postbus_html"),
    path("<int:pk>/bron/", views.mail_source, name="postbus_bron"),
    path("<int:pk>/bijlage/<int:number>/", views.attachment, name="postbus_bijlage"),
]
