"""Every way in which a return goes wrong or is only odd, each by a name.

None of them is rare: authorities meet the odd and the faulty ones every year, and the hostile ones are
what any open letter box must expect.
"""

from __future__ import annotations

from audit.sample.faulty import FAULTY
from audit.sample.hostile import HOSTILE
from audit.sample.kinds import Damages
from audit.sample.odd import ODD

DAMAGES: Damages = {**HOSTILE, **FAULTY, **ODD}
"""Each kind of damage by its name."""
