"""Invented returns to try the product with: believable audits, a register, and damaged files of every kind."""

from audit.sample.believable import returns
from audit.sample.damage import Damage, Sound
from audit.sample.folder import DAMAGES, write_sample

__all__ = ["DAMAGES", "Damage", "Sound", "returns", "write_sample"]
