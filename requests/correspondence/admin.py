"""x"""

from django.contrib import admin

from accounts.admin_base import ListAdmin
from correspondence.models import Letter


@admin.register(Letter)
class A(ListAdmin):
    pass
