"""What a processor's connector cannot do, said once: refused with a reason instead of pretended."""

from platforms.connectors.base import Deferred, Order, Reply, SourceFailed


class RequestVerbs:
    """A conversation in which every verb is refused until a processor's own class does it."""

    who = "This processor"

    def _refuse(self, order: Order, what: str) -> Reply | Deferred:
        raise SourceFailed(f"{self.who} offers no way to {what} ({order.case}). A person has to do it.")

    def locate(self, order: Order) -> Reply | Deferred:
        """Ask what the system holds about the person."""
        return self._refuse(order, "look for a person")

    def count(self, order: Order) -> Reply | Deferred:
        """Ask for row counts only."""
        return self.locate(order)

    def collect(self, order: Order) -> Reply | Deferred:
        """Ask for a copy."""
        return self._refuse(order, "copy a person's data")

    def erase(self, order: Order) -> Reply | Deferred:
        """Ask for erasure."""
        return self._refuse(order, "erase a person's data")

    def rectify(self, order: Order) -> Reply | Deferred:
        """Ask for correction."""
        return self._refuse(order, "correct data")

    def probe(self, order: Order) -> Reply | Deferred:
        """Ask whether anything is left."""
        return self._refuse(order, "look again")

    def restrict(self, order: Order) -> Reply | Deferred:
        """Ask to keep the data and not to use them."""
        return self._refuse(order, "restrict the use of data")

    def lift(self, order: Order) -> Reply | Deferred:
        """Say that a restriction is lifted."""
        return self._refuse(order, "lift a restriction")

    def suppress(self, order: Order) -> Reply | Deferred:
        """Ask to stop using the data for good."""
        return self._refuse(order, "stop a use for good")
