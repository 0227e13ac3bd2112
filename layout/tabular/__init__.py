"""Tables of text as people and their programs write them: CSV with any separator, encoding, and form of numbers and dates.

What leaves no doubt is read. What could mean two things is refused, with the setting and the option that would say which.
"""
