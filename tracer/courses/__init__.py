"""Courses: what staff learn before they work, written as Markdown, with a test drawn from a bank of questions.

Pure: texts in, courses, tests, marks and safe HTML out. Who has passed what, and what follows, is elsewhere.
"""
