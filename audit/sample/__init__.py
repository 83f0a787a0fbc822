"""Invented returns to try the product with: believable audits, a register, and damaged files of every kind."""

from audit.sample.believable import returns
from audit.sample.damage import DAMAGES
from audit.sample.folder import write_sample
from audit.sample.kinds import Damage, Sound

__all__ = ["DAMAGES", "Damage", "Sound", "returns", "write_sample"]
