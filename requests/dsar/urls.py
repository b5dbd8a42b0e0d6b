"""URLs of the pages for people, and of the endpoint where HTTP systems answer."""

from django.urls import path

from dsar.views import (
    callbacks,
    cases,
    dashboard,
    new_request,
    packages,
    public,
    public_status,
    site,
)

urlpatterns = [
    path("", dashboard.home, name="home"),
    path("held/<slug:key>/", dashboard.held, name="held"),
    path("requests/", cases.listing, name="requests"),
    path("requests/new/", new_request.choose_right, name="request_new"),
    path("requests/new/data/", new_request.choose_data, name="request_data"),
    path("requests/new/send/", new_request.send, name="request_send"),
    path("requests/<uuid:pk>/", cases.status, name="request_status"),
    path("requests/<uuid:pk>/withdraw/", cases.withdraw, name="request_withdraw"),
    path("requests/<uuid:pk>/letters/<uuid:letter>/", cases.letter, name="request_letter"),
    path("requests/<uuid:pk>/letters/<uuid:letter>/letter.pdf", cases.letter_pdf, name="request_letter_pdf"),
    path("packages/<uuid:pk>/", packages.show, name="package"),
    path("packages/<uuid:pk>/download/", packages.download, name="package_download"),
    path("packages/<uuid:pk>/renew/", packages.renew, name="package_renew"),
    path("ask/", public.ask, name="public_request"),
    path("ask/sent/", public.sent, name="public_sent"),
    path("ask/confirm/<str:token>/", public.confirm, name="public_confirm"),
    path("ask/confirm/<str:token>/again/", public.again, name="public_confirm_again"),
    path("ask/status/<uuid:pk>/<str:key>/", public_status.status, name="public_status"),
    path("ask/status/<uuid:pk>/<str:key>/withdraw/", public_status.withdraw, name="public_withdraw"),
    path("ask/status/<uuid:pk>/<str:key>/letters/<uuid:letter>/", public_status.letter, name="public_letter"),
    path(
        "ask/status/<uuid:pk>/<str:key>/letters/<uuid:letter>/letter.pdf",
        public_status.letter_pdf,
        name="public_letter_pdf",
    ),
    path("ask/status/<uuid:pk>/<str:key>/code/", public_status.code, name="public_code"),
    path("ask/status/<uuid:pk>/<str:key>/download/", public_status.download, name="public_download"),
    path("callbacks/steps/<uuid:pk>/", callbacks.step, name="callback_step"),
    path("contact/", site.contact, name="contact"),
    path("healthz", site.healthz, name="healthz"),
    path(".well-known/security.txt", site.security_txt, name="security_txt"),
]
