"""Stripe as far as our connector knows it: keys, versions, forms, idempotency, paging, redaction jobs."""

import re
from typing import Any

from platforms.fakes.processors.books import KEYS, Asked, Books, Row, Wrong

Answer = tuple[int, Any]
MAY_CHANGE = frozenset({"name", "email", "phone"})
IN_MOTION = {"validating": "ready", "redacting": "succeeded"}


def _wrong(status: int, code: str) -> Wrong:
    error = {"type": "invalid_request_error", "code": code, "message": "No such thing: ann@example.org"}
    return Wrong(status, {"error": error})


def handle(books: Books, asked: Asked) -> Answer:
    """Answer one call."""
    if asked.bearer != KEYS["STRIPE_RESTRICTED_KEY"]:
        raise _wrong(401, "api_key_invalid")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(\.\w+)?", asked.headers.get("stripe-version", "")):
        raise _wrong(400, "version_missing")
    if asked.method == "POST":
        return _once(books, asked)
    return _route(books, asked)


def _once(books: Books, asked: Asked) -> Answer:
    """A repeated key answers as before; with other parameters it is a mistake."""
    key = asked.headers.get("idempotency-key", "")
    if not key or asked.json:
        raise _wrong(400, "idempotency_key_missing" if not key else "form_expected")
    mark = (asked.path, dict(asked.sent))
    if key in books.answers:
        before, answer = books.answers[key]
        if before != mark:
            raise Wrong(400, {"error": {"type": "idempotency_error"}})
        return answer  # type: ignore[no-any-return]
    answer = _route(books, asked)
    books.answers[key] = (mark, answer)
    return answer


def _route(books: Books, asked: Asked) -> Answer:
    for pattern, method, handler in ROUTES:
        found = re.fullmatch(pattern, asked.path)
        if found and method == asked.method:
            return 200, handler(books, asked, *found.groups())
    raise _wrong(404, "url_invalid")


def _get(rows: dict[str, Row], key: str) -> Row:
    if key not in rows:
        raise _wrong(404, "resource_missing")
    return rows[key]


def _page(rows: list[Row], asked: Asked) -> Row:
    limit = int(asked.query.get("limit", "10"))
    if not 1 <= limit <= 100:
        raise _wrong(400, "parameter_invalid_integer")
    after = asked.query.get("starting_after")
    start = next((n + 1 for n, row in enumerate(rows) if row["id"] == after), 0)
    part = rows[start : start + limit]
    return {"object": "list", "data": part, "has_more": start + limit < len(rows)}


def _customers(books: Books, asked: Asked) -> Row:
    email = asked.query.get("email")
    rows = [row for row in books.customers.values() if not row.get("deleted")]
    return _page([row for row in rows if row["email"] == email], asked)


def _customer(books: Books, _asked: Asked, key: str) -> Row:
    return _get(books.customers, key)


def _change(books: Books, asked: Asked, key: str) -> Row:
    row = _get(books.customers, key)
    if row.get("deleted"):
        raise _wrong(404, "resource_missing")
    for name, value in asked.sent.items():
        mark = re.fullmatch(r"metadata\[(\w+)\]", name)
        if mark:
            row["metadata"] |= {mark[1]: value}
        elif name in MAY_CHANGE:
            row[name] = value
        else:
            raise _wrong(400, "parameter_unknown")
    row["metadata"] = {name: value for name, value in row["metadata"].items() if value}
    return row


def _delete(books: Books, _asked: Asked, key: str) -> Row:
    row = _get(books.customers, key)
    for one in books.subscriptions.values():
        if one["customer"] == key:
            one["status"] = "canceled"
    books.customers[key] = {"id": key, "email": None, "deleted": True}
    return {"id": row["id"], "object": "customer", "deleted": True}


def _of(name: str) -> Any:
    def rows(books: Books, asked: Asked, key: str = "") -> Row:
        customer = key or asked.query.get("customer")
        found = [row for row in getattr(books, name).values() if row["customer"] == customer]
        if name == "subscriptions" and asked.query.get("status") != "all":
            found = [row for row in found if row["status"] != "canceled"]
        return _page(found, asked)

    return rows


def _cancel(books: Books, _asked: Asked, key: str) -> Row:
    row = _get(books.subscriptions, key)
    if row["status"] == "canceled":
        raise _wrong(404, "resource_missing")
    row["status"] = "canceled"
    return row


def _detach(books: Books, _asked: Asked, key: str) -> Row:
    row = _get(books.payment_methods, key)
    if row["customer"] is None:
        raise _wrong(400, "payment_method_unexpected_state")
    row["customer"] = None
    return row


def _preview(asked: Asked) -> None:
    if not asked.headers["stripe-version"].endswith(".preview"):
        raise _wrong(404, "url_invalid")


def _job(books: Books, asked: Asked) -> Row:
    _preview(asked)
    ids = asked.sent.get("objects[customers][]", [])
    if asked.sent.get("validation_behavior") not in ("error", "fix") or not ids:
        raise _wrong(400, "parameter_missing")
    for key in ids:
        _get(books.customers, key)
    key = f"prj_{len(books.jobs) + 1}"
    books.jobs[key] = {"id": key, "status": "validating", "objects": {"customers": ids}}
    return dict(books.jobs[key])


def _look(books: Books, asked: Asked, key: str) -> Row:
    """Each look moves a job on, as time does with the real one."""
    _preview(asked)
    job = _get(books.jobs, key)
    shown = dict(job)
    job["status"] = IN_MOTION.get(job["status"], job["status"])
    return shown


def _run(books: Books, asked: Asked, key: str) -> Row:
    _preview(asked)
    job = _get(books.jobs, key)
    if job["status"] != "ready":
        raise _wrong(400, "job_not_ready")
    job["status"] = "redacting"
    for customer in job["objects"]["customers"]:
        books.customers[customer] |= {"name": None, "email": None}
    return dict(job)


ID = r"([\w-]+)"
ROUTES = (
    (r"/v1/customers", "GET", _customers),
    (rf"/v1/customers/{ID}", "GET", _customer),
    (rf"/v1/customers/{ID}", "POST", _change),
    (rf"/v1/customers/{ID}", "DELETE", _delete),
    (rf"/v1/customers/{ID}/payment_methods", "GET", _of("payment_methods")),
    (r"/v1/subscriptions", "GET", _of("subscriptions")),
    (r"/v1/invoices", "GET", _of("invoices")),
    (r"/v1/charges", "GET", _of("charges")),
    (rf"/v1/subscriptions/{ID}", "DELETE", _cancel),
    (rf"/v1/payment_methods/{ID}/detach", "POST", _detach),
    (r"/v1/privacy/redaction_jobs", "POST", _job),
    (rf"/v1/privacy/redaction_jobs/{ID}", "GET", _look),
    (rf"/v1/privacy/redaction_jobs/{ID}/run", "POST", _run),
)
