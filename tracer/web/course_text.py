"""How the text of a course is shown, and the pictures of its own folder."""

import mimetypes

from flask import Blueprint, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.courses import library, markdown
from tracer.faults import NotFound

bp = Blueprint("course_text", __name__)


@bp.get("/training/courses/<course_name>/pictures/<picture>")
@allow(Permission.COURSE_TAKE)
def picture(course_name: str, picture: str) -> Response:
    """A picture that a course shows."""
    is_picture = markdown.IMAGE.fullmatch(picture) and picture in library.pictures(course_name)
    if course_name not in library.shipped() or not is_picture:
        raise NotFound
    kind, _ = mimetypes.guess_type(picture)
    return Response((library.folder(course_name) / picture).read_bytes(), mimetype=kind)


class Shown:
    """Markdown of a course as markup: the reader of courses has checked it, and it holds none of its own."""

    def __init__(self, course_name: str | None = None) -> None:
        self._course_name = course_name

    def html(self, text: str) -> Markup:
        """Paragraphs, lists, tables, pictures."""
        return Markup(markdown.html(text, self._picture))  # noqa: S704 - made by our own renderer, which lets no HTML in

    def line(self, text: str) -> Markup:
        """Words within a line."""
        return Markup(markdown.line_html(text, self._picture))  # noqa: S704 - as above

    def _picture(self, name: str) -> str:
        """The address of a picture; of none, where it is not said whose: then its words stand for it."""
        if self._course_name is None:
            return ""
        return url_for("course_text.picture", course_name=self._course_name, picture=name)
