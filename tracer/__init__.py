"""Tracer: a contact-tracing caseworker system."""
