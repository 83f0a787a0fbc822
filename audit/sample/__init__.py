"""Makes returns of invented schools to try the product with: believable audits, a register, and files with every fault."""

from audit.sample.believable import returns
from audit.sample.damage import Damage, Sound
from audit.sample.folder import DAMAGES, write_sample

__all__ = ["DAMAGES", "Damage", "Sound", "returns", "write_sample"]
