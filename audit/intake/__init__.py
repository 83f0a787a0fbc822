"""Files from schools as returns: found in folders and zips, read in processes of their own, each with a verdict."""

from audit.intake.cluster import executor
from audit.intake.reading import read_all, read_batch
from audit.intake.sources import Source, find, how_many, of_uploads

__all__ = ["Source", "executor", "find", "how_many", "of_uploads", "read_all", "read_batch"]
