"""Delivering notices: one message, one mailbox, and no second try of what may have arrived."""
