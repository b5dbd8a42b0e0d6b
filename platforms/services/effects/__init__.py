"""What callbacks lead to, by name. `platforms` brings its own; effects that open cases are registered above.

An effect is called as `effect(message=…, receipt=…, now=…)` inside the transaction that ends the receipt's
work, and returns a sentence that says what happened. It may be called again after a failure.
"""

from collections.abc import Callable
from datetime import datetime

from config.sentences import Sentence, say
from platforms.callbacks.messages import Message
from platforms.models import CallbackReceipt

Effect = Callable[..., Sentence]
_effects: dict[str, Effect] = {}

NOTHING_HELD = say("We hold no data of this account.")
"""What an effect says when nobody here belongs to the message."""


class EffectMissing(LookupError):
    """No part of the portal takes this kind of message up."""


def register(name: str, function: Effect) -> None:
    """Have `function` called for every message with this effect."""
    _effects[name] = function


def run(name: str, receipt: CallbackReceipt, message: Message, now: datetime) -> Sentence:
    """Do what a message leads to and return what happened; raises EffectMissing."""
    if name not in _effects:
        raise EffectMissing(name)
    return _effects[name](message=message, receipt=receipt, now=now)
