"""Dates as people write them, in any language. What cannot be read is none: no part of a date is ever made up."""
