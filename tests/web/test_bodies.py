"""What may be sent, by whom: a body that is too large is refused before it is read."""

import io
import re
from pathlib import Path

import pytest

from tests import batches
from tests.site import Site
from tracer.web.bodies import FORM, TAKE_FILES

ROOT = Path(__file__).parents[2]


def test_every_view_that_takes_a_file_is_known(site: Site) -> None:
    assert set(site.app.view_functions) >= TAKE_FILES
    takes = [path for path in (ROOT / "tracer").rglob("*.py") if re.search(r"request\.files", path.read_text())]
    assert sorted(path.stem for path in takes) == ["carry", "intake", "intakes", "roster", "script_page"]


@pytest.mark.parametrize("account", [None, "tracer1", "trainer"])
@pytest.mark.parametrize("way", ["/intake", "/sign-in", "/caseload/next", "/api/v1/intakes"])
def test_nobody_sends_much_who_may_not(site: Site, account: str | None, way: str) -> None:
    data, client = io.BytesIO(b"a" * (FORM + 1)), site.browser(account)
    site.app.config["WTF_CSRF_ENABLED"] = True  # as in real use: looking for the token reads the body
    answer = client.post(
        way, input_stream=data, content_length=FORM + 1, content_type="multipart/form-data; boundary=b"
    )
    assert answer.status_code in (302, 401, 403, 413) and data.tell() == 0, (answer.status_code, data.tell())


def test_whoever_may_send_a_batch_may_send_much(site: Site) -> None:
    rows = batches.text(*(batches.row(number) for number in range(1, 20_000)))
    assert len(rows) > FORM
    parts = ['--b\r\nContent-Disposition: form-data; name="disease"\r\n\r\ncovid-19\r\n--b\r\n']
    parts += [f'Content-Disposition: form-data; name="file"; filename="batch.csv"\r\n\r\n{rows}\r\n--b--\r\n']
    answer = site.browser("admin").post(
        "/intake", data="".join(parts).encode(), content_type="multipart/form-data; boundary=b"
    )
    assert answer.status_code == 302, answer.text[:500]
