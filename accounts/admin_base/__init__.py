"""What every list and page of the staff desk is made of: keyset paging, capped counts, saved views, acts.

A list costs at most four statements besides session, user and permissions: the rows, all counts of the page
in one statement, the choices of one filter, the time of the last seal. None of them grows with the table.
"""

from accounts.admin_base.acts import Act, ActForm, ActsMixin
from accounts.admin_base.figures import UNKNOWN, Figure, Figures, figure_sources, figures_of
from accounts.admin_base.lists import KeysetChangeList, ListAdmin, ModelAdmin, ReadOnlyAdmin, Tab, Text

__all__ = [
    "UNKNOWN",
    "Act",
    "ActForm",
    "ActsMixin",
    "Figure",
    "Figures",
    "KeysetChangeList",
    "ListAdmin",
    "ModelAdmin",
    "ReadOnlyAdmin",
    "Tab",
    "Text",
    "figure_sources",
    "figures_of",
]
