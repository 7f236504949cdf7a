"""JSON for machines: the same verbs."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect


def install(app: Flask, csrf: CSRFProtect) -> None:
    """Mount the API."""
