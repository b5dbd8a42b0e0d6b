"""URLs of the correspondence app outside the staff desk."""

from django.urls import path

from correspondence.views import incoming

urlpatterns = [path("mail/<slug:key>/", incoming.raw_message, name="raw_message")]
