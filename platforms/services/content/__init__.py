"""Content that a person deleted at the platform: our copies of exactly these items go as well.

X Developer Policy, "Content compliance": within 24 hours; LinkedIn, COMMENT_DELETE: immediately; the registry
says it for each platform. A callback begins one job for each system that holds such content; the job deletes
through the system's connector, looks again, and says what came of it.
"""

from platforms.services.content.beginning import begin
from platforms.services.content.staff import NotWaiting, attest, try_again
from platforms.services.content.working import given_up, work

__all__ = ["NotWaiting", "attest", "begin", "given_up", "try_again", "work"]
