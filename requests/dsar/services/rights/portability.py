"""Portability (GDPR Art. 20): what the person provided, used by consent or contract, as JSON and CSV."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from config.profile import Profile, active_profile
from dsar.enums import Right
from dsar.models import Case
from dsar.rules.rights import PORTABLE_BASES, is_provided
from dsar.services.packaging import Omission
from platforms.datasets import CollectionSpec, FieldSpec


class Portable:
    """Cuts rows down to what a person may take along. Field names are those of the dataset."""

    def __init__(self, specs: Mapping[str, CollectionSpec], profile: Profile | None = None) -> None:
        self.specs = specs
        self._given = profile

    @cached_property
    def profile(self) -> Profile:
        """Return the profile whose categories tell the legal basis."""
        return self._given or active_profile()

    def of(self, collection: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the portable part of a row; empty when nothing in it was provided."""
        names = self.names(collection)
        return {name: value for name, value in row.items() if name in names}

    def names(self, collection: str) -> frozenset[str]:
        """Return the portable fields of a collection."""
        spec = self.specs.get(collection)
        return (
            frozenset(top.name for top in spec.fields if self._portable(spec, top)) if spec else frozenset()
        )

    def _portable(self, spec: CollectionSpec, top: FieldSpec) -> bool:
        return any(
            is_provided(part.categories or spec.categories, part.provided_by or spec.provided_by)
            and self._by_choice(spec, part)
            for part in top.walk()
        )

    def _by_choice(self, spec: CollectionSpec, part: FieldSpec) -> bool:
        """Whether the data are used by consent or contract, as the profile says of their category."""
        categories = part.categories or spec.categories or ("user",)
        found = [self.profile.category_for(one, spec.name) for one in categories]
        return any(one is not None and PORTABLE_BASES & set(one.lawful_bases) for one in found)


def omissions(case: Case) -> tuple[Omission, ...]:
    """Return what a package leaves out by its right, and why."""
    if case.right != Right.PORTABILITY:
        return ()
    return (
        Omission(
            _("What we worked out or received from others"),
            _(
                "this right covers what you provided yourself, by typing it or by using the service. Ask for"
                " a copy of your data to see the rest."
            ),
        ),
        Omission(
            _("What we use for a legal duty or our own legitimate interest"),
            _("this right covers data that we use by contract or by your consent."),
        ),
    )
