"""What arrived and what left."""

from correspondence.models.letter import Letter
from correspondence.models.postal import PostalCopy
from correspondence.models.template import LetterTemplate

__all__ = ["Letter", "LetterTemplate", "PostalCopy"]
