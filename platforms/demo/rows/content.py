"""Rows of what people make: brands, keywords, posts, drafts, versions, media, approvals, comments."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from platforms.demo import phrases
from platforms.demo.people import make_uuid
from platforms.demo.rows.company import Company, Row, Seat, Span, grouped, number, when
from platforms.demo.schema.content import POST_STATUSES

PIXELS_A_THUMBNAIL = 25


def brands(company: Company) -> Iterator[Row]:
    """One to four brands a team, each set up by one of its members and used by all."""
    rng = company.rng("brands")
    for team_id, seats in company.seats_of().items():
        for position in range(rng.randint(1, 4)):
            maker = seats[0] if position == 0 else rng.choice(seats)
            name = phrases.business_name(rng)
            slug = f"{name.lower().replace(' ', '-')}-{position + 1}"
            yield {
                "id": len(company.rows["brands"]) + 1,
                "team_id": team_id,
                "created_by_id": maker.user_id,
                "name": name,
                "slug": slug,
                "description": f"{name} makes everyday things a little kinder."
                if rng.random() < 0.8
                else None,
                "website": f"https://{slug}.example" if rng.random() < 0.6 else None,
                "audience": rng.choice(phrases.AUDIENCES),
                "tone": rng.choice(phrases.TONES),
                "created_at": maker.span.start + timedelta(days=rng.randrange(2), minutes=position),
            }


def brand_keywords(company: Company) -> Iterator[Row]:
    """Keywords of each brand, added by several members; composite key of brand and word."""
    rng = company.rng("brand_keywords")
    seats = company.seats_of()
    for brand in company.rows["brands"]:
        for keyword in rng.sample(phrases.KEYWORDS, rng.randint(2, 7)):
            yield {
                "brand_id": brand["id"],
                "keyword": keyword,
                "added_by_id": rng.choice(seats[number(brand, "team_id")]).user_id,
                "weight": rng.randint(1, 10),
            }


def posts(company: Company) -> Iterator[Row]:
    """Posts by each member for each brand of their team, in the author's language."""
    rng = company.rng("posts")
    for seat, brand, span in company.workplaces():
        for _ in range(rng.randint(0, 8)):
            yield _post(rng, company, seat, brand, span)


def _post(rng: Random, company: Company, seat: Seat, brand: Row, span: Span) -> Row:
    created_at = span.moment(rng)
    status = rng.choices(POST_STATUSES, (2, 2, 2, 9, 1))[0]
    language = company.persons[seat.user_id - 1].locale[:2]
    return {
        "id": len(company.rows["posts"]) + 1,
        "brand_id": brand["id"],
        "author_id": seat.user_id,
        "title": rng.choice(phrases.TITLES),
        "caption": phrases.caption(rng, language, str(brand["name"])),
        "language": language,
        "status": status,
        "created_at": created_at,
        "published_at": Span(created_at, company.now).moment(rng) if status == "published" else None,
    }


def drafts(company: Company) -> Iterator[Row]:
    """Unfinished texts, some begun by the writing assistant."""
    rng = company.rng("drafts")
    for seat, brand, span in company.workplaces():
        for _ in range(rng.choice((0, 0, 1, 2))):
            asked = rng.random() < 0.5
            body = phrases.caption(rng, "en", str(brand["name"]))
            yield {
                "id": len(company.rows["drafts"]) + 1,
                "author_id": seat.user_id,
                "brand_id": brand["id"],
                "body": body,
                "ai_prompt": rng.choice(phrases.PROMPTS).format(brand=brand["name"]) if asked else None,
                "ai_answer": body if asked else None,
                "updated_at": span.moment(rng),
            }


def post_versions(company: Company) -> Iterator[Row]:
    """Each post as first written and as edited, by the author and now and then by a colleague."""
    rng = company.rng("post_versions")
    colleagues = _colleagues(company)
    for post in company.rows["posts"]:
        edited_at = when(post, "created_at")
        for version_no in range(1, rng.choice((1, 1, 2, 3)) + 1):
            others = [
                s.user_id
                for s in colleagues[number(post, "brand_id")]
                if s.span.start <= edited_at < s.span.end
            ]
            own = version_no == 1 or rng.random() < 0.6 or not others
            yield {
                "post_id": post["id"],
                "version_no": version_no,
                "editor_id": post["author_id"] if own else rng.choice(others),
                "caption": post["caption"] if version_no == 1 else f"{post['caption']} ({version_no})",
                "change_note": None if version_no == 1 else rng.choice(phrases.COMMENTS),
                "edited_at": edited_at,
            }
            edited_at += timedelta(minutes=rng.randrange(1, 300))


def _colleagues(company: Company) -> dict[int, list[Seat]]:
    """The seats of the team behind each brand."""
    seats = company.seats_of()
    return {number(brand, "id"): seats[number(brand, "team_id")] for brand in company.rows["brands"]}


def media(company: Company) -> Iterator[Row]:
    """Uploads and what was cut from them: a crop of a picture, a thumbnail of the crop."""
    rng = company.rng("media")
    for user_id, life in company.lives.items():
        for count in range(rng.randint(0, 6)):
            upload = _upload(rng, user_id, life.moment(rng), count)
            yield upload
            if rng.random() < 0.5:
                crop = _rendition(rng, upload, "crop")
                yield crop
                if rng.random() < 0.6:
                    yield _rendition(rng, crop, "thumb")


def _upload(rng: Random, user_id: int, created_at: object, count: int) -> Row:
    located = rng.random() < 0.3
    return {
        "id": make_uuid(rng),
        "uploaded_by_id": user_id,
        "derived_from_id": None,
        "file_name": rng.choice((f"IMG_{count:04}.jpg", f"Sommerfest {count} ☀️.jpg", f"صورة-{count}.png")),
        "mime_type": "image/jpeg",
        "size_bytes": rng.randrange(80_000, 9_000_000),
        "sha256": phrases.secret(rng, "", 256),
        "alt_text": "A shop window with plants" if rng.random() < 0.5 else None,
        "taken_latitude": round(rng.uniform(-60, 70), 5) if located else None,
        "taken_longitude": round(rng.uniform(-180, 180), 5) if located else None,
        "created_at": created_at,
    }


def _rendition(rng: Random, source: Row, kind: str) -> Row:
    return source | {
        "id": make_uuid(rng),
        "uploaded_by_id": None,
        "derived_from_id": source["id"],
        "file_name": f"{kind}-{source['file_name']}",
        "size_bytes": number(source, "size_bytes") // PIXELS_A_THUMBNAIL,
        "sha256": phrases.secret(rng, "", 256),
    }


def post_media(company: Company) -> Iterator[Row]:
    """The author's own pictures on a third of the posts."""
    rng = company.rng("post_media")
    uploads = grouped((row for row in company.rows["media"] if row["uploaded_by_id"]), "uploaded_by_id")
    for post in company.rows["posts"]:
        own = uploads.get(number(post, "author_id"), [])
        for position, row in enumerate(rng.sample(own, min(len(own), rng.choice((0, 0, 1, 2)))), 1):
            yield {"post_id": post["id"], "position": position, "media_id": row["id"]}


def approvals(company: Company) -> Iterator[Row]:
    """A colleague's word on the first version of a post: about its author, by its reviewer."""
    rng = company.rng("approvals")
    colleagues = _colleagues(company)
    for post in company.rows["posts"]:
        asked_at = when(post, "created_at")
        others = [
            seat.user_id
            for seat in colleagues[number(post, "brand_id")]
            if seat.user_id != post["author_id"] and seat.span.start <= asked_at < seat.span.end
        ]
        if others and rng.random() < 0.35:
            decision = rng.choices(("pending", "approved", "changes_wanted"), (1, 6, 2))[0]
            yield {
                "id": len(company.rows["approvals"]) + 1,
                "post_id": post["id"],
                "version_no": 1,
                "requested_by_id": post["author_id"],
                "reviewer_id": rng.choice(others),
                "decision": decision,
                "note": rng.choice(phrases.NOTES) if decision != "pending" else None,
                "requested_at": asked_at,
                "decided_at": None
                if decision == "pending"
                else asked_at + timedelta(hours=rng.randrange(1, 40)),
            }


def comments(company: Company) -> Iterator[Row]:
    """Threads under posts, by several members, answering one another to any depth."""
    rng = company.rng("comments")
    colleagues = _colleagues(company)
    for post in company.rows["posts"]:
        at = when(post, "created_at")
        parent_id = None
        for _ in range(rng.choice((0, 0, 1, 2, 4))):
            present = [
                s.user_id for s in colleagues[number(post, "brand_id")] if s.span.start <= at < s.span.end
            ]
            comment_id = len(company.rows["comments"]) + 1
            yield {
                "id": comment_id,
                "post_id": post["id"],
                "author_id": rng.choice(present or [number(post, "author_id")]),
                "parent_id": parent_id,
                "body": rng.choice(phrases.COMMENTS),
                "created_at": at,
                "edited_at": at + timedelta(minutes=3) if rng.random() < 0.1 else None,
            }
            parent_id = comment_id if rng.random() < 0.7 else None
            at += timedelta(minutes=rng.randrange(1, 600))
