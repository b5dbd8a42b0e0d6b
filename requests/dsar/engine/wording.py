"""The sentences of the engine as patterns: stored in English in plans and steps, shown in other languages.

A sentence without a pattern fails tests/config/test_recognised.py.
"""

from django.utils.translation import gettext_noop

from config import sentences

PATTERNS = (
    gettext_noop("Rows of %(table)s that point at deleted rows of %(target)s lose that link."),
    gettext_noop("The rows cannot be deleted: %(why)s"),
    gettext_noop("%(table)s and %(target)s point at each other and neither link may be empty."),
    gettext_noop("Nothing in these rows points at the person or is pointed at by the person's rows."),
    gettext_noop("Held in %(line)s: %(n)s of %(all)s rows."),
    gettext_noop("Decide again about the held rows: keep or mask."),
    gettext_noop("Decide again about the held rows: keep them."),
    gettext_noop("The link cannot be cut: %(why)s"),
    gettext_noop("%(place)s may not be empty."),
    gettext_noop("A rule of the table says that %(place)s may not be empty here."),
    gettext_noop("This plan has version %(found)s; version %(needed)s is needed: plan again."),
    gettext_noop("This plan is for %(right)s: nothing may be erased with it."),
    gettext_noop("The plan is blocked at %(place)s: %(why)s"),
    gettext_noop("The plan never saw %(system)s: %(why)s. Plan again."),
    gettext_noop("The plan never saw %(system)s: make a new plan."),
    gettext_noop("The tables were changed since the plan was approved: plan again."),
    gettext_noop("Rows were added, changed or removed since the plan was approved: plan again."),
    gettext_noop("The data changed since the plan was approved."),
    gettext_noop("%(n)s rows of %(collection)s are not there any more: plan again."),
    gettext_noop("Nothing can be written there: %(why)s."),
    gettext_noop("%(place)s is a foreign key: only null could stand there."),
    gettext_noop("The database user may not change or delete rows of this table: grant UPDATE and DELETE."),
    gettext_noop("Rows of %(table)s point at %(place)s: it cannot change."),
    gettext_noop("There is no table %(table)s for %(collection)s."),
    gettext_noop("The table %(table)s has no column %(column)s (declared in %(collection)s)."),
    gettext_noop("The nearest table is %(name)s."),
    gettext_noop("The nearest column is %(name)s."),
    gettext_noop("The database user may not read the table %(table)s: grant SELECT."),
    gettext_noop(
        "%(place)s does not allow null, and no neutral value fits its type. Delete the row, or keep it."
    ),
    gettext_noop("%(place)s has no value that could stand in every row without breaking its uniqueness."),
    gettext_noop("Every mask would break the check %(check)s. Delete the row, or keep it."),
    gettext_noop("%(place)s: erase_after names %(other)s, which is not described."),
    gettext_noop("%(place)s: erase_after runs in a circle; the order was chosen by name."),
    gettext_noop("%(place)s: accounts whose address differs in case only; only the exact one is taken."),
    gettext_noop("%(place)s: the reference to %(target)s cannot be used, %(why)s."),
    gettext_noop("The reference to %(target)s cannot be followed: %(why)s. Mend or remove it."),
    gettext_noop("%(place)s: the given identity is no whole number, so nothing can match there."),
    gettext_noop("no given identity and no link leads to it"),
    gettext_noop("The person has %(n)s rows in %(collection)s: say which one is to be corrected."),
    gettext_noop("%(place)s is not a field that can be corrected here."),
    gettext_noop("%(place)s cannot be corrected: %(why)s."),
    gettext_noop("it belongs to the key"),
    gettext_noop("it links records"),
    gettext_noop("the database computes it"),
    gettext_noop("it is read-only"),
    gettext_noop("it is a view"),
    gettext_noop("%(place)s holds at most %(n)s characters."),
    gettext_noop("The plan did not reach %(place)s."),
    gettext_noop("The row is not one of the person's own rows in %(collection)s."),
    gettext_noop("%(place)s must have a value."),
    gettext_noop("%(place)s cannot hold this value: it is a %(type)s column."),
    gettext_noop("More than %(n)s rows are linked: check the references of %(collection)s."),
    gettext_noop("The links still lead on after %(n)s passes: check the references."),
    gettext_noop("%(n)s rows are still there. Look into the system, or make a new plan."),
    gettext_noop(
        "%(n)s values are still wrong although they were written. Look into the system, or make a new plan."
    ),
    gettext_noop(
        "%(left)s rows are in %(system)s again. See where they come from, then make a new plan."
    ),
    gettext_noop("An error in the portal itself (%(type)s): tell the technicians."),
)  # fmt: skip
sentences.remember(*PATTERNS)
