"""The version of the product."""

VERSION = "0.4.0"
