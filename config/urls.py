"""Every URL of the portal."""

from django.contrib import admin
from django.urls import include, path

from accounts.views.brand import brand_css

urlpatterns = [
    path("brand.css", brand_css, name="brand_css"),
    path("staff/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("platforms.urls")),
    path("", include("correspondence.urls")),
    path("", include("dsar.urls")),
]

handler400 = "accounts.views.errors.bad_request"
handler403 = "accounts.views.errors.forbidden"
handler404 = "accounts.views.errors.not_found"
handler429 = "accounts.views.errors.too_many"
handler500 = "accounts.views.errors.server_error"
