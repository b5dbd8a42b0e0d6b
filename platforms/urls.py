"""URLs of the platforms app outside the staff desk: exactly the registry's paths, and the status page."""

from django.urls import path

from platforms.callbacks.endpoints import ENDPOINTS
from platforms.views.callbacks import callback
from platforms.views.deletion_status import deletion_status

urlpatterns = [
    *(path(found.path, callback, {"name": found.name}, name=f"callback_{found.name}") for found in ENDPOINTS),
    path("deletion-status/<str:code>/", deletion_status, name="deletion_status"),
]
