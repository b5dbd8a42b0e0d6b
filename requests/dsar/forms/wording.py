"""Rights and states in the words of the people who read them. No article numbers here (look, section 6)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dsar.enums import CaseStatus, Outcome, Right

Words = str | Promise


@dataclass(frozen=True)
class RightWords:
    """How one right is offered, headed, and which question helps to fulfil it."""

    offer: Words
    note: Words
    title: Words
    question: Words
    hint: Words
    needs_words: bool = False
    chooses_data: bool = True


_FIND = _("Anything that helps us find it?")
_FIND_HINT = _("For example a workspace, a date, or an older e-mail address.")
RIGHTS: dict[Right, RightWords] = {
    Right.ACCESS: RightWords(
        _("Send me a copy of my data"),
        _("A file to read, and where it came from"),
        _("A copy of your data"),
        _FIND,
        _FIND_HINT,
    ),
    Right.PORTABILITY: RightWords(
        _("Give me my data to take elsewhere"),
        _("A file that another service can read"),
        _("Your data to take elsewhere"),
        _FIND,
        _FIND_HINT,
    ),
    Right.RECTIFICATION: RightWords(
        _("Correct something"),
        _("A wrong name, address or fact"),
        _("A correction"),
        _("Anything else about it?"),
        _("For example where you saw it. You can write down further corrections here."),
        chooses_data=False,
    ),
    Right.DELETION: RightWords(
        _("Delete my data"),
        _("All of it, or only a part"),
        _("Deletion of your data"),
        _FIND,
        _FIND_HINT,
    ),
    Right.OBJECTION: RightWords(
        _("Stop using it for something"),
        _("For example for advertising or statistics"),
        _("Stop using your data for something"),
        _("Why, or what else should we stop?"),
        _("It helps us to weigh it. For advertising no reason is needed."),
        chooses_data=False,
    ),
    Right.RESTRICTION: RightWords(
        _("Keep it, but do not use it for now"),
        _("For example while we check whether it is right"),
        _("Not using your data for now"),
        _("Anything that we should know?"),
        _("For example: “my address is wrong and you are checking it”."),
        chooses_data=False,
    ),
    Right.WITHDRAWAL: RightWords(
        _("Take back something I agreed to"),
        _("We stop at once; it needs no reason"),
        _("Taking back what you agreed to"),
        _("Something else, in your own words?"),
        _("For example: “the newsletter”."),
        chooses_data=False,
    ),
    Right.KNOW_CATEGORIES: RightWords(
        _("Tell me what kinds of data you hold"),
        _("A list of the kinds, where they come from and who gets them"),
        _("The kinds of data we hold"),
        _FIND,
        _FIND_HINT,
        chooses_data=False,
    ),
    Right.PLATFORM_DELETION: RightWords(
        _("Delete what came from a platform"),
        _("For example after you disconnect an account"),
        _("Deletion of data from a platform"),
        _("Which account, on which platform?"),
        _("For example: “my brand's page on Instagram”."),
        chooses_data=False,
    ),
    Right.OPT_OUT: RightWords(
        _("Do not sell or share my data"),
        _("At once; we ask for nothing to prove who you are"),
        _("No sale or sharing of your data"),
        _("Anything that helps us find your record?"),
        _FIND_HINT,
        chooses_data=False,
    ),
    Right.LIMIT: RightWords(
        _("Limit the use of my sensitive data"),
        _("Only for what you asked us to do"),
        _("A limit on the use of your sensitive data"),
        _("Anything that helps us find your record?"),
        _FIND_HINT,
        chooses_data=False,
    ),
    Right.COMPLAINT: RightWords(
        _("Complain about how we use my data"),
        _("We look into it and tell you what we found"),
        _("Your complaint"),
        _("What went wrong, and what would put it right?"),
        _("You may also complain to the authority at any time."),
        needs_words=True,
        chooses_data=False,
    ),
    Right.CHILD_REPORT: RightWords(
        _("Report a child's account"),
        _("When somebody is too young to use the service"),
        _("A report of a child's account"),
        _("Which account, and how do you know?"),
        _("For example the name shown in the product, or a link to a post."),
        needs_words=True,
        chooses_data=False,
    ),
}
# The password is asked again before these leave: they reveal, change or destroy data.
STEP_UP_RIGHTS = frozenset({Right.ACCESS, Right.PORTABILITY, Right.DELETION, Right.RECTIFICATION})

# Word for the person and the stored value whose tone and sign it takes (accounts.templatetags.portal_ui).
_STATES: dict[str, tuple[Words, str]] = {
    CaseStatus.NEW: (_("Received"), "new"),
    CaseStatus.VERIFYING: (_("Waiting for you"), "waiting for the person"),
    CaseStatus.DELIVERED: (_("Ready for you"), "delivered"),
}
_OUTCOMES: dict[str, tuple[Words, str]] = {
    Outcome.FULFILLED: (_("Done"), "done"),
    Outcome.PARTLY: (_("Partly done"), "closed"),
    Outcome.NOTHING_FOUND: (_("Nothing found"), "closed"),
    Outcome.REFUSED: (_("Declined"), "closed"),
    Outcome.WITHDRAWN: (_("Withdrawn"), "cancelled"),
    Outcome.UNVERIFIED: (_("Not confirmed"), "closed"),
    Outcome.DUPLICATE: (_("Part of another request"), "closed"),
}


def right_words(right: str) -> RightWords:
    """Return the words for a stored right; raises ValueError for a word that is none."""
    return RIGHTS[Right(right)]


def state_words(status: str, outcome: str) -> tuple[Words, str]:
    """Return the word for where a case stands and the tone key for its badge."""
    if status == CaseStatus.CLOSED:
        return _OUTCOMES.get(outcome, (_("Closed"), "closed"))
    return _STATES.get(status, (_("In progress"), "in progress"))
