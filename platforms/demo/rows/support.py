"""Rows of the support desk and of surveys."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from platforms.demo import phrases
from platforms.demo.rows.company import Company, Row, Span, when

SURVEYS = ("onboarding", "yearly", "inbox_beta")


def support_tickets(company: Company) -> Iterator[Row]:
    """Tickets of people signed in, and of some who only left their address."""
    rng = company.rng("support_tickets")
    for person in company.persons:
        for _ in range(rng.choice((0, 0, 1, 2, 3))):
            topic, subject, _text = rng.choice(phrases.TICKETS)
            opened_at = company.lives[person.user_id].moment(rng)
            solved = opened_at < company.ago(20) or rng.random() < 0.5
            yield {
                "id": len(company.rows["support_tickets"]) + 1,
                "opened_by_id": person.user_id if rng.random() < 0.85 else None,
                "contact_email": person.email,
                "contact_phone": person.phone if rng.random() < 0.4 else None,
                "topic": topic,
                "subject": subject,
                "status": "solved" if solved else rng.choice(("open", "waiting")),
                "opened_at": opened_at,
                "closed_at": opened_at + timedelta(days=rng.uniform(0.2, 9)) if solved else None,
            }


def support_messages(company: Company) -> Iterator[Row]:
    """The words on each ticket, in turns, each answering the one before."""
    rng = company.rng("support_messages")
    texts = {subject: text for _topic, subject, text in phrases.TICKETS}
    for ticket in company.rows["support_tickets"]:
        reply_to_id = None
        for turn in range(rng.randint(1, 5)):
            row = _message(rng, ticket, turn, texts[str(ticket["subject"])])
            row |= {"id": len(company.rows["support_messages"]) + 1, "reply_to_id": reply_to_id}
            reply_to_id = row["id"]
            yield row


def _message(rng: Random, ticket: Row, turn: int, question: str) -> Row:
    by_agent = turn % 2 == 1
    return {
        "ticket_id": ticket["id"],
        "written_by": "agent" if by_agent else "customer",
        "agent_name": rng.choice(phrases.AGENTS) if by_agent else None,
        "body": rng.choice(phrases.AGENT_ANSWERS) if by_agent else question if turn == 0 else "Thank you! 🙏",
        "sent_at": when(ticket, "opened_at") + timedelta(hours=turn * rng.uniform(1, 8)),
    }


def survey_responses(company: Company) -> Iterator[Row]:
    """Answers of those who took part."""
    rng = company.rng("survey_responses")
    for user_id, life in company.lives.items():
        for survey in SURVEYS:
            span: Span = life.within(company.ago(900))
            if rng.random() < 0.25 and span:
                yield {
                    "id": len(company.rows["survey_responses"]) + 1,
                    "user_id": user_id,
                    "survey": survey,
                    "score": rng.randint(0, 10),
                    "answer": rng.choice(phrases.SURVEY_ANSWERS) or None,
                    "answered_at": span.moment(rng),
                }
