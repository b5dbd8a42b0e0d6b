"""The sentences of connectors and checks as patterns: stored in English, shown in other languages.

Who raises a sentence writes it in English, with its values. `config.sentences.recognised` finds its pattern
here when somebody reads it. A sentence without a pattern fails tests/config/test_recognised.py.
"""

from django.utils.translation import gettext_noop

from config import sentences

PATTERNS = (
    gettext_noop("%(where)s sent `rows` in a shape that cannot be read: collection → list of objects."),
    gettext_noop("%(where)s sent `%(name)s` in a shape that cannot be read: collection → whole number."),
    gettext_noop("%(where)s sent no JSON object."),
    gettext_noop("%(where)s sent `fields` in a shape that cannot be read."),
    gettext_noop("%(where)s answered %(code)s: try again later."),
    gettext_noop("%(where)s refused the order with %(code)s."),
    gettext_noop("%(where)s sent more than %(n)s MB."),
    gettext_noop("%(where)s answered 202 without a `reference` of 1 to 120 characters."),
    gettext_noop("An HTTP system needs `url`, beginning with https://."),
    gettext_noop("An HTTP system needs a shared key of at least 16 characters as its secret."),
    gettext_noop("%(where)s does not answer (%(kind)s)."),
    gettext_noop("%(where)s answered something that is not JSON."),
    gettext_noop("There is no connector called %(kind)s. Known: %(known)s."),
    gettext_noop("The connector %(kind)s does not follow the protocol: it needs kind, level, session()."),
    gettext_noop("An SQL system needs a database URL as its secret."),
    gettext_noop("No connection to %(where)s: %(why)s."),
    gettext_noop("%(what)s: %(why)s. Nothing was committed."),
    gettext_noop("The connection to %(where)s was lost"),
    gettext_noop("%(where)s refused"),
    gettext_noop("Nothing can be written in %(where)s: %(why)s."),
    gettext_noop("The connection to %(where)s was lost."),
    gettext_noop("Databases of the kind %(kind)s are not supported: use one of %(known)s."),
    gettext_noop("A SQLite URL must name a file: sqlite:///path/to/file.db."),
    gettext_noop("There is no SQLite file at %(path)s."),
    gettext_noop(
        "The database URL cannot be read: write for example postgresql://user:password@host:5432/name"
        " or sqlite:///path/to/file.db."
    ),
    gettext_noop("The nearest name is %(name)s."),
    gettext_noop("It has no dataset: nothing in it can be found. Import one."),
    gettext_noop("There is no table %(table)s for %(collection)s."),
    gettext_noop("The table %(table)s has no column %(column)s."),
    # Where, and what a database said.
    gettext_noop("the SQLite file %(path)s"),
    gettext_noop("The SQLite file %(path)s"),
    gettext_noop("the database %(name)s on %(host)s"),
    gettext_noop("The database %(name)s on %(host)s"),
    gettext_noop("access to the database is denied"),
    gettext_noop("user or password is wrong"),
    gettext_noop("the database does not exist"),
    gettext_noop("a unique value would stand twice"),
    gettext_noop("the user may not do this"),
    gettext_noop("another transaction held a lock too long"),
    gettext_noop("two transactions blocked each other"),
    gettext_noop("the server is read-only"),
    gettext_noop("other rows still point at the row"),
    gettext_noop("a foreign key would point nowhere"),
    gettext_noop("a statement took too long"),
    gettext_noop("no server answers"),
    gettext_noop("the server went away"),
    gettext_noop("the connection was lost during a query"),
    gettext_noop("a check constraint would be broken"),
    gettext_noop("the URL opens it read-only"),
    gettext_noop("the file is read-only"),
)
sentences.remember(*PATTERNS)
