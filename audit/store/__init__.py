"""Where audits are kept: every answer in its own transaction, nothing overwritten unseen, every change remembered."""

from audit.model import Event
from audit.store.errors import AlreadyThere, ChangedMeanwhile, Gone, NotSaved, SignedOff
from audit.store.rows import Stored
from audit.store.store import Past, Store

__all__ = ["AlreadyThere", "ChangedMeanwhile", "Event", "Gone", "NotSaved", "Past", "SignedOff", "Store", "Stored"]
