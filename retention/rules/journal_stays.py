"""The triggers that keep the journal of erasures append-only, whoever holds the database connection."""

TABLE = "retention_journalentry"
REFUSAL = "The journal of erasures is append-only."


def install_sql(vendor: str) -> list[str]:
    """Return the statements that create the triggers; raises KeyError but for `sqlite`, `postgresql`."""
    return {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]()


def remove_sql(vendor: str) -> list[str]:
    """Return the statements that drop them: for the reverse migration and for emptying test databases."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {TABLE}_{act}" for act in ("update", "delete")]
    drops = [f"DROP TRIGGER IF EXISTS {TABLE}_{kind} ON {TABLE}" for kind in ("stays", "no_truncate")]
    return [*drops, f"DROP FUNCTION IF EXISTS {TABLE}_stays()"]


def _sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER {TABLE}_{act} BEFORE {act.upper()} ON {TABLE} BEGIN "
        f"SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for act in ("update", "delete")
    ]


def _postgresql() -> list[str]:
    return [
        f"CREATE FUNCTION {TABLE}_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'raise_exception'; END $$",
        f"CREATE TRIGGER {TABLE}_stays BEFORE UPDATE OR DELETE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_stays()",
        f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_stays()",
    ]
