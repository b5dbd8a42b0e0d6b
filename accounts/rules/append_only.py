"""The triggers that keep the audit trail append-only, whoever holds the database connection.

An administrator of the database can drop a trigger; then the seals tell (decision 0003).
"""

TABLES = ("accounts_auditevent", "accounts_seal")
REFUSAL = "The audit trail is append-only."


def install_sql(vendor: str) -> list[str]:
    """Return the statements that create the triggers; raises KeyError but for `sqlite`, `postgresql`."""
    return {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]()


def remove_sql(vendor: str) -> list[str]:
    """Return the statements that drop them: for the reverse migration and for emptying test databases."""
    names = [f"{table}_{act}" for table in TABLES for act in ("update", "delete")]
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in names]
    drops = [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}" for table in TABLES]
    drops += [f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}" for table in TABLES]
    return [*drops, "DROP FUNCTION IF EXISTS accounts_append_only()"]


def _sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table} BEGIN "
        f"SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for table in TABLES
        for act in ("update", "delete")
    ]


def _postgresql() -> list[str]:
    function = (
        "CREATE FUNCTION accounts_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'raise_exception'; END $$"
    )
    rows = [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION accounts_append_only()"
        for table in TABLES
    ]
    whole = [
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION accounts_append_only()"
        for table in TABLES
    ]
    return [function, *rows, *whole]
