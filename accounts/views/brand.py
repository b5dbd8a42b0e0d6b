"""The accent of the company, as a style sheet: the policy of the pages allows no style in them."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition

from config.profile import active_profile

HOUR = 3600


@cache_control(public=True, max_age=HOUR)
@condition(etag_func=lambda _request: f'"{active_profile().version[:32]}"')
def brand_css(request: HttpRequest) -> HttpResponse:
    """Return the accent colours of the profile for both modes; the profile has checked their contrast."""
    del request
    brand = active_profile().brand
    colours = {"accent": brand.accent, "accent-fill": brand.accent_fill, "accent-soft": brand.accent_soft}
    rules = "".join(f"--{name}:light-dark({one.light},{one.dark});" for name, one in colours.items())
    return HttpResponse(f":root{{{rules}}}", content_type="text/css; charset=utf-8")
