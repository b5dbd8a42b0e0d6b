"""The windows for answers: 24 hours for a program, 7 days for a person, nothing without a first message."""

from datetime import UTC, datetime, timedelta

import pytest

from platforms import registry
from platforms.enums import GatePurpose
from platforms.rules import messages

LAST = datetime(2026, 10, 24, 20, 30, tzinfo=UTC)  # the clocks of Berlin change in the night
HUMAN, AUTOMATED = GatePurpose.MESSAGE_HUMAN, GatePurpose.MESSAGE_AUTOMATED
WINDOWS = messages.Windows(automated="PT24H", human="P7D")


@pytest.mark.parametrize(("purpose", "after"), [(AUTOMATED, timedelta(hours=24)), (HUMAN, timedelta(days=7))])
def test_the_window_counts_from_the_persons_last_message(purpose, after):
    assert messages.allowed_until(WINDOWS, purpose, LAST) == LAST + after


@pytest.mark.parametrize("purpose", [HUMAN, AUTOMATED])
def test_nobody_is_written_to_first(purpose):
    assert messages.allowed_until(WINDOWS, purpose, None) is None


@pytest.mark.parametrize(
    ("now", "open_now"),
    [
        (LAST, True),
        (LAST + timedelta(hours=24) - timedelta(seconds=1), True),
        (LAST + timedelta(hours=24), False),
        (LAST - timedelta(seconds=1), False),
    ],
)
def test_the_window_opens_with_the_message_and_closes_to_the_second(now, open_now):
    until = messages.allowed_until(WINDOWS, AUTOMATED, LAST)
    assert messages.may_send(until, LAST, now) is open_now


def test_without_a_message_nothing_is_open():
    assert not messages.may_send(None, None, LAST)


@pytest.mark.parametrize("purpose", ["sell", "ai_processor", "message"])
def test_only_messages_have_windows(purpose):
    with pytest.raises(ValueError, match="sends no message"):
        messages.allowed_until(WINDOWS, purpose, LAST)


def test_the_registry_gives_metas_windows_and_no_others():
    found = {
        key: (entry.message_policy.automated_within, entry.message_policy.human_within)
        for key, entry in registry.shipped_entries().items()
        if entry.message_policy
    }
    assert found == {"meta_facebook": ("PT24H", "P7D"), "meta_instagram": ("PT24H", "P7D")}
