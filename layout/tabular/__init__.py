"""Text tables written by people and their programs: CSV with any separator, encoding, and form of numbers and dates.

Unambiguous content is read. Ambiguous content is refused, with the setting and the option that would resolve it.
"""
